package file

import (
	"bytes"
	"cmp"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// compactInterval is how many entries Spark's logs of files have between two
// that hold everything.
const compactInterval = 10

// sourceLog is where a stream keeps which files its entries stand for.
type sourceLog interface {
	// adopt makes what another process left trustworthy.
	adopt() error
	// all returns the lines of everything up to the last entry, and its id, -1
	// if the log is empty.
	all() ([][]byte, int64, error)
	// add logs entry id, the one after the last: durable before the offsets
	// that name it, or with them.
	add(id int64, lines [][]byte) error
	// trim removes what entries up to id no longer need and is older than
	// before.
	trim(id int64, before time.Time) error
}

// batchLog is a folder with a file of lines for every id from 0: "N" holds the
// lines of entry N, "N.compact" (every interval-th) those of all up to N. The
// first line of each is "v1". It belongs to one goroutine.
type batchLog struct {
	fs       vfs.FS
	dir      string
	interval int64
	// fold turns the lines of everything before and of the entry itself into
	// those of a compact file; nil keeps all.
	fold func(lines [][]byte) ([][]byte, error)
	made bool // dir is there
	// filled: every entry has a line, so one without is damaged.
	filled bool
}

func (l *batchLog) compact(id int64) bool { return (id+1)%l.interval == 0 }

func (l *batchLog) name(id int64) string {
	n := strconv.FormatInt(id, 10)
	if l.compact(id) {
		n += ".compact"
	}
	return path.Join(l.dir, n)
}

func (l *batchLog) adopt() error {
	if err := l.fs.MkdirAll(l.dir); err != nil {
		return err
	}
	l.made = true
	return vfs.Adopt(l.fs, l.dir)
}

// entry is one file of the log.
type entry struct {
	id      int64
	compact bool
	name    string
	mtime   time.Time
}

// entries returns the files of the log in the order of their ids.
func (l *batchLog) entries() ([]entry, error) {
	names, err := l.fs.List(l.dir)
	if errors.Is(err, vfs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, e := range names {
		text, compact := strings.CutSuffix(e.Name, ".compact")
		id, err := strconv.ParseInt(text, 10, 64)
		if e.Dir || err != nil || id < 0 {
			continue
		}
		out = append(out, entry{id, compact, path.Join(l.dir, e.Name), e.ModTime})
	}
	sortEntries(out)
	return out, nil
}

// latest returns the last id, -1 of an empty log.
func (l *batchLog) latest() (int64, error) {
	es, err := l.entries()
	if err != nil || len(es) == 0 {
		return -1, err
	}
	return es[len(es)-1].id, nil
}

// all returns the lines of everything up to the last entry, and its id (-1 if
// the log is empty).
func (l *batchLog) all() ([][]byte, int64, error) {
	es, err := l.entries()
	if err != nil || len(es) == 0 {
		return nil, -1, err
	}
	from := 0
	for i, e := range es {
		if e.compact {
			from = i
		}
	}
	if first := es[from]; !first.compact && first.id != 0 {
		return nil, 0, sparkerr.Corrupt(l.dir, "entries before %d are gone and no compact file stands for them; restore the folder from a backup", first.id)
	}
	var lines [][]byte
	for i, e := range es[from:] {
		if e.id != es[from].id+int64(i) {
			return nil, 0, sparkerr.Corrupt(l.dir, "entry %d is missing; restore the folder from a backup", es[from].id+int64(i))
		}
		more, err := l.read(e.name)
		if err != nil {
			return nil, 0, err
		}
		lines = append(lines, more...)
	}
	return lines, es[len(es)-1].id, nil
}

func (l *batchLog) read(name string) ([][]byte, error) {
	data, err := vfs.ReadFile(l.fs, name)
	if err != nil {
		return nil, err
	}
	if data, err = vfs.CheckLines(data); err != nil {
		return nil, sparkerr.Corrupt(name, "%v; restore the file from a backup", err)
	}
	head, rest, cut := bytes.Cut(data, []byte{'\n'})
	if string(head) != "v1" {
		return nil, sparkerr.Corrupt(name, "the first line is %q instead of the version v1", head)
	}
	if len(rest) == 0 && (cut || l.filled) {
		return nil, sparkerr.Corrupt(name, "it ends behind the version; restore the file from a backup")
	}
	var lines [][]byte
	for line := range bytes.SplitSeq(rest, []byte{'\n'}) {
		if len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// add makes entry id durable; it must be the one after the latest. A compact
// one also takes in everything before it.
func (l *batchLog) add(id int64, lines [][]byte) error {
	if !l.made { // once: MkdirAll syncs the folder above, even if nothing is missing
		if err := l.fs.MkdirAll(l.dir); err != nil {
			return err
		}
		l.made = true
	}
	if l.compact(id) && id > 0 {
		before, last, err := l.all()
		if err != nil {
			return err
		}
		if last != id-1 {
			return sparkerr.Corrupt(l.dir, "the last entry is %d where %d was expected", last, id-1)
		}
		lines = append(before, lines...)
		if l.fold != nil {
			if lines, err = l.fold(lines); err != nil {
				return err
			}
		}
	}
	data := []byte("v1")
	for _, line := range lines {
		data = append(append(data, '\n'), line...)
	}
	return vfs.WriteAtomic(l.fs, l.name(id), vfs.WithChecksum(data), vfs.NoOverwrite)
}

// trim removes the files that the latest compact one makes superfluous and
// that are older than before. It looks only behind a compact entry: listing the
// log at every trigger costs more than the files do.
func (l *batchLog) trim(id int64, before time.Time) error {
	if !l.compact(id) {
		return nil
	}
	es, err := l.entries()
	if err != nil {
		return err
	}
	last := int64(-1)
	for _, e := range es {
		if e.compact {
			last = e.id
		}
	}
	for _, e := range es {
		if e.id < last && e.mtime.Before(before) {
			if err := l.fs.Remove(e.name); err != nil && !errors.Is(err, vfs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func sortEntries(es []entry) {
	slices.SortFunc(es, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.id, b.id), strings.Compare(b.name, a.name))
	})
}
