package rdd

// Union puts RDDs one behind the other, duplicates included. If all have the
// same partitioner its partitions are joined one by one, and it stays.
func Union[T any](first *RDD[T], more ...*RDD[T]) *RDD[T] {
	all := append([]*RDD[T]{first}, more...)
	deps := make([]dependency, len(all))
	same := first.node().partitioner != nil
	for i, r := range all {
		deps[i] = narrow(r.node())
		same = same && equalPartitioners(first.node().partitioner, r.node().partitioner)
	}
	if same {
		return unionAligned(all, deps)
	}
	out := &RDD[T]{n: newNode(first.node().ctx, "UnionRDD", "union", deps...)}
	starts := once(func() ([]int, error) { return partitionStarts(all) })
	out.n.count = func() (int, error) {
		s, err := starts()
		if err != nil {
			return 0, err
		}
		return s[len(all)], nil
	}
	out.compute = func(t *Task, part int, emit func([]T) error) error {
		s, err := starts()
		if err != nil {
			return err
		}
		i := 0
		for part >= s[i+1] {
			i++
		}
		return all[i].each(t, part-s[i], emit)
	}
	return out
}

// Union is the package function of the same name, for two.
func (r *RDD[T]) Union(other *RDD[T]) *RDD[T] { return Union(r, other) }

// partitionStarts returns where the partitions of each RDD begin in their
// union, and their sum.
func partitionStarts[T any](all []*RDD[T]) ([]int, error) {
	starts := make([]int, len(all)+1)
	for i, r := range all {
		n, err := r.node().partitions()
		if err != nil {
			return nil, err
		}
		starts[i+1] = starts[i] + n
	}
	return starts, nil
}

func unionAligned[T any](all []*RDD[T], deps []dependency) *RDD[T] {
	out := &RDD[T]{n: newNode(all[0].node().ctx, "PartitionerAwareUnionRDD", "union", deps...)}
	out.n.partitioner = all[0].node().partitioner
	out.compute = func(t *Task, part int, emit func([]T) error) error {
		for _, r := range all {
			if err := r.each(t, part, emit); err != nil {
				return err
			}
		}
		return nil
	}
	return out
}
