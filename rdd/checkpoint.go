package rdd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/rowfile"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// SetCheckpointDir makes a folder with a name of its own below dir, in which
// RDD.Checkpoint keeps what it writes. It stays when the context stops.
func (c *Context) SetCheckpointDir(dir string) error {
	abs, err := filepath.Abs(filepath.FromSlash(dir))
	if err != nil {
		return err
	}
	own := path.Join(filepath.ToSlash(abs), env.RandomID())
	if err := c.env.FS.MkdirAll(own); err != nil {
		return sparkerr.New("", "no checkpoint directory can be made below "+dir).At(exec.CallSite()).Because(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ckptDir = own
	return nil
}

// CheckpointDir returns the folder that SetCheckpointDir has made, "" for none.
func (c *Context) CheckpointDir() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ckptDir
}

// mark is a checkpoint that was asked for. The node's mu guards it.
type mark struct {
	local bool
	// write runs a job that makes the checkpoint, and cuts the lineage.
	write func(context.Context) error
	busy  bool
	done  bool
	dir   string // of a reliable one that is done
}

// Checkpoint asks that the RDD be written to the checkpoint directory when the
// next action that computes it has ended, by a job of its own (so Cache it
// first, or it is computed twice). From then on it is read from there, and of
// its lineage nothing is held any more. SetCheckpointDir comes first; a disk
// that fails makes the action fail, whose next run tries again.
func (r *RDD[T]) Checkpoint() *RDD[T] {
	dir := r.node().ctx.CheckpointDir()
	if dir == "" {
		r.node().fail(sparkerr.New("", "Checkpoint needs a directory: call Context.SetCheckpointDir first"))
		return r
	}
	to := path.Join(dir, fmt.Sprintf("rdd-%d", r.node().id))
	r.node().ask(&mark{dir: to, write: func(ctx context.Context) error { return r.writeCheckpoint(ctx, to) }})
	return r
}

// ask marks the node, unless it is marked already: the first mark stays, but a
// local one takes the place of one that is not yet done.
func (n *node) ask(m *mark) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if old := n.mark; old != nil && (!m.local || old.local || old.busy || old.done) {
		return
	}
	if n.mark == nil {
		n.ctx.marks.Add(1)
	}
	n.mark = m
}

// IsCheckpointed reports whether the RDD has been written, or is kept by
// LocalCheckpoint, so that its lineage is cut.
func (r *RDD[T]) IsCheckpointed() bool { return r.node().checkpointed() != nil }

// CheckpointFile returns the folder the RDD has been written to, what
// FromCheckpoint takes; "" if it has not.
func (r *RDD[T]) CheckpointFile() string {
	if m := r.node().checkpointed(); m != nil && !m.local {
		return m.dir
	}
	return ""
}

// checkpointed returns the mark of a node that is, else nil.
func (n *node) checkpointed() *mark {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.mark == nil || !n.mark.done {
		return nil
	}
	return n.mark
}

// everyMark is the key of CheckpointEvery.
type everyMark struct{}

// CheckpointEvery makes actions that get ctx write every RDD of their lineage
// that Checkpoint was called on, instead of only the last on each way up: what
// spark.checkpoint.checkpointAllMarkedAncestors says for all.
func CheckpointEvery(ctx context.Context) context.Context {
	return context.WithValue(ctx, everyMark{}, true)
}

// checkpointAbove makes the checkpoints that were asked for in the lineage of
// n: the first that is met on each way up, or every one.
func (c *Context) checkpointAbove(ctx context.Context, n *node) error {
	if c.marks.Load() == 0 {
		return nil
	}
	every := ctx.Value(everyMark{}) != nil || c.conf.get("spark.checkpoint.checkpointAllMarkedAncestors") == "true"
	seen := map[*node]bool{}
	var visit func(n *node) error
	visit = func(n *node) error {
		if seen[n] {
			return nil
		}
		seen[n] = true
		m, marked := n.take()
		if !marked || m != nil && every {
			for _, d := range n.parents() {
				if err := visit(d.on); err != nil {
					n.settle(m, err)
					return err
				}
			}
		}
		if m == nil {
			return nil
		}
		err := m.write(ctx)
		n.settle(m, err)
		return err
	}
	return visit(n)
}

// take returns the node's mark if the caller is to write it; it is the caller's
// until settle. marked tells of one that somebody writes or has written, too.
func (n *node) take() (m *mark, marked bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.mark == nil {
		return nil, false
	}
	if n.mark.busy || n.mark.done {
		return nil, true
	}
	n.mark.busy = true
	return n.mark, true
}

// settle ends what take began.
func (n *node) settle(m *mark, err error) {
	if m == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	m.busy, m.done = false, err == nil
	if m.done {
		m.write = nil
		n.ctx.marks.Add(-1)
	}
}

// writeCheckpoint writes the partitions below dir and cuts the lineage. If it
// fails nothing stays.
func (r *RDD[T]) writeCheckpoint(ctx context.Context, dir string) error {
	c := r.node().ctx
	form, err := spill.FormOf[T]()
	if err != nil {
		return err
	}
	parts, err := all(ctx, r.node())
	if err != nil {
		return err
	}
	s := &saver{fs: c.env.FS, dir: dir, temp: path.Join(dir, "_temporary"), made: true}
	err = s.fs.MkdirAll(s.temp)
	if err == nil {
		err = s.checkpoint(r.node().partitioner, func() ([]string, error) {
			return writeFiles(ctx, r, "checkpoint", s, parts, rowsFiller(r, form))
		})
	}
	if err := errors.Join(err, s.end(err)); err != nil {
		return fmt.Errorf("the checkpoint of RDD %d was not written: %w", r.node().id, err)
	}
	r.cut("ReliableCheckpointRDD", len(parts), readParts[T](c.env.FS, dir, form))
	return nil
}

// checkpoint puts the files that write makes in their place.
func (s *saver) checkpoint(by Partitioner, write func() ([]string, error)) error {
	files, err := write()
	if err != nil {
		return err
	}
	if err := writePartitioner(s.fs, s.dir, by); err != nil {
		return err
	}
	return s.rename(files)
}

// rowsFiller writes partitions of r in their row form.
func rowsFiller[T any](r *RDD[T], form spill.Form) filler {
	compress := r.node().ctx.conf.get("spark.checkpoint.compress") != "false"
	return func(t *Task, part, parts int, w *bufio.Writer) error {
		rows, err := rowfile.NewWriter(w, form, compress, part, parts)
		if err != nil {
			return err
		}
		if err := r.each(t, part, func(in []T) error { return rows.Add(in) }); err != nil {
			return err
		}
		return rows.Close()
	}
}

// readParts pushes the partitions that lie below dir.
func readParts[T any](fs vfs.FS, dir string, form spill.Form) pushes[T] {
	return func(t *Task, part int, emit func([]T) error) error {
		return readRows(t, fs, path.Join(dir, partName(part)), form, chunks(emit))
	}
}
