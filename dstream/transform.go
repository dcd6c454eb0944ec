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
	return transformed("transform", func(t instant) (func() *rdd.RDD[U], error) {
		r, err := d.at(t)
		if r == nil || err != nil {
			return nil, err
		}
		return func() *rdd.RDD[U] { return f(t.time(), r) }, nil
	}, d.n).given(f != nil)
}

// TransformWith applies f to the RDDs that two streams have at a batch. More
// streams are given to TransformAll.
func TransformWith[T, U, V any](d *DStream[T], other *DStream[U], f func(*rdd.RDD[T], *rdd.RDD[U]) *rdd.RDD[V]) *DStream[V] {
	return transformed("transformWith", func(t instant) (func() *rdd.RDD[V], error) {
		a, b, err := both("transformWith", d, other, t)
		return func() *rdd.RDD[V] { return f(a, b) }, err
	}, d.n, other.n).given(f != nil)
}

// TransformAll applies f to the RDDs that streams have at a batch, in the order
// of the streams.
func TransformAll[T, U any](streams []*DStream[T], f func([]*rdd.RDD[T], time.Time) *rdd.RDD[U]) *DStream[U] {
	parents := make([]*node, len(streams))
	for i, d := range streams {
		parents[i] = d.n
	}
	return transformed("transform", func(t instant) (func() *rdd.RDD[U], error) {
		rdds := make([]*rdd.RDD[T], len(streams))
		for i, d := range streams {
			r, err := d.needed("transform", t)
			if err != nil {
				return nil, err
			}
			rdds[i] = r
		}
		return func() *rdd.RDD[U] { return f(rdds, t.time()) }, nil
	}, parents...).given(f != nil)
}

// transformed makes a stream by a function of the program: bind looks up what it
// is called with for a batch and returns the call, nil if the batch has none.
func transformed[U any](op string, bind func(t instant) (func() *rdd.RDD[U], error), parents ...*node) *DStream[U] {
	var out *DStream[U]
	out = newDStream(parents[0].ctx, op, parents[0].slide, func(t instant) (r *rdd.RDD[U], err error) {
		f, err := bind(t)
		if f == nil || err != nil {
			return nil, err
		}
		if err = out.n.outside(func() { r = f() }); err == nil && r == nil {
			err = sparkerr.New("", "the function of "+op+" returned nil: return rdd.Empty for no rows").At(out.n.site)
		}
		return r, err
	}, parents...)
	out.n.alike(parents...)
	return out
}

// needed is at for a batch that op cannot do without.
func (d *DStream[T]) needed(op string, t instant) (*rdd.RDD[T], error) {
	r, err := d.at(t)
	if err == nil && r == nil {
		err = fmt.Errorf("%s: %s at %v has no RDD for the batch of %v", op, d.n.op, d.n.site, t)
	}
	return r, err
}

// both is needed of two streams.
func both[T, U any](op string, d *DStream[T], other *DStream[U], t instant) (*rdd.RDD[T], *rdd.RDD[U], error) {
	a, err := d.needed(op, t)
	if err != nil {
		return nil, nil, err
	}
	b, err := other.needed(op, t)
	return a, b, err
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
		a, b, err := both(op, d, other, t)
		if err != nil {
			return nil, err
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
