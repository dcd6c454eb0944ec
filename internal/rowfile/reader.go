package rowfile

import (
	"encoding/binary"
	"io"

	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Reader reads the rows of one file. It belongs to one goroutine.
type Reader struct {
	// Head is what the file says about itself.
	Head   Head
	name   string
	blocks *block.Reader
	form   spill.Form
	chunk  any
	seen   uint64
}

// NewReader opens a file, whose name is for errors. Rows that cannot become
// those of the form are an error, and so is whatever a Writer did not write.
func NewReader(f vfs.Reader, name string, form spill.Form) (*Reader, error) {
	blocks, err := open(f, name)
	if err != nil {
		return nil, err
	}
	r := &Reader{name: name, blocks: blocks}
	h, t, err := readHead(blocks, name)
	if err == nil {
		r.Head = h
		r.form, err = form.Reading(t, h.Nullable)
	}
	if err != nil {
		blocks.Close()
		return nil, err
	}
	return r, nil
}

// Next returns the rows of the next block, a chunk borrowed until the next call,
// what they point to the caller's, or io.EOF after the last.
func (r *Reader) Next() (chunk any, err error) {
	body, err := r.blocks.NextBody()
	if err == io.EOF {
		return nil, sparkerr.Corrupt(r.name, "the file ends after %d rows without the mark of its end: it was cut short", r.seen)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case len(body) > 0 && body[0] == rowsBody:
		var n int
		r.chunk, n, err = r.form.DecodeChunk(body[1:], r.chunk)
		r.seen += uint64(n)
		return r.chunk, r.located(err)
	case len(body) > 0 && body[0] == endBody:
		return nil, r.end(body[1:])
	}
	return nil, sparkerr.Corrupt(r.name, "a block is of no kind that is known")
}

// end checks that the end is the end.
func (r *Reader) end(count []byte) error {
	n, size := binary.Uvarint(count)
	if size != len(count) || n != r.seen {
		return sparkerr.Corrupt(r.name, "%d rows were read, %d written", r.seen, n)
	}
	if _, err := r.blocks.NextBody(); err != io.EOF {
		return sparkerr.Corrupt(r.name, "something follows the end")
	}
	return io.EOF
}

// located says of an error of decoding in which file it was.
func (r *Reader) located(err error) error {
	if e := sparkerr.As(err); e != nil && e.Kind == sparkerr.Corruption {
		return sparkerr.Corrupt(r.name, "rows do not fit the type that the file says they have").Because(err)
	}
	return err
}

// Close releases what reading holds; the file stays open.
func (r *Reader) Close() { r.blocks.Close() }
