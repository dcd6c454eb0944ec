package dstream

import (
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/spatestream/spate/rdd"
)

const benchKeys, benchRows = 1 << 20, 1 << 16

// benchBatch is a batch of random keys, as a partition's rows.
func benchBatch(seed uint64) iter.Seq[rdd.Pair[int, int]] {
	r := rand.New(rand.NewPCG(seed, 1))
	rows := make([]rdd.Pair[int, int], benchRows)
	for i := range rows {
		rows[i] = rdd.KV(r.IntN(benchKeys), 1)
	}
	return func(yield func(rdd.Pair[int, int]) bool) {
		for _, x := range rows {
			if !yield(x) {
				return
			}
		}
	}
}

// everyKey is a version in which all keys have a state.
func everyKey[S any](zero S) *version[int, S] {
	d := (*version[int, S])(nil).draft()
	chunked(d, func(yield func(rdd.Pair[int, S]) bool) {
		for i := range benchKeys {
			if !yield(rdd.KV(i, zero)) {
				return
			}
		}
	}, func(id uint32, s S) { d.set(id, s) })
	return d.done()
}

// BenchmarkUpdateStateByKey is one batch of 64 k values over 1 M keys, on one
// core.
func BenchmarkUpdateStateByKey(b *testing.B) {
	state, batch := everyKey(0), benchBatch(1)
	sum := func(_ int, values []int, s rdd.Optional[int]) rdd.Optional[int] {
		for _, v := range values {
			s.Value += v
		}
		return rdd.Some(s.Value)
	}
	b.ReportAllocs()
	for b.Loop() {
		d := state.draft()
		updateAll(d, gathered(d, batch), sum)
		state = d.done()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchKeys, "ns/key")
}

// BenchmarkMapWithState is one batch of 64 k values over 1 M keys, on one core.
func BenchmarkMapWithState(b *testing.B) {
	cell, batch := &stateCell[int, int, int]{state: everyKey(stamped[int]{})}, benchBatch(1)
	f := func(_ time.Time, _ int, v rdd.Optional[int], s *KeyState[int]) rdd.Optional[int] {
		s.Update(s.value + v.Value)
		return rdd.Some(s.value)
	}
	b.ReportAllocs()
	for b.Loop() {
		c := newStateCall(cell, f, 1, true)
		chunked(c.d, batch, c.value)
		cell = c.done()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// BenchmarkInverseWindow is the step of a window of 1 M keys by 64 k values
// that leave and enter, on one core.
func BenchmarkInverseWindow(b *testing.B) {
	plus := func(a, b int) int { return a + b }
	w := &inverseWindow[int, int]{reduce: plus, inverse: func(a, b int) int { return a - b }}
	state, old, fresh := everyKey(100), benchBatch(1), benchBatch(2)
	b.ReportAllocs()
	for b.Loop() {
		old, fresh = fresh, old
		c := change[int, int]{reducedRows(old, plus), reducedRows(fresh, plus)}
		state = w.move(state, single(func() change[int, int] { return c }))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}
