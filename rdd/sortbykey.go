package rdd

import (
	"cmp"

	"github.com/spatestream/spate/internal/keyorder"
)

// SortByKey sorts pairs by their keys: partitions hold ranges of keys, lowest or,
// descending, highest first, each sorted. Pairs of equal keys stay in their
// order. Where says how many partitions there are at most, by default as many
// as the RDD has; finding their bounds takes a job that samples the keys.
func SortByKey[K cmp.Ordered, V any](r *RDD[Pair[K, V]], o Order, where ...Where) *RDD[Pair[K, V]] {
	return sortByKey(r, "sortByKey", keyorder.Of[K](bool(o)), where)
}

// SortByKeyFunc is SortByKey by compare, negative if its first argument comes
// first.
func SortByKeyFunc[K, V any](r *RDD[Pair[K, V]], compare func(a, b K) int, where ...Where) *RDD[Pair[K, V]] {
	return sortByKey(r, "sortByKey", keyorder.Func(compare), where).given(compare != nil)
}

// SortBy sorts elements by what key gives for them.
func SortBy[T any, K cmp.Ordered](r *RDD[T], key func(T) K, o Order, where ...Where) *RDD[T] {
	return Values(sortByKey(KeyBy(r, key), "sortBy", keyorder.Of[K](bool(o)), where)).given(key != nil)
}

// SortFunc sorts elements by compare, negative if its first argument comes
// first.
func SortFunc[T any](r *RDD[T], compare func(a, b T) int, where ...Where) *RDD[T] {
	return Keys(sortByKey(marked(r, "sortBy"), "sortBy", keyorder.Func(compare), where)).given(compare != nil)
}

func sortByKey[K, V any](r *RDD[Pair[K, V]], op string, order keyorder.By[K], where []Where) *RDD[Pair[K, V]] {
	p, err := rangesOf(r, order, where)
	if err != nil {
		return bad[Pair[K, V]](r.node(), op, err)
	}
	return placedAndSorted(r, op, p, order)
}

// rangesOf is the partitioner of a sort.
func rangesOf[K, V any](r *RDD[Pair[K, V]], order keyorder.By[K], where []Where) (KeyPartitioner[K], error) {
	w := asked(where)
	if w != nil && w.by != nil {
		return keyPartitioner[K](w.by)
	}
	if w != nil {
		return newRangePartitioner(r, w.parts, order), positive(w.parts)
	}
	n, err := r.node().partitions()
	return newRangePartitioner(r, n, order), err
}

// placedAndSorted moves pairs to where p places them, and sorts every partition.
func placedAndSorted[K, V any](r *RDD[Pair[K, V]], op string, p KeyPartitioner[K], order keyorder.By[K]) *RDD[Pair[K, V]] {
	dep, rows := placed(r, p)
	out := &RDD[Pair[K, V]]{n: newNode(r.node().ctx, "ShuffledRDD", op, dep)}
	placedBy(out.n, p)
	out.compute = func(t *Task, part int, emit func([]Pair[K, V]) error) error {
		s := newSorter[K, V](t, order)
		defer s.close()
		if err := rows(t, part, s.add); err != nil {
			return err
		}
		return s.emit(emit)
	}
	return out
}

// RepartitionAndSortWithinPartitions moves pairs to where the partitioner places
// their keys and sorts every partition by key, which is cheaper than sorting
// afterwards. Pairs that lie so already are only sorted.
func RepartitionAndSortWithinPartitions[K cmp.Ordered, V any](r *RDD[Pair[K, V]], by Partitioner, o Order) *RDD[Pair[K, V]] {
	return repartitionAndSort(r, by, keyorder.Of[K](bool(o)))
}

// RepartitionAndSortWithinPartitionsFunc sorts by compare, negative if its first
// argument comes first.
func RepartitionAndSortWithinPartitionsFunc[K, V any](r *RDD[Pair[K, V]], by Partitioner, compare func(a, b K) int) *RDD[Pair[K, V]] {
	return repartitionAndSort(r, by, keyorder.Func(compare))
}

func repartitionAndSort[K, V any](r *RDD[Pair[K, V]], by Partitioner, order keyorder.By[K]) *RDD[Pair[K, V]] {
	const op = "repartitionAndSortWithinPartitions"
	p, err := keyPartitioner[K](by)
	if err != nil {
		return bad[Pair[K, V]](r.node(), op, err)
	}
	return placedAndSorted(r, op, p, order)
}

// Order is a direction of sorting.
type Order bool

// The directions.
const (
	Ascending  Order = false
	Descending Order = true
)
