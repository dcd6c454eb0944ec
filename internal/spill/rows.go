package spill

import (
	"io"

	"github.com/spatestream/spate/internal/block"
)

// WriteBody appends a body of the caller's own form as a run of one block.
func (f *File) WriteBody(body []byte) (Run, error) {
	var err error
	if f.buf, err = f.enc.AppendBytes(f.buf[:0], body); err != nil {
		return Run{}, err
	}
	r := Run{At: f.file.Size()}
	_, err = f.file.Write(f.buf)
	r.End = f.file.Size()
	return r, err
}

// Rows reads runs of typed rows. It belongs to one goroutine.
type Rows[T any] struct {
	file  *File
	codec *Codec[T]
	runs  []Run
	open  *block.Reader
	rows  []T
}

// ReadRows returns a reader of runs whose bodies the codec's Append has made.
func ReadRows[T any](f *File, c *Codec[T], runs []Run) *Rows[T] {
	return &Rows[T]{file: f, codec: c, runs: runs}
}

// Next returns the rows of the next block, the slice borrowed until the next
// call, or io.EOF.
func (r *Rows[T]) Next() ([]T, error) {
	for {
		if r.open != nil {
			body, err := r.open.NextBody()
			if err == nil {
				r.rows, err = r.codec.Decode(body, r.rows)
				return r.rows, err
			}
			if err != io.EOF {
				return nil, err
			}
			r.open.Close()
			r.open = nil
		}
		if len(r.runs) == 0 {
			return nil, io.EOF
		}
		r.open = block.NewReader(r.file.file, r.runs[0].At, r.runs[0].End, "spill")
		r.runs = r.runs[1:]
	}
}

// Close releases what reading holds.
func (r *Rows[T]) Close() {
	if r.open != nil {
		r.open.Close()
		r.open = nil
	}
}

// Writer writes typed rows as runs of blocks. It belongs to one goroutine.
type Writer[T any] struct {
	file  *File
	codec *Codec[T]
	limit int
	body  []byte
	runs  []Run
}

// NewWriter returns a writer of rows to the end of f in blocks of about limit
// bytes.
func NewWriter[T any](f *File, c *Codec[T], limit int) *Writer[T] {
	return &Writer[T]{file: f, codec: c, limit: limit}
}

// Add adds a row.
func (w *Writer[T]) Add(x *T) error {
	var err error
	if w.body, err = w.codec.Append(w.body, x); err != nil || len(w.body) < w.limit {
		return err
	}
	return w.flush()
}

// flush writes the block begun.
func (w *Writer[T]) flush() error {
	if len(w.body) == 0 {
		return nil
	}
	run, err := w.file.WriteBody(w.body)
	w.body = w.body[:0]
	if n := len(w.runs); n > 0 && w.runs[n-1].End == run.At {
		w.runs[n-1].End = run.End
		return err
	}
	w.runs = append(w.runs, run)
	return err
}

// Runs ends the last block and returns what was written, in order.
func (w *Writer[T]) Runs() ([]Run, error) {
	err := w.flush()
	w.body = nil
	return w.runs, err
}
