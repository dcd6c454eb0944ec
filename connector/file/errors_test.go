package file

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// What an error of a file says leads on.
func TestAdvice(t *testing.T) {
	var zip bytes.Buffer
	w := gzip.NewWriter(&zip)
	_, _ = io.WriteString(w, strings.Repeat("a line of a file\n", 1000))
	_ = w.Close()
	damaged := bytes.Clone(zip.Bytes())
	damaged[len(damaged)-6] ^= 0xff // its checksum
	for name, c := range map[string]struct{ content, want string }{
		"cut.gz":     {zip.String()[:zip.Len()/2], "the file is truncated"},
		"header.gz":  {zip.String()[:5], "the file is truncated"},
		"text.gz":    {"not compressed at all, whatever its name says", "not gzip, as its name says, or is damaged"},
		"damaged.gz": {string(damaged), "or is damaged"},
		"whole.gz":   {zip.String(), ""},
		"text.txt":   {"text", ""},
	} {
		disk := simfs.New(1, func() time.Time { return time.Time{} })
		if err := vfs.WriteAtomic(disk, "/"+name, []byte(c.content), vfs.Overwrite); err != nil {
			t.Fatal(err)
		}
		in, err := NewInput(disk, "/"+name)
		if err != nil {
			t.Fatal(err)
		}
		l := NewLines(in, nil, false)
		for err == nil {
			_, err = l.Next(context.Background())
		}
		_ = l.Close()
		if got := advice(name, err); err == io.EOF && c.want != "" || err != io.EOF && (c.want == "" || !strings.Contains(got, c.want)) {
			t.Errorf("%s: %v: %q", name, err, got)
		}
	}
	denied := &fs.PathError{Op: "open", Path: "/in", Err: fs.ErrPermission}
	for _, err := range []error{notListed("/in", denied), Unread("/in/a.gz", 0, denied)} {
		if got := err.Error(); !strings.Contains(got, "/in") || !strings.Contains(got, "permission denied") || strings.Contains(got, "gzip data") {
			t.Error(err)
		}
	}
}

// A record is found on its line, whatever ends the lines and however many blocks
// lie before.
func TestLineOfARecord(t *testing.T) {
	long := strings.Repeat("x", 1<<16)
	for name, c := range map[string]struct{ sep, text string }{
		"feeds": {"", strings.Repeat(long+"\n", 30) + "here\nmore\n"},
		"mixed": {"", strings.Repeat("a\r\n", 10) + strings.Repeat("b\r", 10) + strings.Repeat("\n", 11) + "here\n"},
		"own":   {"||", strings.Repeat("a\nb||", 30) + "here||"},
		"bom":   {"", "\ufeff" + strings.Repeat("a\n", 30) + "here"},
	} {
		disk := simfs.New(1, func() time.Time { return time.Time{} })
		if err := vfs.WriteAtomic(disk, "/f", []byte(c.text), vfs.Overwrite); err != nil {
			t.Fatal(err)
		}
		in, err := NewInput(disk, "/f")
		if err != nil {
			t.Fatal(err)
		}
		var sep []byte
		if c.sep != "" {
			sep = []byte(c.sep)
		}
		r := NewRecords(in, sep, false)
		for line := int64(0); line == 0; {
			block, err := r.Block(context.Background())
			if err != nil {
				t.Fatal(name, err)
			}
			for lo, hi, ok := r.Next(); ok; lo, hi, ok = r.Next() {
				if string(block[lo:hi]) == "here" {
					line = r.Line(context.Background(), lo)
					if line != 31 {
						t.Errorf("%s: line %d", name, line)
					}
				}
			}
		}
		_ = r.Close()
	}
}
