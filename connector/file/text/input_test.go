package text

import (
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/vfs"
)

// file1 is a range of a file.
func file1(fs vfs.FS, name string, lo, hi int64) (file.Input, error) {
	in, err := file.NewInput(fs, name)
	in.Lo, in.Hi = lo, hi
	return in, err
}
