package rdd

import (
	"slices"

	"github.com/spatestream/spate/internal/sortkey"
)

// sorter gathers pairs and gives them back in the order of their keys; pairs of
// equal keys stay in the order they came in.
type sorter[K, V any] struct {
	t     *Task
	order keyOrder[K]
	rows  []Pair[K, V]
}

func newSorter[K, V any](t *Task, order keyOrder[K]) *sorter[K, V] {
	return &sorter[K, V]{t: t, order: order}
}

func (s *sorter[K, V]) close() { s.rows = nil }

func (s *sorter[K, V]) add(in []Pair[K, V]) error {
	s.rows = append(s.rows, in...)
	return nil
}

// emit pushes the rows in order.
func (s *sorter[K, V]) emit(emit func([]Pair[K, V]) error) error {
	if s.order.prefixes == nil || len(s.rows) < 64 {
		slices.SortStableFunc(s.rows, func(a, b Pair[K, V]) int { return s.order.compare(a.Key, b.Key) })
		return emitAll(s.rows, emit)
	}
	chunk := make([]Pair[K, V], min(len(s.rows), maxChunk))
	sorted := s.sorted()
	for len(sorted) > 0 {
		n := min(len(sorted), maxChunk)
		for i := range n {
			chunk[i] = s.rows[sorted[i].Row]
		}
		if err := emit(chunk[:n]); err != nil {
			return err
		}
		sorted = sorted[n:]
	}
	return nil
}

// sorted returns the rows' numbers in order.
func (s *sorter[K, V]) sorted() []sortkey.Prefixed {
	keys := make([]K, len(s.rows))
	by := make([]sortkey.Prefixed, len(s.rows))
	for i := range s.rows {
		keys[i], by[i].Row = s.rows[i].Key, uint32(i)
	}
	s.order.prefixes(keys, by)
	by, _ = sortkey.Radix(by, make([]sortkey.Prefixed, len(by)))
	if !s.order.whole {
		s.untie(by, keys)
	}
	return by
}

// untie sorts runs of equal prefixes by comparing.
func (s *sorter[K, V]) untie(by []sortkey.Prefixed, keys []K) {
	for lo := 0; lo < len(by); {
		hi := lo + 1
		for hi < len(by) && by[hi].Prefix == by[lo].Prefix {
			hi++
		}
		if hi-lo > 1 {
			slices.SortStableFunc(by[lo:hi], func(a, b sortkey.Prefixed) int { return s.order.compare(keys[a.Row], keys[b.Row]) })
		}
		lo = hi
	}
}
