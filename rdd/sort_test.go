package rdd

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/internal/keyorder"
)

// keysIn are the keys of every partition.
func keysIn[K, V any](t *testing.T, r *RDD[Pair[K, V]]) [][]K {
	t.Helper()
	parts, err := collectParts(context.Background(), Keys(r), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// Bounds are as Spark 4.3 finds them, as far as the sample holds everything.
func TestSortByKeyIsSparks(t *testing.T) {
	c := NewContext("sort", Workers(2))
	defer c.Stop()
	r := Parallelize(c, pairsOf(keys60), 3)
	fifty := []int{2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1}
	backwards := slices.Clone(fifty)
	slices.Reverse(backwards)
	for _, x := range []struct {
		o     Order
		n     int
		sizes []int
	}{
		{Ascending, 1, []int{60}},
		{Ascending, 3, []int{20, 20, 20}},
		{Ascending, 4, []int{15, 15, 15, 15}},
		{Ascending, 50, fifty},
		{Descending, 3, []int{20, 20, 20}},
		{Descending, 50, backwards},
	} {
		parts := keysIn(t, SortByKey(r, x.o, Into(x.n)))
		var sizes []int
		for _, p := range parts {
			sizes = append(sizes, len(p))
		}
		all := slices.Concat(parts...)
		if x.o == Descending {
			slices.Reverse(all)
		}
		if !slices.IsSorted(all) || len(all) != 60 {
			t.Errorf("%v into %d: %v", x.o, x.n, all)
		}
		if !slices.Equal(sizes, x.sizes) {
			t.Errorf("%v into %d: %v", x.o, x.n, sizes)
		}
	}
	many := append(slices.Repeat([]int{5}, 30), 1, 2)
	if got := keysIn(t, SortByKey(Parallelize(c, pairsOf(many), 2), Ascending, Into(4))); len(got) != 2 || len(got[0]) != 32 {
		t.Error("equal keys lie in one partition:", got)
	}
}

func TestSortedOrdersAgree(t *testing.T) {
	c := NewContext("sort", Workers(2))
	defer c.Stop()
	r := rand.New(rand.NewPCG(5, 6))
	checkSort(t, c, cmp.Compare[int64], func() int64 { return r.Int64() - r.Int64() })
	checkSort(t, c, cmp.Compare[int16], func() int16 { return int16(r.Uint32()) })
	checkSort(t, c, cmp.Compare[uint32], r.Uint32)
	checkSort(t, c, cmp.Compare[uint8], func() uint8 { return uint8(r.Uint32()) })
	checkSort(t, c, cmp.Compare[string], func() string { return fmt.Sprint("common prefix ", r.IntN(500)) })
	checkSort(t, c, cmp.Compare[string], func() string { return string(make([]byte, r.IntN(12))) })
	checkSort(t, c, keyorder.Of[float64](false).Compare, func() float64 {
		return []float64{math.NaN(), 0, math.Copysign(0, -1), r.NormFloat64(), math.Inf(1), math.Inf(-1)}[r.IntN(6)]
	})
	checkSort(t, c, cmp.Compare[float32], func() float32 { return float32(r.NormFloat64()) })
}

func checkSort[K cmp.Ordered](t *testing.T, c *Context, compare func(a, b K) int, key func() K) {
	t.Helper()
	rows := make([]Pair[K, int], 3000)
	for i := range rows {
		rows[i] = KV(key(), i)
	}
	in := Parallelize(c, rows, 4)
	want := slices.Clone(rows)
	slices.SortStableFunc(want, func(a, b Pair[K, int]) int { return compare(a.Key, b.Key) })
	same(t, SortByKey(in, Ascending), want)
	same(t, SortByKeyFunc(in, compare, Into(3)), want)
	slices.SortStableFunc(want, func(a, b Pair[K, int]) int { return compare(b.Key, a.Key) })
	same(t, SortByKey(in, Descending, Into(5)), want)
}

func same[T any](t *testing.T, r *RDD[T], want []T) {
	t.Helper()
	got, err := r.Collect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%T: wrong order", got)
	}
}

// Partitions of a large, skewed input are balanced within a factor.
func TestRangesAreBalanced(t *testing.T) {
	c := NewContext("balance", Workers(2))
	defer c.Stop()
	r := rand.New(rand.NewPCG(7, 8))
	keys := make([]int, 60000)
	for i := range keys {
		keys[i] = int(r.NormFloat64() * 1e6)
	}
	in := Repartition(Parallelize(c, pairsOf(keys), 2), 3)
	skewed := Union(in, Parallelize(c, pairsOf(keys[:10]), 8))
	for _, part := range keysIn(t, SortByKey(skewed, Ascending, Into(8))) {
		if len(part) < 60000/8*2/3 || len(part) > 60000/8*3/2 {
			t.Errorf("a partition has %d of 60000 rows", len(part))
		}
	}
}

func TestFilterByRangePrunes(t *testing.T) {
	c := NewContext("range", Workers(2))
	defer c.Stop()
	in := Parallelize(c, pairsOf(keys60), 3)
	for _, o := range []Order{Ascending, Descending} {
		sorted := SortByKey(in, o, Into(6))
		some := FilterByRange(sorted, 200, 500)
		n, err := some.NumPartitions()
		if err != nil || n > 4 || n < 2 {
			t.Errorf("%d partitions, %v", n, err)
		}
		if got, want := sortedRows(t, some), sortedRows(t, FilterByRange(in, 200, 500)); !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// The rows of every partition are those that Spark 4.3 puts there.
func TestRepartitionIsSparks(t *testing.T) {
	c := NewContext("repartition", Workers(2))
	defer c.Stop()
	for _, x := range []struct {
		rows, from, to int
		want           string
	}{
		{20, 3, 4, "[[3 9 13 17] [0 4 6 10 14 18] [1 5 7 11 15 19] [2 8 12 16]]"},
		{20, 2, 3, "[[0 3 6 9 12 15 18] [1 4 7 10 13 16 19] [2 5 8 11 14 17]]"},
		{10, 1, 5, "[[1 6] [2 7] [3 8] [4 9] [0 5]]"},
		{12, 5, 2, "[[1 3 4 6 7 9 11] [0 2 5 8 10]]"},
	} {
		if got := fmt.Sprint(inParts(t, Repartition(Parallelize(c, numbers(x.rows), x.from), x.to))); got != x.want {
			t.Errorf("%+v: %s", x, got)
		}
	}
	for _, x := range []struct {
		from, to int
		want     string
	}{
		{10, 3, "[[0 1 2 3 4 5] [6 7 8 9 10 11] [12 13 14 15 16 17 18 19]]"},
		{7, 4, "[[0 1] [2 3 4 5 6 7] [8 9 10 11 12 13] [14 15 16 17 18 19]]"},
		{3, 5, "[[0 1 2 3 4 5] [6 7 8 9 10 11 12] [13 14 15 16 17 18 19]]"},
	} {
		if got := fmt.Sprint(inParts(t, Parallelize(c, numbers(20), x.from).Coalesce(x.to))); got != x.want {
			t.Errorf("%+v: %s", x, got)
		}
	}
	for _, r := range []*RDD[int]{Parallelize(c, numbers(3)).Coalesce(0), Repartition(Parallelize(c, numbers(3)), -1)} {
		if _, err := r.Count(context.Background()); err == nil {
			t.Error("a number of partitions must be positive")
		}
	}
}
