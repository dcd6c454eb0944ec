package rdd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// inParts collects every partition by itself, sorted by text.
func inParts[T any](t *testing.T, r *RDD[T]) [][]string {
	t.Helper()
	parts, err := collectParts(context.Background(), r, "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]string, len(parts))
	for i, rows := range parts {
		out[i] = []string{}
		for _, x := range rows {
			out[i] = append(out[i], fmt.Sprint(x))
		}
	}
	return out
}

func sortedRows[T any](t *testing.T, r *RDD[T]) []string {
	t.Helper()
	rows := slices.Concat(inParts(t, r)...)
	slices.Sort(rows)
	return rows
}

// stagesOf runs f and returns how many stages each job of it ran.
func stagesOf(c *Context, f func()) []int {
	var stages []int
	on := true
	c.AddListener(&Listener{JobEnded: func(j JobInfo) {
		if on {
			stages = append(stages, j.Stages)
		}
	}})
	f()
	on = false
	return stages
}

func pairsOf(keys []int) []Pair[int, int] {
	out := make([]Pair[int, int], len(keys))
	for i, k := range keys {
		out[i] = KV(k, i)
	}
	return out
}

// keys60 are the keys of what real Spark was asked about.
var keys60 = []int{243, 606, 557, 133, 378, 937, 618, 485, 640, 594, 67, 620, 13, 930, 857, 480, 265, 564, 239, 196, 734, 481, 553, 856, 562, 487, 406, 654, 881, 154, 237, 650, 155, 888, 948, 535, 399, 759, 15, 687, 795, 65, 163, 776, 980, 605, 43, 308, 798, 31, 843, 886, 275, 484, 609, 736, 942, 899, 396, 731}

// Partitions and their order are as Spark 4.3 prints them.
func TestPartitionByIsSparks(t *testing.T) {
	c := NewContext("placement", Workers(2))
	defer c.Stop()
	got := inParts(t, PartitionBy(Parallelize(c, pairsOf(keys60[:20]), 3), HashPartitioner[int](3)))
	want := [][]string{
		{"(243,0)", "(606,1)", "(378,4)", "(618,6)", "(594,9)", "(930,13)", "(480,15)", "(564,17)"},
		{"(133,3)", "(937,5)", "(640,8)", "(67,10)", "(13,12)", "(265,16)", "(196,19)"},
		{"(557,2)", "(485,7)", "(620,11)", "(857,14)", "(239,18)"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v", got)
	}
}

func TestDefaultPartitionersAreSparks(t *testing.T) {
	c := NewContext("placement", Workers(2))
	defer c.Stop()
	r, other := Parallelize(c, pairsOf(keys60[:20]), 3), Parallelize(c, pairsOf(keys60), 5)
	placed := PartitionBy(r, HashPartitioner[int](2))
	for name, x := range map[string]struct{ n, want int }{
		"groupByKey":    {parts(GroupByKey(r)), 3},
		"join":          {parts(Join(r, other)), 5},
		"subtractByKey": {parts(SubtractByKey(r, other)), 3},
		"placed":        {parts(Join(placed, other)), 2},
		"far larger":    {parts(Join(placed, Parallelize(c, pairsOf(keys60), 30))), 30},
		"distinct":      {parts(Distinct(r)), 3},
		"into":          {parts(Distinct(r, Into(7))), 7},
	} {
		if x.n != x.want {
			t.Errorf("%s: %d partitions, want %d", name, x.n, x.want)
		}
	}
}

func parts[T any](r *RDD[T]) int {
	n, _ := r.NumPartitions()
	return n
}

// What lies by an equal partitioner does not move.
func TestCopartitionedInputsDoNotShuffle(t *testing.T) {
	c := NewContext("stages", Workers(2))
	defer c.Stop()
	p := HashPartitioner[int](4)
	a := PartitionBy(Parallelize(c, pairsOf(keys60), 3), p)
	b := MapValues(PartitionBy(Parallelize(c, pairsOf(keys60[:30]), 2), HashPartitioner[int](4)), func(x int) int { return -x })
	count := func(n int64, err error) {
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	ctx := context.Background()
	if got := stagesOf(c, func() { count(a.Count(ctx)); count(b.Count(ctx)) }); !slices.Equal(got, []int{2, 2}) {
		t.Fatalf("placing takes two stages each: %v", got)
	}
	got := stagesOf(c, func() {
		count(Join(a, b).Count(ctx))
		count(Cogroup3(a, b, a).Count(ctx))
		count(SubtractByKey(a, b).Count(ctx))
		count(ReduceByKey(Join(a, b), func(x, _ Joined[int, int]) Joined[int, int] { return x }).Count(ctx))
		count(GroupByKey(a).Count(ctx))
		count(PartitionBy(a, p).Count(ctx))
		count(Distinct(a).Count(ctx))
	})
	if !slices.Equal(got, []int{1, 1, 1, 1, 1, 1, 1}) {
		t.Errorf("co-partitioned inputs moved: %v stages", got)
	}
	half := Parallelize(c, pairsOf(keys60), 3)
	if got := stagesOf(c, func() { count(Join(a, half).Count(ctx)) }); !slices.Equal(got, []int{2}) {
		t.Errorf("one side moves: %v stages", got)
	}
	if got := stagesOf(c, func() {
		if v, err := Lookup(ctx, a, 13); err != nil || !slices.Equal(v, []int{12}) {
			t.Error(v, err)
		}
	}); !slices.Equal(got, []int{1}) {
		t.Errorf("lookup: %v stages", got)
	}
}

// Every operation by key against maps, over random data and partitions.
func TestPairsAgreeWithMaps(t *testing.T) {
	c := NewContext("oracle", Workers(2))
	defer c.Stop()
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 20 {
		left, right := randomPairs(r, 300), randomPairs(r, 200)
		a, b := Parallelize(c, left, 1+r.IntN(5)), Parallelize(c, right, 1+r.IntN(5))
		into := Into(1 + r.IntN(6))
		sums, groups, other := map[string]int{}, map[string][]int{}, map[string][]int{}
		for _, x := range left {
			sums[x.Key] += x.Value
			groups[x.Key] = append(groups[x.Key], x.Value)
		}
		for _, x := range right {
			other[x.Key] = append(other[x.Key], x.Value)
		}
		var sum, group, join, minus []string
		for k, s := range sums {
			sum, group = append(sum, fmt.Sprint(KV(k, s))), append(group, fmt.Sprint(KV(k, groups[k])))
			for _, v := range groups[k] {
				if other[k] == nil {
					minus = append(minus, fmt.Sprint(KV(k, v)))
				}
				for _, w := range other[k] {
					join = append(join, fmt.Sprint(KV(k, Joined[int, int]{v, w})))
				}
			}
		}
		add := func(x, y int) int { return x + y }
		for name, x := range map[string]struct{ got, want []string }{
			"reduceByKey":    {sortedRows(t, ReduceByKey(a, add, into)), sum},
			"foldByKey":      {sortedRows(t, FoldByKey(a, 0, add, into, WithoutMapSide())), sum},
			"aggregateByKey": {sortedRows(t, AggregateByKey(a, func() int { return 0 }, add, add)), sum},
			"groupByKey":     {sortedRows(t, GroupByKey(a, into)), group},
			"join":           {sortedRows(t, Join(a, b, into)), join},
			"subtractByKey":  {sortedRows(t, SubtractByKey(a, b, into)), minus},
		} {
			slices.Sort(x.want)
			if !slices.Equal(x.got, x.want) {
				t.Fatalf("round %d, %s: %v, want %v", round, name, x.got, x.want)
			}
		}
	}
}

func randomPairs(r *rand.Rand, n int) []Pair[string, int] {
	out := make([]Pair[string, int], r.IntN(n))
	for i := range out {
		out[i] = KV(fmt.Sprint("key", r.IntN(40)), r.IntN(1000))
	}
	return out
}

func TestFailuresByKeyNameTheCall(t *testing.T) {
	c := NewContext("bad", Workers(2))
	defer c.Stop()
	r := Parallelize(c, pairsOf(keys60), 3)
	for name, err := range map[string]error{
		"no partitions":     second(ReduceByKey(r, func(a, b int) int { return a }, Into(0)).Collect(context.Background())),
		"other partitioner": second(PartitionBy(r, HashPartitioner[string](2)).Collect(context.Background())),
		"panic":             second(MapValues(r, func(int) int { panic("boom") }).Collect(context.Background())),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }
