package rdd

import "github.com/spatestream/spate/sparkerr"

// Parallelize makes an RDD of a slice, which must not change afterwards. Of the
// optional number n of partitions (default: DefaultParallelism), partition i
// holds data[i*len/n : (i+1)*len/n], so that slices of equal length lie alike.
func Parallelize[T any](c *Context, data []T, n ...int) *RDD[T] {
	parts := c.DefaultParallelism()
	if len(n) > 0 {
		parts = n[0]
	}
	r := &RDD[T]{n: newNode(c, "ParallelCollectionRDD", "parallelize")}
	if parts < 1 {
		r.node().fail(sparkerr.New("", "Parallelize needs at least one partition, not "+itoa(parts)))
	}
	r.node().count = fixed(parts)
	r.compute = func(_ *Task, part int, emit func([]T) error) error {
		lo, hi := slice(len(data), parts, part)
		return emitAll(data[lo:hi], emit)
	}
	return r
}

// MakeRDD is Parallelize under Spark's other name for it. Spark's form that gives
// places to each element is n = len(data): places have no meaning in one process.
func MakeRDD[T any](c *Context, data []T, n ...int) *RDD[T] {
	r := Parallelize(c, data, n...)
	r.node().op = "makeRDD"
	return r
}

// slice returns the bounds of part of n equal parts of length.
func slice(length, n, part int) (lo, hi int) {
	at := func(i int) int { return int(int64(i) * int64(length) / int64(n)) }
	return at(part), at(part + 1)
}
