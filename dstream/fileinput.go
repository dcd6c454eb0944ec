package dstream

import (
	"context"
	"encoding/json"
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
	trouble string          // why the directory could not be listed last, "" if it could
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

// allocate chooses the files of a batch. The disk may be slow and keep is the
// program's, so both are asked without the graph lock.
func (in *fileInput) allocate(t instant) error {
	if _, known := in.batches[t]; known {
		return nil
	}
	began := in.c.env.Clock.Now()
	var paths []string
	var err error
	if failed := in.n.outside(func() { paths, err = in.list(t) }); failed != nil {
		return failed
	}
	in.note(t, err)
	if took := in.c.env.Clock.Now().Sub(began); took > in.c.batch {
		in.c.env.Log.Warn("listing the directory of a file stream takes longer than a batch: remove files that have been read", "directory", in.dir, "took", took)
	}
	in.choose(t, slices.DeleteFunc(paths, func(p string) bool { return in.chosen[p] }))
	return nil
}

// list returns the files of the directory that are new at t.
func (in *fileInput) list(t instant) ([]string, error) {
	dirs, err := directories(in.c.env.FS, in.dir)
	if err != nil {
		return nil, err
	}
	return listing(in.c.env.FS, dirs, in.keep, max(in.since, t.minus(in.window)), t)
}

// note warns of a directory that cannot be listed: once, and again if it is for
// another reason.
func (in *fileInput) note(t instant, err error) {
	why := ""
	if err != nil {
		why = err.Error()
	}
	switch {
	case why == in.trouble:
	case err != nil:
		in.c.env.Log.Warn("the directory of a file stream cannot be listed: batches have no files of it until it can", "directory", in.dir, "batch", t, "error", err)
	default:
		in.c.env.Log.Info("the directory of a file stream can be listed again", "directory", in.dir, "batch", t)
	}
	in.trouble = why
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
