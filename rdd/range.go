package rdd

import (
	"math/bits"

	"github.com/spatestream/spate/sparkerr"
)

// Range makes an RDD of the numbers from start to before end in steps, which
// may be negative but not 0. The optional n is as in Parallelize.
func Range(c *Context, start, end, step int64, n ...int) *RDD[int64] {
	parts := c.DefaultParallelism()
	if len(n) > 0 {
		parts = n[0]
	}
	r := &RDD[int64]{n: newNode(c, "MapPartitionsRDD", "range")}
	switch {
	case step == 0:
		r.node().fail(sparkerr.New("", "the step of Range cannot be 0"))
	case parts < 1:
		r.node().fail(sparkerr.New("", "Range needs at least one partition, not "+itoa(parts)))
	}
	r.node().count = fixed(parts)
	r.compute = func(_ *Task, part int, emit func([]int64) error) error {
		total := steps(start, end, step)
		lo, hi := share(total, part, parts), share(total, part+1, parts)
		out := newChunker(emit)
		for i := lo; i < hi; i++ {
			if err := out.add(start + int64(i)*step); err != nil {
				return err
			}
		}
		return out.flush()
	}
	return r
}

// steps counts the numbers of a range without overflow.
func steps(start, end, step int64) uint64 {
	var distance, width uint64
	switch {
	case step > 0 && start < end:
		distance, width = uint64(end)-uint64(start), uint64(step)
	case step < 0 && start > end:
		distance, width = uint64(start)-uint64(end), -uint64(step)
	default:
		return 0
	}
	return (distance-1)/width + 1
}

// share is total*part/parts.
func share(total uint64, part, parts int) uint64 {
	hi, lo := bits.Mul64(total, uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(parts))
	return q
}

// Empty makes an RDD without partitions.
func Empty[T any](c *Context) *RDD[T] {
	r := &RDD[T]{n: newNode(c, "EmptyRDD", "emptyRDD")}
	r.node().count = fixed(0)
	return r
}
