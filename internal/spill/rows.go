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

// Chunks reads runs of rows of a type that it does not know. It belongs to one
// goroutine.
type Chunks struct {
	file  *File
	form  Form
	runs  []Run
	open  *block.Reader
	chunk any
}

// ReadChunks returns a reader of runs whose bodies the form has made.
func ReadChunks(f *File, form Form, runs []Run) *Chunks {
	return &Chunks{file: f, form: form, runs: runs}
}

// Next returns the rows of the next block, a chunk borrowed until the next call,
// or io.EOF.
func (r *Chunks) Next() (any, error) {
	for {
		if r.open != nil {
			body, err := r.open.NextBody()
			if err == nil {
				r.chunk, _, err = r.form.DecodeChunk(body, r.chunk)
				return r.chunk, err
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
func (r *Chunks) Close() {
	if r.open != nil {
		r.open.Close()
		r.open = nil
	}
}

// Rows reads runs of typed rows. It belongs to one goroutine.
type Rows[T any] struct{ *Chunks }

// ReadRows returns a reader of runs whose bodies the codec's Append has made.
func ReadRows[T any](f *File, c *Codec[T], runs []Run) Rows[T] {
	return Rows[T]{ReadChunks(f, c, runs)}
}

// Next returns the rows of the next block, the slice borrowed until the next
// call, or io.EOF.
func (r Rows[T]) Next() ([]T, error) {
	chunk, err := r.Chunks.Next()
	rows, _ := chunk.([]T)
	return rows, err
}

// Writer writes rows as runs of blocks. It belongs to one goroutine.
type Writer struct {
	file  *File
	limit int
	body  []byte // of the block begun
	runs  []Run
}

// NewWriter returns a writer of rows to the end of f in blocks of about limit
// bytes.
func NewWriter(f *File, limit int) *Writer { return &Writer{file: f, limit: limit} }

// Add adds a row to w. All rows of a writer are of one type.
func Add[T any](w *Writer, c *Codec[T], x *T) (err error) {
	if w.body, err = c.Append(w.body, x); err != nil || len(w.body) < w.limit {
		return err
	}
	return w.flush()
}

// flush writes the block begun.
func (w *Writer) flush() error {
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
func (w *Writer) Runs() ([]Run, error) {
	err := w.flush()
	w.body = nil
	return w.runs, err
}
