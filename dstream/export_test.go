package dstream

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/spatestream/spate/rdd"
)

// Ranged is a direct input for tests: rows that upTo makes available, row is
// the i-th.
type Ranged[T any] struct {
	upTo func(t int64) int // asked once for each batch that no checkpoint knows
	mu   sync.Mutex
	at   ranges // guarded by mu
}

// ranges is the snapshot of a Ranged.
type ranges struct {
	Next    int                `json:"next"`
	Batches map[instant][2]int `json:"batches"`
}

// RangedStream makes a stream of ranges of rows.
func RangedStream[T any](c *Context, upTo func(ms int64) int, row func(i int) T) *DStream[T] {
	in := &Ranged[T]{upTo: upTo, at: ranges{Batches: map[instant][2]int{}}}
	d := newDStream(c, "rangedStream", c.batch, func(t instant) (*rdd.RDD[T], error) {
		in.mu.Lock()
		r, ok := in.at.Batches[t]
		in.mu.Unlock()
		if !ok {
			return nil, fmt.Errorf("the rows of batch %v are not known", t)
		}
		var rows []T
		for i := r[0]; i < r[1]; i++ {
			rows = append(rows, row(i))
		}
		return rdd.Parallelize(c.sc, rows, 2), nil
	})
	addInput(d, in)
	return d
}

func (*Ranged[T]) start(context.Context, instant) error { return nil }
func (*Ranged[T]) stop(bool)                            {}
func (*Ranged[T]) pending() bool                        { return false }

func (in *Ranged[T]) allocate(t instant) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if _, ok := in.at.Batches[t]; !ok {
		next := max(in.at.Next, in.upTo(int64(t)))
		in.at.Batches[t] = [2]int{in.at.Next, next}
		in.at.Next = next
	}
}

func (in *Ranged[T]) info(t instant) (InputInfo, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	r := in.at.Batches[t]
	return InputInfo{Name: "ranges", Records: int64(r[1] - r[0])}, true
}

func (in *Ranged[T]) forget(t instant) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for at := range in.at.Batches {
		if at < t {
			delete(in.at.Batches, at)
		}
	}
}

func (in *Ranged[T]) snapshot() (json.RawMessage, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return json.Marshal(in.at)
}

func (in *Ranged[T]) restore(data json.RawMessage) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return json.Unmarshal(data, &in.at)
}
