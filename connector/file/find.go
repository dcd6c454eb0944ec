package file

import (
	"context"
	"strings"

	"github.com/spatestream/spate/files"
)

// Find lists the files that a comma-separated list of paths, directories and
// patterns names, sorted by path within each: what RDDs of files read. Of a
// directory these are the files in it; hidden names (_, .) are skipped. What is
// not there is the error PATH_NOT_FOUND.
func Find(ctx context.Context, fs files.FS, paths string) ([]Input, error) {
	l := &lister{fs: fs}
	for _, text := range strings.Split(paths, ",") {
		p, err := absolute(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		l.roots = append(l.roots, p)
	}
	files, err := l.list(ctx, false)
	out := make([]Input, len(files))
	for i, f := range files {
		out[i] = Input{fs: fs, Path: f.path, Hi: f.size, Size: f.size}
	}
	return out, err
}

// Splittable reports whether ranges of the file can be read on their own.
func (in Input) Splittable() bool { return compression(in.Path) == "" }

// Range returns the part of the input from byte lo to before hi.
func (in Input) Range(lo, hi int64) Input {
	in.Lo, in.Hi = lo, hi
	return in
}
