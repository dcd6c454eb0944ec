package rdd

// PartitionBy moves every pair to where the partitioner places its key, in the
// order of the partitions they come from. RDDs that lie so already are returned
// as they are.
func PartitionBy[K comparable, V any](r *RDD[Pair[K, V]], by Partitioner) *RDD[Pair[K, V]] {
	p, err := placerOf[K](by)
	if err != nil {
		return bad[Pair[K, V]](r.node(), "partitionBy", err)
	}
	if equalPartitioners(r.node().partitioner, p) {
		return r
	}
	dep, rows := placed(r, p)
	out := &RDD[Pair[K, V]]{n: newNode(r.node().ctx, "ShuffledRDD", "partitionBy", dep), compute: rows}
	placedBy(out.n, p)
	return out
}
