package rdd

// FlatMap applies f to every element and puts the results one after another.
func FlatMap[T, U any](r *RDD[T], f func(T) []U) *RDD[U] {
	return flatMap(r, func(t *Task, out *chunker[U], in []T, at int64) error {
		for i, x := range in {
			if !t.next(at + int64(i)) {
				return t.live()
			}
			if err := out.addAll(f(x)); err != nil {
				return err
			}
		}
		return nil
	}).given(f != nil)
}

// AppendMap is FlatMap for functions that append their results to dst and
// return it, as append does: nothing is allocated for an element. What dst
// holds already is not theirs.
func AppendMap[T, U any](r *RDD[T], f func(dst []U, x T) []U) *RDD[U] {
	return flatMap(r, func(t *Task, out *chunker[U], in []T, at int64) error {
		for i, x := range in {
			if !t.next(at + int64(i)) {
				return t.live()
			}
			buf := f(out.buf, x)
			if len(buf) < maxChunk {
				out.buf = buf
			} else if err := out.appended(buf); err != nil {
				return err
			}
		}
		return nil
	}).given(f != nil)
}

// TryFlatMap is FlatMap with a function that gets the task and may fail, which
// fails the task.
func TryFlatMap[T, U any](r *RDD[T], f func(*Task, T) ([]U, error)) *RDD[U] {
	var made *RDD[U]
	made = flatMap(r, func(t *Task, out *chunker[U], in []T, at int64) error {
		for i, x := range in {
			if !t.next(at + int64(i)) {
				return t.live()
			}
			rows, err := f(t, x)
			if err != nil {
				return t.userError(err, made.n)
			}
			if err := out.addAll(rows); err != nil {
				return err
			}
		}
		return nil
	})
	return made.given(f != nil)
}

// flatMap gathers what add makes of chunks, the first element of which is at a
// place of the partition, so that what follows works on full ones.
func flatMap[T, U any](r *RDD[T], add func(t *Task, out *chunker[U], in []T, at int64) error) *RDD[U] {
	return derive(r, "flatMap", func(t *Task, part int, emit func([]U) error) error {
		out := newChunker(emit)
		err := r.rows(t, part, func(in []T, at int64) error { return add(t, out, in, at) })
		if err != nil {
			return err
		}
		return out.flush()
	})
}
