package dstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/sparkerr"
)

// fileInput chooses files for batches. Its fields are guarded by the graph lock.
type fileInput struct {
	c      *Context
	n      *node
	id     int
	dir    string // absolute, may be a pattern
	keep   func(path string) bool
	since  instant       // files changed until then are not new
	window time.Duration // for which chosen files are remembered

	batches map[instant][]string
	chosen  map[string]bool // all that is in batches
}

func newFileInput(c *Context, dir string) *fileInput {
	in := &fileInput{c: c, keep: visible, since: instantOf(c.env.Clock.Now()), window: c.rememberWindow(),
		batches: map[instant][]string{}, chosen: map[string]bool{}}
	in.dir = filepath.ToSlash(strings.TrimPrefix(dir, "file:"))
	if abs, err := filepath.Abs(in.dir); err == nil {
		in.dir = filepath.ToSlash(abs)
	}
	return in
}

func (*fileInput) start(context.Context, instant) error { return nil }
func (*fileInput) stop(context.Context) error           { return nil }
func (*fileInput) pending() bool                        { return false }

// allocate chooses the files of a batch.
func (in *fileInput) allocate(t instant) {
	if _, known := in.batches[t]; known {
		return
	}
	began := in.c.env.Clock.Now()
	paths, err := in.list(t)
	if errors.Is(err, errLeft) {
		return
	}
	if err != nil {
		in.c.env.Log.Warn("the directory of a file stream could not be listed: the batch has no files of it", "directory", in.dir, "batch", t, "error", err)
	}
	if took := in.c.env.Clock.Now().Sub(began); took > in.c.batch {
		in.c.env.Log.Warn("listing the directory of a file stream takes longer than a batch: remove files that have been read", "directory", in.dir, "took", took)
	}
	in.choose(t, paths)
}

// list returns the new files. The disk may be slow and keep is the program's, so
// both are asked without the graph lock.
func (in *fileInput) list(t instant) (paths []string, err error) {
	left := in.n.outside(func() {
		var dirs []string
		if dirs, err = directories(in.c.env.FS, in.dir); err == nil {
			paths, err = listing(in.c.env.FS, dirs, in.keep, max(in.since, t.minus(in.window)), t)
		}
	})
	return slices.DeleteFunc(paths, func(p string) bool { return in.chosen[p] }), errors.Join(err, left)
}

func (in *fileInput) choose(t instant, paths []string) {
	in.batches[t] = paths
	for _, p := range paths {
		in.chosen[p] = true
	}
}

func (in *fileInput) info(t instant) (InputInfo, bool) {
	paths := in.batches[t]
	return InputInfo{Stream: in.id, Name: fmt.Sprintf("File stream [%d]", in.id),
		Metadata: map[string]any{"files": paths, "Description": strings.Join(paths, "\n")}}, true
}

func (in *fileInput) forget(t instant) {
	for at, paths := range in.batches {
		if at < t {
			for _, p := range paths {
				delete(in.chosen, p)
			}
			delete(in.batches, at)
		}
	}
}

// chosenFiles is what a checkpoint keeps of a stream of files.
type chosenFiles struct {
	Since   instant              `json:"since"`
	Batches map[instant][]string `json:"batches"`
}

func (in *fileInput) snapshot() (json.RawMessage, error) {
	some := maps.Clone(in.batches)
	maps.DeleteFunc(some, func(_ instant, paths []string) bool { return len(paths) == 0 })
	return json.Marshal(chosenFiles{in.since, some})
}

func (in *fileInput) restore(data json.RawMessage) error {
	var s chosenFiles
	if err := json.Unmarshal(data, &s); err != nil {
		return sparkerr.Corrupt(in.dir, "what the checkpoint has of the file stream cannot be read: %v", err)
	}
	in.since = s.Since
	for t, paths := range s.Batches {
		in.choose(t, paths)
	}
	return nil
}
