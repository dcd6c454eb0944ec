package file

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
)

// countingFS counts the bytes that are read through it.
type countingFS struct {
	vfs.FS
	read atomic.Int64
}

func (c *countingFS) Open(name string) (vfs.Reader, error) {
	r, err := c.FS.Open(name)
	return &countingReader{r, &c.read}, err
}

type countingReader struct {
	vfs.Reader
	read *atomic.Int64
}

func (r *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.Reader.ReadAt(p, off)
	r.read.Add(int64(n))
	return n, err
}

// numbered writes a file of lines of unequal length to a temporary folder.
func numbered(tb testing.TB, size int) (name string, content []byte) {
	tb.Helper()
	for i := 0; len(content) < size; i++ {
		content = fmt.Appendf(content, "%d %s\n", i, bytes.Repeat([]byte("x"), i*i%150))
	}
	name = tb.TempDir() + "/lines.txt"
	if err := vfs.WriteAtomic(vfs.OS(1), name, content, vfs.NoOverwrite); err != nil {
		tb.Fatal(err)
	}
	return name, content
}

// Splits of a file give its lines once and in order, and a split reads little
// more than its own bytes.
func TestSplitsReadTheirOwn(t *testing.T) {
	name, content := numbered(t, 5<<20)
	for _, n := range []int64{1, 3, 8} {
		fs := &countingFS{FS: vfs.OS(1)}
		in, err := NewInput(fs, name)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		for i := range n {
			in.Lo, in.Hi = in.Size*i/n, in.Size*(i+1)/n
			l := NewLines(in, nil, false)
			for {
				block, err := l.Next(t.Context())
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, block...)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if most := int64(2 * (blockBytes + padding)); int64(len(l.buf)) > most {
				t.Errorf("a split in %d grew its buffer to %d bytes", n, len(l.buf))
			}
		}
		if !bytes.Equal(got, content) {
			t.Errorf("%d splits give %d bytes that are not the %d of the file", n, len(got), len(content))
		}
		if read, most := fs.read.Load(), in.Size+n*(blockBytes+padding); read > most {
			t.Errorf("%d splits of %d bytes read %d, more than %d", n, in.Size, read, most)
		}
	}
}

func BenchmarkLines(b *testing.B) {
	name, content := numbered(b, 16<<20)
	in, err := NewInput(vfs.OS(1), name)
	if err != nil {
		b.Fatal(err)
	}
	cut := NewCutter(nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		l := NewLines(in, nil, false)
		lines := 0
		for block, err := l.Next(b.Context()); err != io.EOF; block, err = l.Next(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			for cut.Reset(block); ; lines++ {
				if _, _, ok := cut.Next(); !ok {
					break
				}
			}
		}
		_ = l.Close()
	}
}
