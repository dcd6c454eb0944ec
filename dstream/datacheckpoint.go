package dstream

import (
	"errors"
	"path"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// Checkpoint writes the stream's data to the checkpoint directory every
// interval, a multiple of its slide, so that a recovery need not begin with the
// oldest batch. Streams that build on their own past do so every ten seconds or,
// if that is longer, every slide, unless told otherwise: five to ten slides are a
// good interval. It also persists the stream. It is called before the context
// starts.
func (d *DStream[T]) Checkpoint(interval time.Duration) *DStream[T] {
	n := d.n
	switch {
	case n.ctx.State() != Initialized:
		n.refuse(sparkerr.New("", "the checkpoint interval of a stream is set before the context starts"))
	case !n.multiple(interval):
		n.refuse(sparkerr.New("", "the checkpoint interval of "+n.op+" ("+printed(interval)+") must be a positive multiple of its slide duration ("+printed(n.slide)+")"))
	default:
		n.interval = interval
		if !n.must && d.level == (rdd.StorageLevel{}) {
			d.Persist()
		}
	}
	return d
}

// writes reports whether the data of batch t is written to the checkpoint
// directory.
func (n *node) writes(t instant) bool {
	return n.interval > 0 && (t-n.ctx.zero)%instant(n.interval.Milliseconds()) == 0
}

// discard removes a data checkpoint, and with the last one of an earlier run the
// run's folder.
func (c *Context) discard(dir string) error {
	if err := vfs.RemoveAll(c.env.FS, dir); err != nil {
		return err
	}
	if run := path.Dir(dir); run != c.sc.CheckpointDir() {
		_ = c.env.FS.Remove(run) // it stays while others are in it
	}
	return nil
}

// sweep removes the data checkpoints of earlier runs that no metadata knows: a
// process that died has left them. What cannot be removed is tried again in the
// next run.
func (c *Context) sweep() {
	root := path.Join(c.dir.path, rddsName)
	entries, err := c.env.FS.List(root)
	for _, e := range entries {
		run := path.Join(root, e.Name)
		if run != c.sc.CheckpointDir() {
			err = errors.Join(err, c.sweepRun(run))
		}
	}
	if err != nil && !errors.Is(err, vfs.ErrNotExist) {
		c.env.Log.Warn("old data checkpoints could not be removed", "checkpoint", c.dir.path, "error", err)
	}
}

// ownName is what is a data checkpoint's own of its path: the folder around them
// may have been moved.
func ownName(dir string) string { return path.Join(path.Base(path.Dir(dir)), path.Base(dir)) }

func (c *Context) sweepRun(run string) error {
	entries, err := c.env.FS.List(run)
	for _, e := range entries {
		if dir := path.Join(run, e.Name); !c.dir.rdds[ownName(dir)] {
			err = errors.Join(err, vfs.RemoveAll(c.env.FS, dir))
		}
	}
	_ = c.env.FS.Remove(run) // it stays while others are in it
	return err
}

// dataCheckpoints is what of a stream was written, or will be. It is guarded by
// the graph lock.
type dataCheckpoints[T any] struct {
	asked map[instant]*rdd.RDD[T] // written when an action has computed them
	dirs  map[instant]string      // of an earlier run
}

// ask has the data of batch t written.
func (c *dataCheckpoints[T]) ask(t instant, r *rdd.RDD[T]) {
	if c.asked == nil {
		c.asked = map[instant]*rdd.RDD[T]{}
	}
	c.asked[t] = r.Checkpoint()
}

// saved lists the directories of what is there.
func (c *dataCheckpoints[T]) saved() map[instant]string {
	out := map[instant]string{}
	for t, dir := range c.dirs {
		out[t] = dir
	}
	for t, r := range c.asked {
		if dir := r.CheckpointFile(); dir != "" {
			out[t] = dir
		}
	}
	return out
}

// restore makes batches of what an earlier run wrote.
func (d *DStream[T]) restore(dirs map[instant]string) error {
	d.data.dirs = dirs
	for t, dir := range dirs {
		d.generated[t] = rdd.FromCheckpoint[T](d.n.ctx.sc, dir)
	}
	return nil
}

// release takes what was written of batches before t off the list and returns its
// directories, which nobody reads any more.
func (d *DStream[T]) release(t instant) (dirs []string) {
	for at, dir := range d.data.saved() {
		if at < t {
			dirs = append(dirs, dir)
			delete(d.data.asked, at)
			delete(d.data.dirs, at)
		}
	}
	return dirs
}
