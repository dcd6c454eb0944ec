package dstream

import (
	"fmt"
	"time"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// Transform applies f to the RDD of each batch, on the generator's goroutine,
// so that it may use references that change. f must not return nil.
func Transform[T, U any](d *DStream[T], f func(*rdd.RDD[T]) *rdd.RDD[U]) *DStream[U] {
	return TransformAt(d, func(_ time.Time, r *rdd.RDD[T]) *rdd.RDD[U] { return f(r) }).given(f != nil)
}

// TransformAt is Transform with the time of the batch.
func TransformAt[T, U any](d *DStream[T], f func(time.Time, *rdd.RDD[T]) *rdd.RDD[U]) *DStream[U] {
	out := lift(d, "transform", func(t instant, r *rdd.RDD[T]) *rdd.RDD[U] { return f(t.time(), r) })
	out.n.op = "transform"
	return checked(out).given(f != nil)
}

// TransformWith applies f to the RDDs that two streams have at a batch. More
// streams are given to TransformAll.
func TransformWith[T, U, V any](d *DStream[T], other *DStream[U], f func(*rdd.RDD[T], *rdd.RDD[U]) *rdd.RDD[V]) *DStream[V] {
	return checked(lift2(d, other, "transformWith", func(a *rdd.RDD[T], b *rdd.RDD[U]) *rdd.RDD[V] { return f(a, b) })).given(f != nil)
}

// TransformAll applies f to the RDDs that streams have at a batch, in the order
// of the streams.
func TransformAll[T, U any](streams []*DStream[T], f func([]*rdd.RDD[T], time.Time) *rdd.RDD[U]) *DStream[U] {
	parents := make([]*node, len(streams))
	for i, d := range streams {
		parents[i] = d.n
	}
	out := newDStream(streams[0].n.ctx, "transform", streams[0].n.slide, func(t instant) (*rdd.RDD[U], error) {
		rdds := make([]*rdd.RDD[T], len(streams))
		for i, d := range streams {
			r, err := d.at(t)
			if err == nil && r == nil {
				err = errNoParent("transform", d.n, t)
			}
			if err != nil {
				return nil, err
			}
			rdds[i] = r
		}
		return f(rdds, t.time()), nil
	}, parents...)
	out.n.alike(parents...)
	return checked(out).given(f != nil)
}

// errNoParent says that a parent gave nothing for a batch that needs it.
func errNoParent(op string, parent *node, t instant) error {
	return fmt.Errorf("%s: %s at %v has no RDD for the batch of %v", op, parent.op, parent.site, t)
}

// checked refuses a nil that user code returned.
func checked[T any](d *DStream[T]) *DStream[T] {
	compute := d.compute
	d.compute = func(t instant) (*rdd.RDD[T], error) {
		r, err := compute(t)
		if err == nil && r == nil {
			err = sparkerr.New("", "the function of "+d.n.op+" returned nil: return rdd.Empty for no rows").At(d.n.site)
		}
		return r, err
	}
	return d
}

// lift makes a stream by an operation on the RDD of each batch; a batch for
// which the parent has none has none.
func lift[T, U any](d *DStream[T], op string, f func(t instant, r *rdd.RDD[T]) *rdd.RDD[U]) *DStream[U] {
	return newDStream(d.n.ctx, op, d.n.slide, func(t instant) (*rdd.RDD[U], error) {
		r, err := d.at(t)
		if r == nil || err != nil {
			return nil, err
		}
		return f(t, r), nil
	}, d.n)
}

// lift2 is lift for two streams of the same context and slide.
func lift2[T, U, V any](d *DStream[T], other *DStream[U], op string, f func(*rdd.RDD[T], *rdd.RDD[U]) *rdd.RDD[V]) *DStream[V] {
	out := newDStream(d.n.ctx, op, d.n.slide, func(t instant) (*rdd.RDD[V], error) {
		a, err := d.at(t)
		if err != nil {
			return nil, err
		}
		b, err := other.at(t)
		switch {
		case err != nil:
			return nil, err
		case a == nil:
			return nil, errNoParent(op, d.n, t)
		case b == nil:
			return nil, errNoParent(op, other.n, t)
		}
		return f(a, b), nil
	}, d.n, other.n)
	out.n.alike(d.n, other.n)
	return out
}

// alike refuses parents of different contexts or slides.
func (n *node) alike(parents ...*node) {
	for _, p := range parents[1:] {
		switch {
		case p.ctx != parents[0].ctx:
			n.refuse(sparkerr.New("", n.op+" joins streams of different contexts"))
		case p.slide != parents[0].slide:
			n.refuse(sparkerr.New("", n.op+" joins streams of different slide durations, "+printed(parents[0].slide)+" and "+printed(p.slide)))
		}
	}
}
