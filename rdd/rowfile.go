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

// readRows pushes the rows of a file.
func readRows[T any](t *Task, fs vfs.FS, name string, codec *spill.Codec[T], emit func([]T) error) (err error) {
	f, err := fs.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := rowfile.NewReader(f, name, codec)
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
			err = emitAll(in, emit)
		}
		if err != nil {
			return err
		}
	}
}
