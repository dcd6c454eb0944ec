package dstream

import "github.com/spatestream/spate/rdd"

// Map applies f to every element.
func Map[T, U any](d *DStream[T], f func(T) U) *DStream[U] {
	return lift(d, "map", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[U] { return rdd.Map(r, f) }).given(f != nil)
}

// FlatMap applies f to every element and puts the results one after another.
func FlatMap[T, U any](d *DStream[T], f func(T) []U) *DStream[U] {
	return lift(d, "flatMap", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[U] { return rdd.FlatMap(r, f) }).given(f != nil)
}

// AppendMap is FlatMap for functions that append their results to dst and
// return it, as append does: nothing is allocated for an element.
func AppendMap[T, U any](d *DStream[T], f func(dst []U, x T) []U) *DStream[U] {
	return lift(d, "flatMap", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[U] { return rdd.AppendMap(r, f) }).given(f != nil)
}

// Filter keeps the elements for which keep is true.
func (d *DStream[T]) Filter(keep func(T) bool) *DStream[T] {
	return lift(d, "filter", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[T] { return r.Filter(keep) }).given(keep != nil)
}

// Union puts the batches of streams together. They must have the same slide.
func Union[T any](first *DStream[T], more ...*DStream[T]) *DStream[T] {
	all := append([]*DStream[T]{first}, more...)
	parents := make([]*node, len(all))
	for i, d := range all {
		parents[i] = d.n
	}
	out := newDStream(first.n.ctx, "union", first.n.slide, func(t instant) (*rdd.RDD[T], error) { return unionAt(all, t) }, parents...)
	out.n.alike(parents...)
	return out
}

// Union is the package function of the same name, for two.
func (d *DStream[T]) Union(other *DStream[T]) *DStream[T] { return Union(d, other) }

// unionAt is the union of the RDDs that streams have at t, nil if none has.
func unionAt[T any](all []*DStream[T], t instant) (*rdd.RDD[T], error) {
	var rdds []*rdd.RDD[T]
	for _, d := range all {
		r, err := d.at(t)
		if err != nil {
			return nil, err
		}
		if r != nil {
			rdds = append(rdds, r)
		}
	}
	if len(rdds) == 0 {
		return nil, nil
	}
	return rdd.Union(rdds[0], rdds[1:]...), nil
}
