package dstream

import (
	"time"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// Window makes a stream whose RDD at t is the union of the batches in (t -
// length, t]. The optional slide, by default that of the stream, says how often;
// both are multiples of the stream's own. The stream is persisted, for its
// batches are used more than once; so Persist on the window persists the stream
// instead.
func (d *DStream[T]) Window(length time.Duration, slide ...time.Duration) *DStream[T] {
	step := d.n.slide
	if len(slide) > 0 {
		step = slide[0]
	}
	if d.level == (rdd.StorageLevel{}) && d.n.ctx.State() == Initialized {
		d.level = rdd.MemoryOnlySer
	}
	out := newDStream(d.n.ctx, "window", step, func(t instant) (*rdd.RDD[T], error) {
		rdds, err := d.between(t.minus(length).plus(d.n.slide), t)
		if err != nil || len(rdds) == 0 {
			return nil, err
		}
		return rdd.Union(rdds[0], rdds[1:]...), nil
	}, d.n)
	out.n.reach = length
	out.n.windowed(d.n, length, step)
	return out
}

// windowed refuses windows that are no multiples of the parent's slide.
func (n *node) windowed(parent *node, length, slide time.Duration) {
	if !parent.multiple(length) {
		n.refuse(sparkerr.New("", "the length of a window ("+printed(length)+") must be a multiple of the slide duration of the stream ("+printed(parent.slide)+")"))
	}
	if !parent.multiple(slide) {
		n.refuse(sparkerr.New("", "the slide of a window ("+printed(slide)+") must be a multiple of the slide duration of the stream ("+printed(parent.slide)+")"))
	}
}

// between returns the RDDs of the batches from from to to, both included,
// oldest first; those that the stream has none for are left out. It runs under
// the graph lock.
func (d *DStream[T]) between(from, to instant) ([]*rdd.RDD[T], error) {
	var out []*rdd.RDD[T]
	for t := from; t <= to; t = t.plus(d.n.slide) {
		r, err := d.at(t)
		if err != nil {
			return nil, err
		}
		if r != nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// Slice returns the RDDs of the batches from from to to, both included and
// moved back to the stream's slide, as far as they are remembered (see
// Context.Remember). The context must have been started.
func (d *DStream[T]) Slice(from, to time.Time) ([]*rdd.RDD[T], error) {
	c := d.n.ctx
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == Initialized {
		return nil, sparkerr.New("", "the stream has no batches before the context starts").At(exec.CallSite())
	}
	lo, hi := instantOf(from).floor(d.n.slide, c.zero), instantOf(to).floor(d.n.slide, c.zero)
	var out []*rdd.RDD[T]
	for t := lo; t <= hi; t = t.plus(d.n.slide) {
		if r := d.generated[t]; r != nil {
			out = append(out, r)
		}
	}
	return out, nil
}
