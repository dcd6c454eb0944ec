package rdd

// Cartesian makes the pairs of every element of r with every one of other, in
// as many partitions as the product of theirs. Other is computed anew for each
// element of r: persist it unless it is cheap.
func Cartesian[T, U any](r *RDD[T], other *RDD[U]) *RDD[Pair[T, U]] {
	out := &RDD[Pair[T, U]]{n: newNode(r.node().ctx, "CartesianRDD", "cartesian", narrow(r.node()), narrow(other.node()))}
	out.n.count = func() (int, error) {
		n, err := r.node().partitions()
		if err != nil {
			return 0, err
		}
		m, err := other.node().partitions()
		return n * m, err
	}
	out.compute = func(t *Task, part int, emit func([]Pair[T, U]) error) error {
		m, err := other.node().partitions()
		if err != nil {
			return err
		}
		pairs := newChunker(emit)
		err = r.each(t, part/m, func(in []T) error {
			for _, x := range in {
				err := other.each(t, part%m, func(right []U) error {
					for _, y := range right {
						if err := pairs.add(KV(x, y)); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return pairs.flush()
	}
	return out
}
