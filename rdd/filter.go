package rdd

// Filter keeps the elements for which keep is true, and the partitioner.
func (r *RDD[T]) Filter(keep func(T) bool) *RDD[T] {
	return r.TryFilter(func(_ *Task, x T) (bool, error) { return keep(x), nil }).given(keep != nil)
}

// TryFilter is Filter with a function that gets the task and may fail, which
// fails the task.
func (r *RDD[T]) TryFilter(keep func(*Task, T) (bool, error)) *RDD[T] {
	var out *RDD[T]
	out = derive(r, "filter", func(t *Task, part int, emit func([]T) error) error {
		kept := make([]T, 0, maxChunk)
		return r.rows(t, part, func(in []T, at int64) error {
			kept = kept[:0]
			for i, x := range in {
				if !t.next(at + int64(i)) {
					return t.live()
				}
				ok, err := keep(t, x)
				if err != nil {
					return t.userError(err, out.n)
				}
				if ok {
					kept = append(kept, x)
				}
			}
			return emitAll(kept, emit)
		})
	})
	out.n.partitioner = r.node().partitioner
	return out.given(keep != nil)
}
