package memory

import (
	"io"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func names(t *testing.T, fs vfs.FS, dir string) []string {
	t.Helper()
	entries, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if !vfs.IsTemp(e.Name) {
			t.Errorf("%s is not named as temporary", e.Name)
		}
		out = append(out, e.Name)
	}
	return out
}

func TestSpaceRemovesItsFiles(t *testing.T) {
	for name, fs := range map[string]vfs.FS{
		"os":  vfs.OS(1),
		"sim": simfs.New(1, func() time.Time { return time.Unix(0, 0) }),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir() + "/spill"
			s := NewSpace(fs, dir)
			a, b := create(t, s, "one"), create(t, s, "one")
			io.WriteString(a, "hello, ")
			io.WriteString(a, "world")
			io.WriteString(b, "other")
			got := make([]byte, 5)
			if _, err := a.ReadAt(got, 7); err != nil || string(got) != "world" || a.Size() != 12 {
				t.Fatalf("%q of %d bytes, %v", got, a.Size(), err)
			}
			if n := names(t, fs, dir); len(n) != 2 {
				t.Fatal(n)
			}
			for range 2 {
				if err := a.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if n := names(t, fs, dir); len(n) != 1 {
				t.Fatal(n)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if n := names(t, fs, dir); len(n) != 0 {
				t.Fatal(n)
			}
		})
	}
}

func create(t *testing.T, s Space, hint string) File {
	t.Helper()
	f, err := s.Create(hint)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A disk that is full is an error of Create or Write, and nothing stays behind.
func TestSpaceOnAFullDisk(t *testing.T) {
	faults := simfs.NewFaults(simfs.Rule{N: 2, Err: vfs.ErrNoSpace})
	disk := simfs.New(1, func() time.Time { return time.Unix(0, 0) })
	s := NewSpace(faults.Wrap(disk), "spill")
	if _, err := s.Create("x"); err == nil {
		t.Fatal("no error")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
