package file

import (
	"bytes"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
)

// journalLog is the log of a stream inside the log of its query's checkpoint.
// An entry is its lines, joined by line feeds; now and then one holds all that
// is remembered, when an eighth as many lines have been added: that bounds both
// what is written and what of the log must be kept.
type journalLog struct {
	j    connector.Journal
	name string // for messages
	keep func(line []byte) bool
	// whole is how many lines the last whole entry has, since how many came
	// after it.
	whole, since int
}

// wholeLeast is after how many lines, at least, an entry is whole.
const wholeLeast = 256

func (l *journalLog) adopt() error { return nil }

func (l *journalLog) all() (lines [][]byte, last int64, err error) {
	last = -1
	missing := int64(-1) // no entry stands for this one
	l.whole, l.since = 0, 0
	err = l.j.Read(func(id int64, entry []byte, whole bool) error {
		switch {
		case whole: // what is left of those before it does not matter
			lines, missing = nil, -1
		case id != last+1 && missing < 0:
			missing = last + 1
		}
		last = id
		n := len(lines)
		for line := range bytes.SplitSeq(bytes.Clone(entry), []byte{'\n'}) {
			if len(line) > 0 {
				lines = append(lines, line)
			}
		}
		l.since += len(lines) - n
		if whole {
			l.whole, l.since = len(lines), 0
		}
		return nil
	})
	if err == nil && missing >= 0 {
		err = sparkerr.Corrupt(l.name, "entry %d of the source is missing; restore the checkpoint from a backup", missing)
	}
	return lines, last, err
}

// add relies on the entries before being durable: their offsets are.
func (l *journalLog) add(id int64, lines [][]byte) error {
	whole := l.since+len(lines) > max(wholeLeast, l.whole/8)
	if whole {
		before, _, err := l.all()
		if err != nil {
			return err
		}
		var kept [][]byte
		for _, line := range before {
			if l.keep(line) {
				kept = append(kept, line)
			}
		}
		lines = append(kept, lines...)
		l.whole, l.since = len(lines), 0
	} else {
		l.since += len(lines)
	}
	return l.j.Add(id, bytes.Join(lines, []byte{'\n'}), whole)
}

// trim does nothing: the checkpoint removes what whole entries replace.
func (l *journalLog) trim(int64, time.Time) error { return nil }
