package rdd

// FlatMap applies f to every element and puts the results one after another.
func FlatMap[T, U any](r *RDD[T], f func(T) []U) *RDD[U] {
	return derive(r, "flatMap", func(t *Task, part int, emit func([]U) error) error {
		return r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				t.row = at + int64(i)
				if err := emitAll(f(x), emit); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// AppendMap is FlatMap for functions that append their results to dst and
// return it, as append does: nothing is allocated for an element, and what
// follows works on larger chunks.
func AppendMap[T, U any](r *RDD[T], f func(dst []U, x T) []U) *RDD[U] {
	return derive(r, "flatMap", func(t *Task, part int, emit func([]U) error) error {
		var out []U
		return r.rows(t, part, func(in []T, at int64) error {
			out = out[:0]
			for i, x := range in {
				t.row = at + int64(i)
				out = f(out, x)
			}
			return emitAll(out, emit)
		})
	})
}

// TryFlatMap is FlatMap with a function that gets the task and may fail, which
// fails the task.
func TryFlatMap[T, U any](r *RDD[T], f func(*Task, T) ([]U, error)) *RDD[U] {
	var made *RDD[U]
	made = derive(r, "flatMap", func(t *Task, part int, emit func([]U) error) error {
		return r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				t.row = at + int64(i)
				out, err := f(t, x)
				if err != nil {
					return t.userError(err, made.n)
				}
				if err := emitAll(out, emit); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return made
}
