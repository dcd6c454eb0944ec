package rdd

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// Map applies f to every element.
func Map[T, U any](r *RDD[T], f func(T) U) *RDD[U] {
	return derive(r, "map", func(t *Task, part int, emit func([]U) error) error {
		out := make([]U, maxChunk)
		var seen int64
		return r.each(t, part, func(in []T) error {
			for i, x := range in {
				t.row = seen + int64(i)
				out[i] = f(x)
			}
			seen += int64(len(in))
			return emit(out[:len(in)])
		})
	})
}

// TryMap is Map with a function that gets the task and may fail.
func TryMap[T, U any](r *RDD[T], f func(*Task, T) (U, error)) *RDD[U] {
	return derive(r, "map", func(t *Task, part int, emit func([]U) error) error {
		out := make([]U, maxChunk)
		var seen int64
		return r.each(t, part, func(in []T) error {
			var err error
			for i, x := range in {
				t.row = seen + int64(i)
				if out[i], err = f(t, x); err != nil {
					return err
				}
			}
			seen += int64(len(in))
			return emit(out[:len(in)])
		})
	})
}

// FlatMap applies f to every element and joins the results.
func FlatMap[T, U any](r *RDD[T], f func(T) []U) *RDD[U] {
	return AppendMap(r, func(dst []U, x T) []U { return append(dst, f(x)...) })
}

// AppendMap is FlatMap for functions that append their results to dst and
// return it, as append does: nothing is allocated for an element.
func AppendMap[T, U any](r *RDD[T], f func(dst []U, x T) []U) *RDD[U] {
	return derive(r, "flatMap", func(t *Task, part int, emit func([]U) error) error {
		var out []U
		var seen int64
		return r.each(t, part, func(in []T) error {
			out = out[:0]
			for i, x := range in {
				t.row = seen + int64(i)
				out = f(out, x)
			}
			seen += int64(len(in))
			return emitAll(out, emit)
		})
	})
}

// Filter keeps the elements for which keep is true. It keeps the partitioner.
func (r *RDD[T]) Filter(keep func(T) bool) *RDD[T] {
	out := derive(r, "filter", func(t *Task, part int, emit func([]T) error) error {
		kept := make([]T, 0, maxChunk)
		var seen int64
		return r.each(t, part, func(in []T) error {
			kept = kept[:0]
			for i, x := range in {
				t.row = seen + int64(i)
				if keep(x) {
					kept = append(kept, x)
				}
			}
			seen += int64(len(in))
			if len(kept) == 0 {
				return nil
			}
			return emit(kept)
		})
	})
	out.n.partitioner = r.n.partitioner
	return out
}
