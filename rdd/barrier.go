package rdd

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/sparkerr"
)

// Barriered is an RDD whose next step runs in a barrier stage.
type Barriered[T any] struct{ r *RDD[T] }

// Barrier makes the stage of the next step a barrier stage: its tasks start
// together, one worker each, may wait for one another, and if one fails all run
// again. A stage that has more tasks than the context has workers is an error.
// The result, and what is computed from it without a shuffle, keeps its
// partitions: Union, Coalesce, Take and First cannot follow.
func Barrier[T any](r *RDD[T]) *Barriered[T] { return &Barriered[T]{r} }

// MapPartitions applies f to every partition; f may fail, which fails the
// stage. For results of another type see BarrierMapPartitions.
func (b *Barriered[T]) MapPartitions(f func(*BarrierTask, iter.Seq[T]) (iter.Seq[T], error)) *RDD[T] {
	return BarrierMapPartitions(b, f)
}

// BarrierMapPartitions is Barriered.MapPartitions with results of any type.
func BarrierMapPartitions[T, U any](b *Barriered[T], f func(*BarrierTask, iter.Seq[T]) (iter.Seq[U], error)) *RDD[U] {
	out := TryMapPartitions(b.r, func(t *Task, in iter.Seq[T]) (iter.Seq[U], error) { return f(&BarrierTask{t}, in) })
	out.n.barrier = true
	return out
}

var errBarrierChain = sparkerr.New("", "the steps after Barrier do not keep its partitions (Union, Coalesce, Take, First), or there are two barriers in a stage: "+
	"put a shuffle such as Repartition between, or collect instead of Take")

// BarrierTask is a run of a task of a barrier stage. It belongs to the task's
// goroutine.
type BarrierTask struct{ *Task }

// Tasks returns how many tasks the stage has.
func (t *BarrierTask) Tasks() int { return t.gate.n }

// Barrier waits until all tasks of the stage have called it as often. It is an
// error if one ends before, if another calls AllGather meanwhile, or after
// spark.barrier.sync.timeout.
func (t *BarrierTask) Barrier() error {
	_, err := t.gate.meet(t.Context(), "Barrier", t.x.Index, "")
	return err
}

// AllGather waits as Barrier does and returns the messages of all tasks, by
// partition.
func (t *BarrierTask) AllGather(message string) ([]string, error) {
	return t.gate.meet(t.Context(), "AllGather", t.x.Index, message)
}

// rendezvous is where the n tasks of a round of a barrier stage meet.
type rendezvous struct {
	n       int
	clock   env.Clock
	timeout time.Duration

	mu   sync.Mutex
	now  *meeting // guarded by mu: nil when nobody waits
	left int      // guarded by mu: tasks that have ended
}

// meeting is one time that all meet. Its fields are guarded by the mu of rendezvous
// until over is closed.
type meeting struct {
	call     string
	messages []string
	came     int
	err      error
	over     chan struct{}
}

func newRendezvous(c *Context, n int) *rendezvous {
	return &rendezvous{n: n, clock: c.env.Clock, timeout: c.conf.duration("spark.barrier.sync.timeout")}
}

func (g *rendezvous) meet(ctx context.Context, call string, i int, message string) ([]string, error) {
	m := g.come(call, i, message)
	ctx, cancel := context.WithCancelCause(ctx)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel(nil)
	wait.Go(func() { // ends with the meeting
		if g.clock.Sleep(ctx, g.timeout) == nil {
			cancel(sparkerr.New("", "not all tasks came to the barrier within spark.barrier.sync.timeout ("+g.timeout.String()+")"))
		}
	})
	select {
	case <-m.over:
		return slices.Clone(m.messages), m.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// come joins the meeting, or opens it.
func (g *rendezvous) come(call string, i int, message string) *meeting {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now == nil {
		g.now = &meeting{call: call, messages: make([]string, g.n), over: make(chan struct{})}
	}
	m := g.now
	m.messages[i] = message
	m.came++
	switch {
	case m.call != call:
		g.close(sparkerr.New("", "some tasks of a barrier stage wait in "+m.call+", others in "+call+": all must call the same"))
	case g.left > 0:
		g.close(errLeft)
	case m.came == g.n:
		g.close(nil)
	}
	return m
}

var errLeft = sparkerr.New("", "a task of a barrier stage ended while others wait for it at the barrier: all must call Barrier and AllGather as often")

// leave says that a task has ended, and will come to no barrier any more.
func (g *rendezvous) leave() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left++
	if g.now != nil {
		g.close(errLeft)
	}
}

// close ends the meeting. g.mu is held.
func (g *rendezvous) close(err error) {
	g.now.err = err
	close(g.now.over)
	g.now = nil
}
