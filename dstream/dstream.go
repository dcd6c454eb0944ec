package dstream

import (
	"time"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// DStream is a stream of T: an RDD for each batch. It is defined before the
// context starts, on one goroutine, and does not change afterwards.
type DStream[T any] struct {
	n *node
	// compute makes the RDD of a valid batch time, nil for none. It runs under
	// the graph lock, once a batch.
	compute func(t instant) (*rdd.RDD[T], error)

	level     rdd.StorageLevel        // what its RDDs are persisted with
	generated map[instant]*rdd.RDD[T] // guarded by the graph lock
	data      dataCheckpoints[T]
}

// newDStream adds a stream to the graph.
func newDStream[T any](c *Context, op string, slide time.Duration, compute func(t instant) (*rdd.RDD[T], error), parents ...*node) *DStream[T] {
	d := &DStream[T]{n: newNode(c, op, slide, parents...), compute: compute, generated: map[instant]*rdd.RDD[T]{}}
	d.n.forget = d.forget
	d.n.saved, d.n.restore, d.n.release = d.data.saved, d.restore, d.release
	return d
}

// at returns the RDD of batch t, the same one each time, nil if the stream has
// none. It runs under the graph lock.
func (d *DStream[T]) at(t instant) (*rdd.RDD[T], error) {
	if r, ok := d.generated[t]; ok || !d.n.valid(t) {
		return r, nil
	}
	r, err := d.compute(t)
	if err != nil {
		return nil, err
	}
	if r != nil && d.level != (rdd.StorageLevel{}) {
		r.Persist(d.level)
	}
	if r != nil && d.n.writes(t) {
		d.data.ask(t, r)
	}
	d.generated[t] = r
	return r, nil
}

// forget drops the RDDs of batches before t, and what they keep.
func (d *DStream[T]) forget(t instant) {
	for at, r := range d.generated {
		if at < t {
			if r != nil && d.level != (rdd.StorageLevel{}) && d.n.ctx.flag("spark.streaming.unpersist", true) {
				r.Unpersist()
			}
			delete(d.generated, at)
		}
	}
}

// Context returns the context the stream belongs to.
func (d *DStream[T]) Context() *Context { return d.n.ctx }

// SlideDuration is the time between two RDDs of the stream.
func (d *DStream[T]) SlideDuration() time.Duration { return d.n.slide }

// Persist keeps the RDDs of the stream, which operations that use them more
// than once are faster with; the default level is rdd.MemoryOnlySer. It is called before
// the context starts.
func (d *DStream[T]) Persist(level ...rdd.StorageLevel) *DStream[T] {
	if d.n.ctx.State() != Initialized {
		d.n.refuse(sparkerr.New("", "the storage level of a stream is set before the context starts"))
		return d
	}
	d.level = rdd.MemoryOnlySer
	if len(level) > 0 {
		d.level = level[0]
	}
	return d
}

// Cache is Persist with the default level.
func (d *DStream[T]) Cache() *DStream[T] { return d.Persist() }
