// Package spill keeps batches on disk that did not fit in memory: runs of
// blocks in one file of a task's space, written in pieces and read back in
// order, each as often as wanted.
package spill

import (
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/sqltype"
)

// File holds runs of batches. Writing belongs to one goroutine; once that is
// over any number may read.
type File struct {
	file memory.File
	enc  *block.Encoder
	buf  []byte
}

// Run is a place in a File: blocks one after another. The zero Run is empty.
type Run struct{ At, End int64 }

// Create returns an empty file in the space.
func Create(in memory.Space, hint string) (*File, error) {
	f, err := in.Create(hint)
	if err != nil {
		return nil, err
	}
	return &File{file: f, enc: block.NewEncoder(block.S2)}, nil
}

// Write appends the selected rows of b as a run of one block.
func (f *File) Write(b *columnar.Batch) (Run, error) {
	var err error
	if f.buf, err = f.enc.Append(f.buf[:0], b); err != nil {
		return Run{}, err
	}
	r := Run{At: f.file.Size()}
	_, err = f.file.Write(f.buf)
	r.End = f.file.Size()
	return r, err
}

// Size returns the bytes written.
func (f *File) Size() int64 { return f.file.Size() }

// Close removes the file.
func (f *File) Close() error { return f.file.Close() }

// Reader reads a list of runs. It belongs to one goroutine.
type Reader struct {
	file *File
	runs []Run
	open *block.Reader
	// Batch is the batch read last, the reader's own until the next call.
	Batch *columnar.Batch
}

// Read returns a reader of the runs, which hold rows of the schema.
func (f *File) Read(s *sqltype.Struct, runs []Run) *Reader {
	return &Reader{file: f, runs: runs, Batch: columnar.NewBatch(s)}
}

// Next reads the next block into Batch, or returns io.EOF.
func (r *Reader) Next() error {
	for {
		if r.open != nil {
			err := r.open.Next(r.Batch)
			if err != io.EOF {
				return err
			}
			r.open.Close()
			r.open = nil
		}
		if len(r.runs) == 0 {
			return io.EOF
		}
		r.open = block.NewReader(r.file.file, r.runs[0].At, r.runs[0].End, "spill")
		r.runs = r.runs[1:]
	}
}

// Close releases what reading holds.
func (r *Reader) Close() {
	if r.open != nil {
		r.open.Close()
		r.open = nil
	}
}
