package dstream

import (
	"iter"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// partitioner returns what where asks for; what is wrong with it makes n bad.
func partitioner[K comparable](n *node, where []rdd.Where) rdd.KeyPartitioner[K] {
	by, err := rdd.PartitionerOf[K](n.ctx.sc, where...)
	if err != nil {
		n.refuse(sparkerr.New("", n.op+": "+err.Error()).Because(err))
	}
	return by
}

// placedRows shows versions as rows that lie by the partitioner.
func placedRows[K comparable, S any](by rdd.Partitioner) func(*rdd.RDD[*version[K, S]]) *rdd.RDD[rdd.Pair[K, S]] {
	return func(cells *rdd.RDD[*version[K, S]]) *rdd.RDD[rdd.Pair[K, S]] {
		return rdd.PartitionedBy(shown(cells, stateRows[K, S]), by)
	}
}

// adopted makes versions of rows; the first of a key counts.
func adopted[K comparable, S any](by rdd.Partitioner) func(*rdd.RDD[rdd.Pair[K, S]]) *rdd.RDD[*version[K, S]] {
	return func(r *rdd.RDD[rdd.Pair[K, S]]) *rdd.RDD[*version[K, S]] {
		return cellOf(rdd.PartitionBy(r, by), func(in iter.Seq[rdd.Pair[K, S]]) *version[K, S] {
			d := (*version[K, S])(nil).draft()
			chunked(d, in, func(id uint32, s S) {
				if d.get(id) == nil {
					d.set(id, s)
				}
			})
			return d.done()
		})
	}
}
