package rdd

import (
	"cmp"
	"context"
	"slices"

	"github.com/spatestream/spate/internal/keyorder"
)

// rangePartitioner places keys by bounds that a sample of the data gives, so
// that partitions come in the order of their keys and are about equally large.
// The sample is a job of its own, run when the bounds are first needed.
type rangePartitioner[K any] struct {
	bounds *errand[[]K] // ascending
	order  keyorder.By[K]
}

// RangePartitioner places the keys of r in at most n ranges of about equal
// size, the lowest or, descending, the highest first. There are fewer if the
// keys do not give as many bounds. It samples r when first used.
func RangePartitioner[K cmp.Ordered, V any](r *RDD[Pair[K, V]], n int, o Order) KeyPartitioner[K] {
	return newRangePartitioner(r, n, keyorder.Of[K](bool(o)))
}

func newRangePartitioner[K, V any](r *RDD[Pair[K, V]], n int, order keyorder.By[K]) *rangePartitioner[K] {
	return &rangePartitioner[K]{order: order, bounds: newErrand(r.node().ctx, func(ctx context.Context) ([]K, error) {
		if n <= 1 {
			return nil, nil
		}
		return rangeBounds(ctx, Keys(r), n, order.Ascending)
	})}
}

// ready samples, if that is yet to be done.
func (p *rangePartitioner[K]) ready(ctx context.Context) error { return p.bounds.ready(ctx) }

// partitions returns their number, or why the data cannot be sampled.
func (p *rangePartitioner[K]) partitions() (int, error) {
	b, err := p.bounds.now()
	return len(b) + 1, err
}

// NumPartitions implements Partitioner. It is 1 if the data cannot be sampled.
func (p *rangePartitioner[K]) NumPartitions() int {
	n, _ := p.partitions()
	return n
}

// Partition implements KeyPartitioner: the first range whose bound the key does
// not exceed, counted from the end for a descending order.
func (p *rangePartitioner[K]) Partition(key K) int {
	bounds, _ := p.bounds.now()
	i, _ := slices.BinarySearchFunc(bounds, key, p.order.Ascending)
	if p.order.Desc {
		return len(bounds) - i
	}
	return i
}

// Equal implements Partitioner.
func (p *rangePartitioner[K]) Equal(other Partitioner) bool {
	o, ok := other.(*rangePartitioner[K])
	if !ok || p == o {
		return ok
	}
	a, errA := p.bounds.now()
	b, errB := o.bounds.now()
	return errA == nil && errB == nil && p.order.Desc == o.order.Desc && slices.EqualFunc(a, b, func(x, y K) bool {
		return p.order.Ascending(x, y) == 0 && o.order.Ascending(x, y) == 0
	})
}
