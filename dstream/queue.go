package dstream

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// Queue is the RDDs that a queue stream takes its batches from. It is safe for
// concurrent use.
type Queue[T any] struct {
	mu   sync.Mutex
	rdds []*rdd.RDD[T] // guarded by mu
}

// NewQueue returns a queue of the RDDs.
func NewQueue[T any](rdds ...*rdd.RDD[T]) *Queue[T] { return &Queue[T]{rdds: rdds} }

// Push adds an RDD at the end.
func (q *Queue[T]) Push(r *rdd.RDD[T]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rdds = append(q.rdds, r)
}

// take removes the first n RDDs, at most what is there.
func (q *Queue[T]) take(n int) []*rdd.RDD[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.rdds))
	out := q.rdds[:n:n]
	q.rdds = q.rdds[n:]
	return out
}

// hasNil reports whether an RDD is missing.
func (q *Queue[T]) hasNil() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Contains(q.rdds, nil)
}

func (q *Queue[T]) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.rdds)
}

// QueueStream makes a stream of the RDDs of a queue: one a batch, or with
// allAtOnce all that are there. When the queue is empty the batch is otherwise,
// or empty if that is nil. Such a stream cannot be recovered from a checkpoint.
func QueueStream[T any](c *Context, q *Queue[T], allAtOnce bool, otherwise *rdd.RDD[T]) *DStream[T] {
	in := &queueInput[T]{queue: q, site: exec.CallSite()}
	d := newDStream(c, "queueStream", c.batch, func(instant) (*rdd.RDD[T], error) {
		n := 1
		if allAtOnce {
			n = q.len()
		}
		rdds := q.take(n)
		if slices.Contains(rdds, nil) {
			return nil, in.noRDD()
		}
		if len(rdds) > 0 {
			return rdd.Union(rdds[0], rdds[1:]...), nil
		}
		if otherwise != nil {
			return otherwise, nil
		}
		return rdd.Parallelize[T](c.sc, nil, 1), nil // one partition, as Spark has it
	})
	addInput(d, in)
	if q == nil {
		d.n.refuse(sparkerr.New("", "queueStream needs a queue, not nil: NewQueue makes one"))
	}
	return d
}

// queueInput has nothing to start: RDDs are taken when the batch is made.
type queueInput[T any] struct {
	queue *Queue[T]
	site  sparkerr.Origin
}

// valid refuses to start with an RDD that is missing.
func (q *queueInput[T]) valid() error {
	if q.queue.hasNil() {
		return q.noRDD()
	}
	return nil
}

func (q *queueInput[T]) noRDD() error {
	return sparkerr.New("", "the queue of queueStream has nil in place of an RDD: rdd.Empty makes one without rows").At(q.site)
}

func (*queueInput[T]) start(context.Context, instant) error { return nil }
func (*queueInput[T]) stop(context.Context) error           { return nil }
func (*queueInput[T]) allocate(instant) error               { return nil }
func (q *queueInput[T]) pending() bool                      { return q.queue.len() > 0 }

func (*queueInput[T]) info(instant) (InputInfo, bool) { return InputInfo{}, false }

func (*queueInput[T]) snapshot() (json.RawMessage, error) { return nil, nil }

// restore refuses: the RDDs of a queue are gone with the program that made them.
func (q *queueInput[T]) restore(json.RawMessage) error {
	return sparkerr.New("", "queueStream cannot be recovered from a checkpoint: its RDDs lived in the program that ended; read from files, a receiver with a write-ahead log or a direct source instead").At(q.site)
}
