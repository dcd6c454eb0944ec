package storage

import (
	"io"
	"slices"

	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/spill"
)

// frameBytes is about how many bytes of rows a frame holds.
const frameBytes = 64 << 10

// frames turns rows into frames: blocks with a checksum, in memory or in a
// file. It belongs to one goroutine.
type frames[T any] struct {
	codec *spill.Codec[T]
	enc   *block.Encoder
	body  []byte
	buf   []byte
	out   content[T]
}

// newFrames begins frames of blocks of k, in a file or not.
func newFrames[T any](k *set[T], onDisk bool) (*frames[T], error) {
	codec, err := k.codec()
	if err != nil {
		return nil, err
	}
	f := &frames[T]{codec: codec, enc: block.NewEncoder(k.store.how())}
	if onDisk {
		f.out.file, err = k.store.space.Create("rdd")
	}
	return f, err
}

// add appends rows.
func (f *frames[T]) add(rows []T) (err error) {
	for i := range rows {
		if f.body, err = f.codec.Append(f.body, &rows[i]); err != nil {
			return err
		}
		if len(f.body) >= frameBytes {
			if err := f.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *frames[T]) flush() (err error) {
	if len(f.body) == 0 {
		return nil
	}
	f.buf, err = f.enc.AppendBytes(f.buf[:0], f.body)
	f.body = f.body[:0]
	if err != nil {
		return err
	}
	return f.put(f.buf)
}

// put appends a frame, which is copied.
func (f *frames[T]) put(frame []byte) error {
	f.out.size += int64(len(frame))
	if f.out.file == nil {
		f.out.frames = append(f.out.frames, slices.Clone(frame))
		return nil
	}
	_, err := f.out.file.Write(frame)
	return err
}

// size is what the frames take, the one begun included.
func (f *frames[T]) size() int64 { return f.out.size + int64(len(f.body)) }

// finish returns the whole.
func (f *frames[T]) finish() (content[T], error) {
	if err := f.flush(); err != nil {
		return content[T]{}, f.fail(err)
	}
	return f.out, nil
}

// fail gives up: the file is removed.
func (f *frames[T]) fail(err error) error {
	f.out.close()
	return err
}

func (c *content[T]) close() {
	if c.file != nil {
		c.file.Close()
	}
}

// frameReader reads frames. It belongs to one goroutine.
type frameReader[T any] struct {
	codec *spill.Codec[T]
	next  func() ([]byte, error) // the body of the next frame, or io.EOF
	rows  []T
}

// open returns a reader of content in frames; close releases what it holds.
func (in content[T]) open(codec *spill.Codec[T]) (r *frameReader[T], close func()) {
	if in.file != nil {
		from := block.NewReader(in.file, 0, in.size, "a persisted partition")
		return &frameReader[T]{codec: codec, next: from.NextBody}, from.Close
	}
	d := block.NewDecoder("a persisted partition")
	left := in.frames
	return &frameReader[T]{codec: codec, next: func() ([]byte, error) {
		if len(left) == 0 {
			return nil, io.EOF
		}
		body, _, err := d.Body(left[0])
		left = left[1:]
		return body, err
	}}, d.Close
}

// read returns the rows of the next frame, borrowed until the next call.
func (r *frameReader[T]) read() ([]T, error) {
	body, err := r.next()
	if err == nil {
		r.rows, err = r.codec.Decode(body, r.rows)
	}
	return r.rows, err
}
