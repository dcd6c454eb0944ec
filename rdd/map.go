package rdd

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// Map applies f to every element.
func Map[T, U any](r *RDD[T], f func(T) U) *RDD[U] {
	return derive(r, "map", func(t *Task, part int, emit func([]U) error) error {
		out := make([]U, maxChunk)
		return r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				if !t.next(at + int64(i)) {
					return t.live()
				}
				out[i] = f(x)
			}
			return emit(out[:len(in)])
		})
	}).given(f != nil)
}

// TryMap is Map with a function that gets the task and may fail, which fails
// the task.
func TryMap[T, U any](r *RDD[T], f func(*Task, T) (U, error)) *RDD[U] {
	var made *RDD[U]
	made = derive(r, "map", func(t *Task, part int, emit func([]U) error) error {
		out := make([]U, maxChunk)
		return r.rows(t, part, func(in []T, at int64) (err error) {
			for i, x := range in {
				if !t.next(at + int64(i)) {
					return t.live()
				}
				if out[i], err = f(t, x); err != nil {
					return t.userError(err, made.n)
				}
			}
			return emit(out[:len(in)])
		})
	})
	return made.given(f != nil)
}

// KeyBy makes pairs of every element and the key that f gives it.
func KeyBy[T, K any](r *RDD[T], f func(T) K) *RDD[Pair[K, T]] {
	out := Map(r, func(x T) Pair[K, T] { return KV(f(x), x) })
	out.n.op = "keyBy"
	return out.given(f != nil)
}
