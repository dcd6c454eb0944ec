package rdd

import (
	"errors"
	"fmt"
	"io"

	"github.com/spatestream/spate/internal/rowfile"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/vfs"
)

// partName is the name of a file of rows.
func partName(part int) string { return fmt.Sprintf("part-%05d", part) }

// readRows pushes the rows of a file to emit, in chunks.
func readRows(t *Task, fs vfs.FS, name string, form spill.Form, emit func(any) error) (err error) {
	f, err := fs.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := rowfile.NewReader(f, name, form)
	if err != nil {
		return err
	}
	defer rows.Close()
	for {
		in, err := rows.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = t.live()
		}
		if err == nil {
			err = emit(in)
		}
		if err != nil {
			return err
		}
	}
}

// chunks is an emit of rows for who does not know their type.
func chunks[T any](emit func([]T) error) func(any) error {
	return func(chunk any) error { return emitAll(chunk.([]T), emit) }
}
