package dstream

import (
	"context"
	"fmt"
	"time"
)

// generate cuts batches from the first on, in order and without gaps, until ctx
// ends. It is the generator's goroutine.
func (c *Context) generate(ctx context.Context, first instant) {
	for t := first; ; t = t.plus(c.batch) {
		if c.env.Clock.Sleep(ctx, t.since(instantOf(c.env.Clock.Now()))) != nil {
			return
		}
		c.tick(t)
	}
}

// tick makes the jobs of the batch t and queues them.
func (c *Context) tick(t instant) {
	b := &batch{time: t, submitted: c.env.Clock.Now()}
	c.mu.Lock()
	c.unfinished[t] = struct{}{}
	err := c.fill(b)
	c.mu.Unlock()
	if err != nil {
		c.failed.set(fmt.Errorf("batch %v: %w", t, err))
		c.completed(b)
		return
	}
	c.run.jobs.submit(b)
}

// fill asks the inputs for their part of the batch and every output operation
// for its job. It runs under the graph lock.
func (c *Context) fill(b *batch) error {
	for _, in := range c.inputs {
		in.allocate(b.time)
	}
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

// completed forgets what no unfinished or later batch needs.
func (c *Context) completed(b *batch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.unfinished, b.time)
	oldest := b.time
	for t := range c.unfinished {
		oldest = min(oldest, t)
	}
	for _, n := range c.nodes {
		n.forget(oldest.minus(max(n.remember, n.slide)).plus(time.Millisecond))
	}
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
