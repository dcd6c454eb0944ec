package rdd

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// A file that cannot be opened or read is named by the error; what others read
// is none the worse.
func TestUnreadableFilesAreNamed(t *testing.T) {
	for _, op := range []simfs.Op{simfs.OpOpen, simfs.OpRead} {
		faults := simfs.NewFaults()
		c := onSim(t, faults)
		for _, name := range []string{"/good", "/bad"} {
			if err := vfs.WriteAtomic(c.env.FS, name, []byte("a\nb\n"), vfs.NoOverwrite); err != nil {
				t.Fatal(err)
			}
		}
		faults.Add(simfs.Rule{Op: op, Path: "/bad", Always: true, Err: syscall.EACCES})
		for name, r := range map[string]*RDD[string]{
			"text":    c.TextFile("/good,/bad"),
			"whole":   Values(WholeTextFiles(c, "/good,/bad")),
			"records": Map(BinaryRecords(c, "/good,/bad", 2), func(b []byte) string { return string(b) }),
		} {
			if _, err := r.Collect(context.Background()); !errors.Is(err, syscall.EACCES) || !strings.Contains(err.Error(), "/bad may not be read: give the user") {
				t.Errorf("%s, %s: %v", op, name, err)
			}
		}
		if got := gather(t, c.TextFile("/good")); !slices.Equal(got, []string{"a", "b"}) {
			t.Error(got)
		}
	}
}

// What is no text is lines of whatever it is, as UTF-8.
func TestBinaryGarbageInText(t *testing.T) {
	c := onSim(t, simfs.NewFaults())
	garbage := "good\n\x00\xff\xfe\x80 after\r\n" + strings.Repeat("\xc3", 3) + "\nno end\xe2\x82"
	if err := vfs.WriteAtomic(c.env.FS, "/bytes", []byte(garbage), vfs.NoOverwrite); err != nil {
		t.Fatal(err)
	}
	want := []string{"good", "\x00\ufffd\ufffd\ufffd after", "\ufffd\ufffd\ufffd", "no end\ufffd"}
	if got := gather(t, c.TextFile("/bytes", 1)); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if err := vfs.WriteAtomic(c.env.FS, "/no.gz", []byte(garbage), vfs.NoOverwrite); err != nil {
		t.Fatal(err)
	}
	if _, err := c.TextFile("/no.gz").Count(context.Background()); err == nil || !strings.Contains(err.Error(), "/no.gz") {
		t.Errorf("what is not compressed: %v", err)
	}
}
