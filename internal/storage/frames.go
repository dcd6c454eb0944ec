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
type frames struct {
	form spill.Form
	enc  *block.Encoder
	body []byte
	buf  []byte
	out  content
}

// newFrames begins frames of blocks of k, in a file or not.
func newFrames(k *set, onDisk bool) (*frames, error) {
	form, err := k.form()
	if err != nil {
		return nil, err
	}
	f := &frames{form: form, enc: block.NewEncoder(k.store.how())}
	if onDisk {
		f.out.file, err = k.store.space.Create("rdd")
	}
	return f, err
}

// add appends the rows of a chunk.
func (f *frames) add(chunk any) (err error) {
	for from, more := 0, true; more; {
		if f.body, from, more, err = f.form.AppendChunk(f.body, chunk, from, frameBytes); err != nil {
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

func (f *frames) flush() (err error) {
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
func (f *frames) put(frame []byte) error {
	f.out.size += int64(len(frame))
	if f.out.file == nil {
		f.out.frames = append(f.out.frames, slices.Clone(frame))
		return nil
	}
	_, err := f.out.file.Write(frame)
	return err
}

// size is what the frames take, the one begun included.
func (f *frames) size() int64 { return f.out.size + int64(len(f.body)) }

// finish returns the whole.
func (f *frames) finish() (content, error) {
	if err := f.flush(); err != nil {
		return content{}, f.fail(err)
	}
	return f.out, nil
}

// fail gives up: the file is removed.
func (f *frames) fail(err error) error {
	f.out.close()
	return err
}

func (c *content) close() {
	if c.file != nil {
		c.file.Close()
	}
}

// frameReader reads frames. It belongs to one goroutine.
type frameReader struct {
	form  spill.Form
	next  func() ([]byte, error) // the body of the next frame, or io.EOF
	chunk any
}

// open returns a reader of content in frames; close releases what it holds.
func (c content) open(form spill.Form) (r *frameReader, close func()) {
	if c.file != nil {
		from := block.NewReader(c.file, 0, c.size, "a persisted partition")
		return &frameReader{form: form, next: from.NextBody}, from.Close
	}
	d := block.NewDecoder("a persisted partition")
	left := c.frames
	return &frameReader{form: form, next: func() ([]byte, error) {
		if len(left) == 0 {
			return nil, io.EOF
		}
		body, _, err := d.Body(left[0])
		left = left[1:]
		return body, err
	}}, d.Close
}

// read returns the rows of the next frame, borrowed until the next call.
func (r *frameReader) read() (chunk any, err error) {
	body, err := r.next()
	if err == nil {
		r.chunk, _, err = r.form.DecodeChunk(body, r.chunk)
	}
	return r.chunk, err
}
