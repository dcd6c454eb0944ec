package dstream

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

// generate cuts batches, in order and without gaps, until ctx ends: those that
// a recovery owes, and then from the first on. It is the generator's goroutine.
func (c *Context) generate(ctx context.Context, first instant) {
	if c.recovered != nil {
		for _, t := range c.recovered.missed(first) {
			if ctx.Err() != nil {
				return
			}
			c.tick(t)
		}
	}
	for t := first; ; t = t.plus(c.batch) {
		if env.SleepUntil(ctx, c.env.Clock, t.time()) != nil {
			return
		}
		c.tick(t)
	}
}

// tick makes the jobs of the batch t and queues them.
func (c *Context) tick(t instant) {
	b := &batch{time: t, submitted: c.env.Clock.Now()}
	c.mu.Lock()
	if c.left {
		c.mu.Unlock()
		return
	}
	if i, known := slices.BinarySearch(c.unfinished, t); !known {
		c.unfinished = slices.Insert(c.unfinished, i, t)
	}
	c.newest = max(c.newest, t)
	err := exec.Protect(func() error { return c.fill(b) }) // it runs the functions of Transform
	left := c.left
	c.mu.Unlock()
	if left {
		return // the run is over without the batch
	}
	if err != nil {
		err = fmt.Errorf("batch %v: %w", t, err)
		c.failed.set(err)
		c.ended(b, err)
		c.listeners.tell(func(l *Listener) {
			if l.BatchNotMade != nil {
				l.BatchNotMade(t.time(), err)
			}
		})
		return
	}
	c.run.admit(b)
}

// fill asks the inputs for their part of the batch and every output operation
// for its job. It runs under the graph lock.
func (c *Context) fill(b *batch) error {
	if err := c.env.Around("AllocateBlocks", func() error { return c.allocate(b) }); err != nil {
		return err
	}
	return c.env.Around("GenerateJobs", func() error { return c.generateJobs(b) })
}

func (c *Context) allocate(b *batch) error {
	for _, in := range c.inputs {
		if err := in.allocate(b.time); err != nil {
			return err
		}
	}
	return nil
}

func (c *Context) generateJobs(b *batch) error {
	for i, o := range c.outputs {
		job, err := o.job(b.time)
		if err != nil {
			return err
		}
		if job != nil {
			b.jobs = append(b.jobs, &outputJob{id: i, output: o, run: job})
		}
	}
	for _, in := range c.inputs {
		if info, ok := in.info(b.time); ok {
			b.inputs = append(b.inputs, info)
		}
	}
	return nil
}

// ended notes the end of a batch, and forgets what no unfinished or later batch
// needs. One that failed stays in the checkpoint: a recovery runs it again.
func (c *Context) ended(b *batch, failed error) {
	c.mu.Lock()
	if i, known := slices.BinarySearch(c.unfinished, b.time); known {
		c.unfinished = slices.Delete(c.unfinished, i, i+1)
	}
	delete(c.lost, b.time)
	if failed != nil && c.dir != nil {
		c.lost[b.time] = struct{}{}
	}
	done := c.newest // all batches up to it
	if len(c.unfinished) > 0 {
		done = c.unfinished[0].minus(c.batch)
	}
	for _, in := range c.inputs {
		if x, ok := in.(interface{ ended(instant) }); ok {
			x.ended(b.time)
		}
	}
	for _, n := range c.nodes {
		if c.dir == nil || len(n.parents) > 0 {
			n.forget(n.needs(done))
		}
	}
	c.mu.Unlock()
	if c.run.writer != nil {
		c.run.writer.poke()
	}
}

// release forgets what a recovery would have asked for: inputs what no batch
// from recent on needs, from which the newest checkpoints recover, and of data
// checkpoints those before oldest, from which any recovers. The directories of
// these are returned.
func (c *Context) release(recent, oldest instant) (dirs []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.nodes {
		if len(n.parents) == 0 {
			n.forget(n.needs(recent))
		}
		if n.release != nil {
			dirs = append(dirs, n.release(n.needs(oldest))...)
		}
	}
	return dirs
}

// pendingBatches are those that a recovery runs, in order. It runs under the
// graph lock.
func (c *Context) pendingBatches() []instant {
	all := slices.AppendSeq(slices.Clone(c.unfinished), maps.Keys(c.lost))
	slices.Sort(all)
	return slices.Compact(all)
}

// drain waits until a batch has taken everything that the inputs received, at
// most spark.streaming.gracefulStopTimeout.
func (c *Context) drain(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := c.duration("spark.streaming.gracefulStopTimeout", 10*c.batch)
	for start := c.env.Clock.Now(); c.pending() && c.env.Clock.Now().Sub(start) < limit; {
		if c.env.Clock.Sleep(ctx, drainPoll) != nil {
			return
		}
	}
}

const drainPoll = 10 * time.Millisecond

// pending reports whether some input holds what no batch has taken.
func (c *Context) pending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, in := range c.inputs {
		if in.pending() {
			return true
		}
	}
	return false
}
