package dstream

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/spatestream/spate/rdd"
)

// batch is the jobs of one batch time. Its fields but mu are written by the
// generator before it is submitted.
type batch struct {
	time      instant
	inputs    []InputInfo
	jobs      []*outputJob
	submitted time.Time

	mu      sync.Mutex
	left    int // guarded by mu: jobs that have not ended
	started time.Time
	ended   time.Time
}

// outputJob is an output operation's work for one batch. The times are guarded
// by the batch's mu.
type outputJob struct {
	id     int
	output *output
	run    func(context.Context) error

	started, ended time.Time
	err            error
}

// scheduler runs the jobs of batches in the order in which they were submitted,
// spark.streaming.concurrentJobs at a time.
type scheduler struct {
	c     *Context
	ctx   context.Context
	width int

	mu     sync.Mutex
	more   sync.Cond // signalled when queue or closed changes
	queue  []queued  // guarded by mu
	closed bool      // guarded by mu
	busy   []queued  // guarded by mu: jobs that run
	alone  bool      // guarded by mu: nobody waits for those any more
}

type queued struct {
	batch *batch
	job   *outputJob
}

func newScheduler(c *Context, ctx context.Context) *scheduler {
	// A stream's checkpoint is no reason to skip those of the streams it is made
	// of.
	s := &scheduler{c: c, ctx: rdd.CheckpointEvery(ctx), width: c.number("spark.streaming.concurrentJobs", 1)}
	s.more.L = &s.mu
	return s
}

// submit queues a batch. One without jobs has completed.
func (s *scheduler) submit(b *batch) {
	b.left = len(b.jobs)
	s.c.statistics.submitted(b)
	s.c.listeners.tell(func(l *Listener) { call(l.BatchSubmitted, b.info()) })
	if b.left == 0 {
		s.finish(b)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range b.jobs {
		s.queue = append(s.queue, queued{b, j})
	}
	s.more.Broadcast()
}

// close lets the workers end when the queue is empty.
func (s *scheduler) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.more.Broadcast()
}

// next waits for a job, nil if there will be none.
func (s *scheduler) next() (q queued, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 && !s.closed {
		s.more.Wait()
	}
	if len(s.queue) == 0 {
		return q, false
	}
	q = s.queue[0]
	s.queue = s.queue[1:]
	s.busy = append(s.busy, q)
	return q, true
}

// over notes that a job runs no more, and reports whether somebody waits for
// it.
func (s *scheduler) over(j *outputJob) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = slices.DeleteFunc(s.busy, func(q queued) bool { return q.job == j })
	return !s.alone
}

// abandon leaves the jobs behind that run, which it returns.
func (s *scheduler) abandon() []queued {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alone = len(s.busy) > 0
	return slices.Clone(s.busy)
}

// work is a worker's goroutine.
func (s *scheduler) work() {
	for {
		q, ok := s.next()
		if !ok {
			return
		}
		s.do(q.batch, q.job)
	}
}

func (s *scheduler) do(b *batch, j *outputJob) {
	if s.ctx.Err() != nil {
		s.over(j) // stopped at once: what is queued is dropped
		return
	}
	s.begin(b, j)
	ctx := rdd.WithJobGroup(s.ctx, "", b.description(j))
	err := s.c.env.Around("Job", func() error { return apart(func() error { return j.run(ctx) }) })
	j.run = nil // it holds the batch's RDDs
	if !s.over(j) {
		return // it was left behind: its batch is over without it
	}
	last := s.end(b, j, err)
	if err != nil && s.ctx.Err() == nil {
		s.c.failed.set(fmt.Errorf("batch %v, output operation %d (%s at %v): %w", b.time, j.id, j.output.on.op, j.output.site, err))
	}
	if last {
		s.finish(b)
	}
}

func (s *scheduler) begin(b *batch, j *outputJob) {
	now := s.c.env.Clock.Now()
	b.mu.Lock()
	first := b.started.IsZero()
	if first {
		b.started = now
	}
	j.started = now
	b.mu.Unlock()
	if first {
		s.c.listeners.tell(func(l *Listener) { call(l.BatchStarted, b.info()) })
	}
	s.c.listeners.tell(func(l *Listener) { call(l.OutputOperationStarted, b.operation(j)) })
}

// end notes the end of a job and reports whether it was the batch's last.
func (s *scheduler) end(b *batch, j *outputJob, err error) bool {
	now := s.c.env.Clock.Now()
	b.mu.Lock()
	j.ended, j.err = now, err
	b.left--
	last := b.left == 0
	if last {
		b.ended = now
	}
	b.mu.Unlock()
	s.c.listeners.tell(func(l *Listener) { call(l.OutputOperationCompleted, b.operation(j)) })
	return last
}

// finish ends a batch. It has completed if all its jobs have succeeded.
func (s *scheduler) finish(b *batch) {
	err := b.failure()
	if err == nil {
		if err = s.c.env.Around("CompleteBatch", func() error { return nil }); err != nil {
			s.c.failed.set(fmt.Errorf("batch %v: %w", b.time, err))
		}
	}
	s.c.ended(b, err)
	s.c.statistics.completed(b)
	s.c.listeners.tell(func(l *Listener) { call(l.BatchCompleted, b.info()) })
}

// failure is the first error of the batch's jobs.
func (b *batch) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, j := range b.jobs {
		if j.err != nil {
			return j.err
		}
	}
	return nil
}
