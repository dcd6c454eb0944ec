package dstream

import (
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// Checkpoint makes the context write what a later run needs to go on, and the
// data checkpoints of streams with state, to a directory. It is called before
// Start, or set as spark.streaming.checkpoint.directory. The directory is
// locked from Start to Stop; who continues it uses GetOrCreate.
func (c *Context) Checkpoint(dir string) {
	abs, err := absolute(dir)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
	case err != nil:
		c.err = err
	case dir == "":
		c.err = sparkerr.New("", "the checkpoint directory must have a name").At(exec.CallSite())
	case c.state != Initialized:
		c.err = sparkerr.New("", "the checkpoint directory is set before the context starts").At(exec.CallSite())
	default:
		c.checkpoints = abs
	}
}

// RecoveryOption changes what GetOrCreate does.
type RecoveryOption func(*recovery)

type recovery struct{ createOnError bool }

// CreateOnError makes GetOrCreate begin anew when no checkpoint can be read,
// which loses what was in it.
func CreateOnError() RecoveryOption { return func(r *recovery) { r.createOnError = true } }

// GetOrCreate returns the context that create makes, at the place where an
// earlier run with the same checkpoint directory ended; without a checkpoint it
// begins anew. Functions cannot be stored: create must define the same program
// each time, operator by operator, while what the functions do may change. A
// checkpoint of another program is refused, and so is a directory that is none
// or that a running context holds. Of damaged files the newest whole one counts.
//
// The context is not started. Start first runs the batches that had not
// completed and those of the time in between, in order, and goes on in step
// with the batches of the first run. The configuration is that of the new
// context. Close it by Stop also if it is never started.
func GetOrCreate(dir string, create func() (*Context, error), opts ...RecoveryOption) (*Context, error) {
	var r recovery
	for _, o := range opts {
		o(&r)
	}
	abs, err := absolute(dir)
	if err != nil {
		return nil, err
	}
	c, err := create()
	if err != nil {
		return nil, err
	}
	if err := c.recover(abs, r); err != nil {
		c.mu.Lock()
		c.state = Stopped
		err = c.closeDirectory(err)
		c.mu.Unlock()
		c.failed.set(nil)
		return nil, err
	}
	return c, nil
}

func (c *Context) recover(dir string, r recovery) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch own := c.checkpointDir(); {
	case c.state != Initialized:
		return sparkerr.New("", "the create function has started the context: GetOrCreate's caller does that")
	case own != "" && own != dir:
		return sparkerr.New("", "the create function checkpoints to "+own+", but GetOrCreate looks in "+dir+": give both the same directory")
	}
	c.checkpoints = dir
	if err := c.validate(); err != nil {
		return err
	}
	if err := c.openDirectory(); err != nil {
		return err
	}
	m, err := c.dir.newest(func(err error) {
		c.env.Log.Warn("a checkpoint file cannot be read and is passed over", "error", err)
	})
	if err != nil && r.createOnError {
		c.env.Log.Warn("no checkpoint can be read: the program begins anew", "error", err)
		return nil
	}
	if m == nil || err != nil {
		return err
	}
	return c.restore(m)
}

// restore takes over what metadata says, under the graph lock.
func (c *Context) restore(m *metadata) error {
	if err := m.fits(c, c.checkpoints); err != nil {
		return err
	}
	for i, in := range c.inputs {
		if err := in.restore(m.Inputs[i]); err != nil {
			return fmt.Errorf("recover input %d from %s: %w", i, c.checkpoints, err)
		}
	}
	for _, n := range c.nodes {
		if dirs := m.RDDs[n.id]; len(dirs) > 0 && n.restore != nil {
			if err := n.restore(c.dir.places(dirs)); err != nil {
				return fmt.Errorf("recover %s at %v from %s: %w", n.op, n.site, c.checkpoints, err)
			}
		}
	}
	c.zero, c.newest = m.Zero, m.Time
	c.unfinished = slices.Clone(m.Pending)
	c.recovered = m
	return nil
}

// missed returns the batches that a recovered context runs before the batch
// first: those that had not completed, and those of the time in between.
func (m *metadata) missed(first instant) []instant {
	out := append([]instant(nil), m.Pending...)
	step := time.Duration(m.Interval) * time.Millisecond
	for t := m.Time.plus(step); t < first; t = t.plus(step) {
		out = append(out, t)
	}
	return out
}

// checkpointDir returns the directory that was set, "" for none.
func (c *Context) checkpointDir() string {
	if c.checkpoints == "" {
		if dir := c.sc.Conf("spark.streaming.checkpoint.directory"); dir != "" {
			abs, err := absolute(dir)
			if err != nil && c.err == nil {
				c.err = err
			}
			c.checkpoints = abs
		}
	}
	return c.checkpoints
}

// openDirectory opens the checkpoint directory, if one is set and not open.
func (c *Context) openDirectory() (err error) {
	if dir := c.checkpointDir(); dir != "" && c.dir == nil {
		c.dir, err = openDirectory(c.env.FS, dir)
		if err == nil && slices.ContainsFunc(c.nodes, func(n *node) bool { return n.interval > 0 }) {
			err = c.sc.SetCheckpointDir(path.Join(dir, rddsName))
		}
	}
	return err
}

// closeDirectory frees the checkpoint directory. It returns err, or else its
// own error.
func (c *Context) closeDirectory(err error) error {
	if c.dir == nil {
		return err
	}
	if own := c.sc.CheckpointDir(); path.Dir(own) == path.Join(c.dir.path, rddsName) {
		_ = c.env.FS.Remove(own) // it stays if something was written to it
	}
	closed := c.dir.close()
	c.dir = nil
	if err == nil {
		err = closed
	}
	return err
}
