package file

import (
	"fmt"
	"slices"
	"testing"
)

// memoryJournal keeps entries; trim forgets as a checkpoint may: not all that
// the last whole entry replaces.
type memoryJournal struct {
	entries []memoryEntry
}

type memoryEntry struct {
	id    int64
	text  string
	whole bool
}

func (m *memoryJournal) Add(id int64, entry []byte, whole bool) error {
	m.entries = append(m.entries, memoryEntry{id, string(entry), whole})
	return nil
}

func (m *memoryJournal) Read(visit func(id int64, entry []byte, whole bool) error) error {
	for _, e := range m.entries {
		if err := visit(e.id, []byte(e.text), e.whole); err != nil {
			return err
		}
	}
	return nil
}

func (m *memoryJournal) trim() {
	for i := len(m.entries) - 1; i > 7; i-- {
		if m.entries[i].whole {
			m.entries = m.entries[i-7:]
			return
		}
	}
}

// Whatever the checkpoint forgets, and whenever the process starts anew, the
// journal gives the lines that are worth keeping, in order.
func TestJournalLog(t *testing.T) {
	m := &memoryJournal{}
	old := func(line []byte) bool { return len(line)%7 != 0 } // some lines are not kept
	l := &journalLog{j: m, name: "log", keep: old}
	var want []string
	wholes := 0
	for id := range int64(3000) {
		line := fmt.Sprintf("%0*d", 4+id%9, id)
		if err := l.add(id, [][]byte{[]byte(line)}); err != nil {
			t.Fatal(err)
		}
		want = append(want, line)
		if m.entries[len(m.entries)-1].whole {
			wholes++
			m.trim()
			want = slices.DeleteFunc(want, func(s string) bool { return s != line && !old([]byte(s)) })
		}
		if id%97 == 0 {
			l = &journalLog{j: m, name: "log", keep: old}
			checkLines(t, l, id, want)
		}
	}
	if wholes < 2 || wholes > 40 {
		t.Errorf("%d of 3000 entries are whole", wholes)
	}
	m.entries = slices.DeleteFunc(m.entries, func(e memoryEntry) bool { return e.whole })
	if _, _, err := l.all(); err == nil {
		t.Error("nothing stands for the first entries, and nobody noticed")
	}
}

func checkLines(t *testing.T, l *journalLog, id int64, want []string) {
	t.Helper()
	lines, last, err := l.all()
	if err != nil || last != id {
		t.Fatal(last, err)
	}
	var got []string
	for _, line := range lines {
		got = append(got, string(line))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("after entry %d: got %d lines, want %d", id, len(got), len(want))
	}
}
