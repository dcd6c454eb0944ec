package source

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spatestream/spate/files"
)

// lineFile is a file that is read by lines.
type lineFile struct {
	name  string
	file  files.Reader // nil: not open
	at    int64        // what was read of it
	lines cutter
}

// read reads on; io.EOF: there is no more for now.
func (f *lineFile) read(fs files.FS) (err error) {
	if f.file == nil {
		if f.file, err = fs.Open(f.name); err != nil {
			return err
		}
	}
	return f.lines.fill(f)
}

// visit is read of a file that is opened for it alone. Memory is kept for files of
// which some is left to be cut.
func (f *lineFile) visit(fs files.FS) (err error) {
	if f.file, err = fs.Open(f.name); err != nil {
		f.file = nil
		return err
	}
	if err = f.grown(); err == nil {
		err = f.lines.fill(f)
	}
	if f.lines.start == f.lines.end {
		f.lines = cutter{}
	}
	if failed := f.file.Close(); failed != nil {
		err = errors.Join(failed, err)
	}
	f.file = nil
	return err
}

// grown refuses a file that has become shorter than what was read of it.
func (f *lineFile) grown() error {
	size, err := f.file.Size()
	if err == nil && size < f.at {
		err = fmt.Errorf("%s has %d bytes, of which %d were read before: it was replaced or shortened; give what is new a name of its own", f.name, size, f.at)
	}
	return err
}

// Read implements io.Reader.
func (f *lineFile) Read(p []byte) (int, error) {
	n, err := f.file.ReadAt(p, f.at)
	f.at += int64(n)
	return n, err
}

// Position implements topology.Positioned: where the next line begins.
func (f *lineFile) Position() ([]byte, error) {
	return strconv.AppendInt(nil, f.position(), 10), nil
}

func (f *lineFile) position() int64 { return f.at - int64(f.lines.end-f.lines.start) }

// Seek implements topology.Positioned.
func (f *lineFile) Seek(position []byte) (err error) {
	f.at, err = strconv.ParseInt(string(position), 10, 64)
	return err
}

// Close implements topology.Closer. The next read begins at the beginning.
func (f *lineFile) Close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file, f.at, f.lines = nil, 0, cutter{}
	return err
}
