package storage

import (
	"fmt"
	"io"
	"runtime"
)

// chunk is the number of rows that are pushed at a time.
const chunk = 1024

// LostError says that a block turned out to be lost when rows of it had been
// pushed already: the task that reads it runs again.
type LostError struct {
	RDD, Part int
	Cause     error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the persisted partition rdd_%d_%d is lost, it will be computed again: %v", e.RDD, e.Part, e.Cause)
}

func (e *LostError) Unwrap() error { return e.Cause }

// Read pushes the rows of a partition to emit, in chunks that are borrowed for
// the call, and reports whether it was there. An error of emit ends it and is
// returned as it is.
func Read[T any](b *Blocks, part int, emit func([]T) error) (found bool, err error) {
	return b.read(part, func(rows any) error {
		for left := rows.([]T); len(left) > 0; {
			n := min(len(left), chunk)
			if err := emit(left[:n:n]); err != nil {
				return err
			}
			left = left[n:]
		}
		return nil
	})
}

func (b *Blocks) read(part int, emit func(any) error) (found bool, err error) {
	defer runtime.KeepAlive(b)
	in, ok := b.kept.get(part)
	if !ok {
		return false, nil
	}
	if in.values == nil {
		return b.kept.readFrames(part, in, emit)
	}
	for _, rows := range in.values {
		if err := emit(rows); err != nil {
			return true, err
		}
	}
	return true, nil
}

// readFrames pushes rows that are bytes.
func (k *set) readFrames(part int, in content, emit func(any) error) (found bool, err error) {
	form, err := k.form()
	if err != nil {
		return false, err
	}
	r, done := in.open(form)
	defer done()
	for pushed := false; ; pushed = true {
		rows, err := r.read()
		switch {
		case err == io.EOF:
			return true, nil
		case err != nil:
			k.lose(part, in)
			if pushed {
				return true, &LostError{RDD: k.id, Part: part, Cause: err}
			}
			return false, nil
		}
		if err := emit(rows); err != nil {
			return true, err
		}
	}
}
