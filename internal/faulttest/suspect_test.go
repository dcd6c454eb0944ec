package faulttest

import (
	"fmt"
	"testing"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// suspect is an engine under test: the honest one, or one with a bug planted
// between it and the world.
type suspect struct {
	fs         func(vfs.FS) vfs.FS          // nil: as it is
	connectors func() []connector.Connector // nil: as they are
	seed       *uint64                      // nil: every life has the same; else the number of the life
	check      func(vfs.FS, string) error   // of a disk and its output; nil: the output is that of an undisturbed run
}

var honest = suspect{}

// life is one process of the suspect on a disk.
func (s suspect) life(fs vfs.FS) life {
	l := life{fs: fs}
	if s.fs != nil {
		l.fs = s.fs(fs)
	}
	if s.connectors != nil {
		l.connectors = s.connectors()
	}
	if s.seed != nil {
		*s.seed++
		l.seed = *s.seed
	}
	return l
}

// undisturbed is the output of a run to which nothing happens, and how many
// I/O calls it made.
func (s suspect) undisturbed(t testing.TB, sql string) (output string, calls int) {
	t.Helper()
	d := newDisk(t, 1)
	faults := simfs.NewFaults()
	if err := s.life(faults.Wrap(d)).run(sql); err != nil {
		t.Fatal(err)
	}
	calls = faults.Count()
	output, err := s.life(d).flushed(sql)
	if err != nil {
		t.Fatal(err)
	}
	if output == "" {
		t.Fatal("the query puts nothing out: the suite would prove nothing")
	}
	return output, calls
}

// outlive runs on after a disturbance until all is processed and compares the
// output.
func (s suspect) outlive(d *simfs.Disk, sql, want string) error {
	if err := s.life(d).run(sql); err != nil {
		return fmt.Errorf("the run after it: %w", err)
	}
	got, err := s.life(d).flushed(sql)
	if err != nil {
		return err
	}
	if s.check != nil {
		return s.check(d, got)
	}
	if got != want {
		return fmt.Errorf("the output is\n%s\nwant\n%s", got, want)
	}
	return nil
}
