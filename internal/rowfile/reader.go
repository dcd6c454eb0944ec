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
type Reader[T any] struct {
	// Head is what the file says about itself.
	Head   Head
	name   string
	blocks *block.Reader
	codec  *spill.Codec[T]
	rows   []T
	seen   uint64
}

// NewReader opens a file, whose name is for errors. Rows that cannot become a T
// are an error, and so is whatever a Writer did not write.
func NewReader[T any](f vfs.Reader, name string, c *spill.Codec[T]) (*Reader[T], error) {
	blocks, err := open(f, name)
	if err != nil {
		return nil, err
	}
	r := &Reader[T]{name: name, blocks: blocks}
	h, t, err := readHead(blocks, name)
	if err == nil {
		r.Head = h
		r.codec, err = c.Reading(t, h.Nullable)
	}
	if err != nil {
		blocks.Close()
		return nil, err
	}
	return r, nil
}

// Next returns the rows of the next block, the slice borrowed until the next
// call, the rows the caller's, or io.EOF after the last.
func (r *Reader[T]) Next() ([]T, error) {
	body, err := r.blocks.NextBody()
	if err == io.EOF {
		return nil, sparkerr.Corrupt(r.name, "the file ends after %d rows without the mark of its end: it was cut short", r.seen)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case len(body) > 0 && body[0] == rowsBody:
		r.rows, err = r.codec.Decode(body[1:], r.rows)
		r.seen += uint64(len(r.rows))
		return r.rows, r.located(err)
	case len(body) > 0 && body[0] == endBody:
		return nil, r.end(body[1:])
	}
	return nil, sparkerr.Corrupt(r.name, "a block is of no kind that is known")
}

// end checks that the end is the end.
func (r *Reader[T]) end(count []byte) error {
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
func (r *Reader[T]) located(err error) error {
	if e := sparkerr.As(err); e != nil && e.Kind == sparkerr.Corruption {
		return sparkerr.Corrupt(r.name, "rows do not fit the type that the file says they have").Because(err)
	}
	return err
}

// Close releases what reading holds; the file stays open.
func (r *Reader[T]) Close() { r.blocks.Close() }
