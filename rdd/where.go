package rdd

import (
	"math"
	"slices"

	"github.com/spatestream/spate/sparkerr"
)

// Where says how many partitions the result of a shuffle has, or who places the
// keys: a number, or a partitioner. Operations that take it use the last.
type Where struct {
	parts int
	by    Partitioner // nil: hash
	apart bool        // no map-side combine
}

// Into asks for n partitions, keys placed by hash.
func Into(n int) Where { return Where{parts: n} }

// By asks for a partitioner, which must be a KeyPartitioner of the keys.
func By(p Partitioner) Where { return Where{by: p} }

// WithoutMapSide makes CombineByKey and its kin combine after the shuffle only:
// for values that combining does not make fewer.
func WithoutMapSide() Where { return Where{apart: true} }

// mapSide reports whether the map side may combine.
func mapSide(where []Where) bool {
	return !slices.ContainsFunc(where, func(w Where) bool { return w.apart })
}

// asked returns the last that names a place, nil if none does.
func asked(where []Where) *Where {
	for i := len(where) - 1; i >= 0; i-- {
		if !where[i].apart {
			return &where[i]
		}
	}
	return nil
}

// partitionerOf returns what where asks for, else Spark's choice for the
// inputs: the largest partitioner among them if its size will do, else hash with
// spark.default.parallelism or the largest number of partitions.
func partitionerOf[K comparable](where []Where, inputs ...*node) (KeyPartitioner[K], error) {
	w := asked(where)
	if w == nil {
		return defaultPartitioner[K](inputs)
	}
	if w.by == nil {
		return HashPartitioner[K](w.parts), positive(w.parts)
	}
	return placerOf[K](w.by)
}

// positive says what is wrong with a number of partitions, if anything is.
func positive(parts int) error {
	if parts < 1 {
		return sparkerr.New("", "the number of partitions must be positive, not "+itoa(parts))
	}
	return nil
}

// partitionerOfFirst is partitionerOf for operations that keep what they can of
// one input's: its partitioner, else its number of partitions.
func partitionerOfFirst[K comparable](where []Where, n *node) (KeyPartitioner[K], error) {
	if k, err := placerOf[K](n.partitioner); err == nil && asked(where) == nil {
		return k, nil
	}
	if asked(where) != nil {
		return partitionerOf[K](where, n)
	}
	parts, err := n.partitions()
	return HashPartitioner[K](max(parts, 1)), err
}

// placerOf is keyPartitioner that also knows how rows of a checkpoint lie.
func placerOf[K comparable](p Partitioner) (KeyPartitioner[K], error) {
	if h, ok := p.(placedByHash); ok {
		return HashPartitioner[K](h.n), nil
	}
	return keyPartitioner[K](p)
}

func keyPartitioner[K any](p Partitioner) (KeyPartitioner[K], error) {
	if k, ok := p.(KeyPartitioner[K]); ok {
		return k, nil
	}
	return nil, sparkerr.New("", "the partitioner places keys of another type than the RDD has")
}

func defaultPartitioner[K comparable](inputs []*node) (KeyPartitioner[K], error) {
	var most int
	var largest Partitioner
	for _, n := range inputs {
		parts, err := n.partitions()
		if err != nil {
			return nil, err
		}
		most = max(most, parts)
		if p := n.partitioner; p != nil && (largest == nil || p.NumPartitions() > largest.NumPartitions()) {
			largest = p
		}
	}
	c := inputs[0].ctx
	parts := most
	if c.conf.get("spark.default.parallelism") != "" {
		parts = c.DefaultParallelism()
	}
	if k, err := placerOf[K](largest); err == nil {
		near := math.Log10(float64(most))-math.Log10(float64(k.NumPartitions())) < 1
		if near || parts <= k.NumPartitions() {
			return k, nil
		}
	}
	return HashPartitioner[K](max(parts, 1)), nil
}

// bad is an RDD whose every action returns err.
func bad[T any](on *node, op string, err error) *RDD[T] {
	n := newNode(on.ctx, "MapPartitionsRDD", op, narrow(on))
	e := sparkerr.As(err)
	if e == nil {
		e = sparkerr.New("", op+" failed").Because(err)
	}
	n.fail(e)
	return &RDD[T]{n: n}
}

// PartitionerOf returns the partitioner that where asks for, by default hash
// with as many partitions as the default parallelism.
func PartitionerOf[K comparable](c *Context, where ...Where) (KeyPartitioner[K], error) {
	return partitionerOf[K](append([]Where{Into(c.DefaultParallelism())}, where...))
}

// PartitionedBy says of an RDD that its rows lie by p already, as those of a
// function over whole partitions may, so that what follows need not move them.
// It is for an RDD that nobody has used yet, and returns it.
func PartitionedBy[K, V any](r *RDD[Pair[K, V]], p Partitioner) *RDD[Pair[K, V]] {
	placedBy(r.node(), p)
	return r
}
