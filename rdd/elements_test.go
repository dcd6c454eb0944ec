package rdd

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// collected prints an RDD's partitions: "[1 2] [3]".
func collected[T any](t *testing.T, r *RDD[T]) string {
	t.Helper()
	parts, err := collectParts(context.Background(), r, "collect", nil)
	if err != nil {
		t.Fatal(err)
	}
	text := make([]string, len(parts))
	for i, p := range parts {
		text[i] = fmt.Sprint(p)
	}
	return strings.Join(text, " ")
}

func TestElements(t *testing.T) {
	c := NewContext("elements", Workers(2))
	defer c.Stop()
	five := Parallelize(c, numbers(5), 2)
	twice := func(in iter.Seq[int]) iter.Seq[int] {
		return func(yield func(int) bool) {
			for x := range in {
				if !yield(2 * x) {
					return
				}
			}
		}
	}
	for name, x := range map[string]struct{ got, want string }{
		"slices":              {collected(t, five), "[0 1] [2 3 4]"},
		"map":                 {collected(t, Map(five, func(x int) string { return fmt.Sprint(x, "!") })), "[0! 1!] [2! 3! 4!]"},
		"flatMap":             {collected(t, FlatMap(five, func(x int) []int { return numbers(x) })), "[0] [0 1 0 1 2 0 1 2 3]"},
		"filter":              {collected(t, five.Filter(func(x int) bool { return x%2 == 1 })), "[1] [3]"},
		"mapPartitions":       {collected(t, MapPartitions(five, twice)), "[0 2] [4 6 8]"},
		"glom":                {collected(t, Glom(five)), "[[0 1]] [[2 3 4]]"},
		"union":               {collected(t, five.Union(Parallelize(c, []int{9}, 1))), "[0 1] [2 3 4] [9]"},
		"cartesian":           {collected(t, Cartesian(Parallelize(c, []int{1, 2}, 2), Parallelize(c, []string{"a", "b"}, 1))), "[(1,a) (1,b)] [(2,a) (2,b)]"},
		"zip":                 {collected(t, Zip(five, Map(five, func(x int) int { return -x }))), "[(0,0) (1,-1)] [(2,-2) (3,-3) (4,-4)]"},
		"zipWithIndex":        {collected(t, ZipWithIndex(Map(five, func(x int) int { return 10 * x }))), "[(0,0) (10,1)] [(20,2) (30,3) (40,4)]"},
		"zipWithUniqueId":     {collected(t, ZipWithUniqueID(five)), "[(0,0) (1,2)] [(2,1) (3,3) (4,5)]"},
		"range":               {collected(t, Range(c, 10, 0, -3, 2)), "[10 7] [4 1]"},
		"range to the limits": {collected(t, Range(c, -1<<63, 1<<63-1, 1<<62, 1)), "[-9223372036854775808 -4611686018427387904 0 4611686018427387904]"},
		"empty":               {collected(t, Empty[int](c)), ""},
	} {
		if x.got != x.want {
			t.Errorf("%s: got %s, want %s", name, x.got, x.want)
		}
	}
}

func TestActions(t *testing.T) {
	ctx := context.Background()
	c := NewContext("actions", Workers(2))
	defer c.Stop()
	hundred := Parallelize(c, numbers(100), 7)
	sum := func(a, b int) int { return a + b }
	check := func(name string, want any) func(got any, err error) {
		return func(got any, err error) {
			t.Helper()
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %v (%v), want %v", name, got, err, want)
			}
		}
	}
	check("reduce", 4950)(first(hundred.Reduce(ctx, sum)))
	check("fold", 4950)(first(hundred.Fold(ctx, 0, sum)))
	check("treeReduce", 4950)(first(TreeReduce(ctx, hundred, sum, 3)))
	check("treeAggregate", 4950)(first(TreeAggregate(ctx, hundred, func() int { return 0 }, sum, sum)))
	check("take", numbers(30))(first(hundred.Take(ctx, 30)))
	check("take more than there is", numbers(100))(first(hundred.Take(ctx, 1000)))
	check("first", 0)(first(hundred.First(ctx)))
	check("top", []int{99, 98, 97})(first(Top(ctx, hundred, 3)))
	check("takeOrdered", []int{0, 1, 2})(first(TakeOrdered(ctx, hundred, 3)))
	check("max", 99)(first(Max(ctx, hundred)))
	check("isEmpty", true)(first(hundred.Filter(func(int) bool { return false }).IsEmpty(ctx)))
	check("count", int64(100))(first(Async(ctx, hundred.Count).Get(ctx)))
	check("sum", 4950)(first(Sum(ctx, hundred)))
	check("variance", 833.25)(first(Variance(ctx, hundred)))
	edges, counts, err := Histogram(ctx, hundred, 3)
	check("edges", []float64{0, 33, 66, 99})(edges, err)
	check("counts", []int64{33, 33, 34})(counts, err)
	check("counts of edges", []int64{10, 51})(first(HistogramOf(ctx, hundred, []float64{0, 10, 60})))
	var local []int
	for x, err := range hundred.ToLocalIterator(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		local = append(local, x)
	}
	check("toLocalIterator", numbers(100))(local, nil)
	if _, err := Empty[int](c).Reduce(ctx, sum); err == nil {
		t.Error("reducing nothing succeeded")
	}
}

func first[T any](x T, err error) (any, error) { return x, err }

func TestSamples(t *testing.T) {
	ctx := context.Background()
	c := NewContext("samples", Workers(2))
	defer c.Stop()
	many := Parallelize(c, numbers(10000), 4)
	for _, replace := range []bool{false, true} {
		for _, fraction := range []float64{0.1, 0.6} {
			n, err := many.Sample(replace, fraction, 7).Count(ctx)
			if err != nil || float64(n) < 9000*fraction || float64(n) > 11000*fraction {
				t.Errorf("sample of %v (replacement %v): %d, %v", fraction, replace, n, err)
			}
		}
		if got, err := many.TakeSample(ctx, replace, 50, 3); len(got) != 50 || err != nil {
			t.Errorf("takeSample: %d, %v", len(got), err)
		}
	}
	seen := map[int]int{}
	for _, split := range many.RandomSplit([]float64{1, 2, 3}, 5) {
		got, err := split.Collect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range got {
			seen[x]++
		}
	}
	if len(seen) != 10000 {
		t.Errorf("the splits hold %d of 10000 elements", len(seen))
	}
}

func TestPanicNamesRowAndLine(t *testing.T) {
	c := NewContext("panic", Workers(1), Conf("spark.task.maxFailures", "2"))
	tries := 0
	zero := 0
	r := Map(Parallelize(c, []int{3, 2, 1, 0}, 2), func(x int) int {
		if x == 0 {
			tries++
			return 1 / zero
		}
		return x
	})
	_, err := r.Collect(context.Background())
	if err == nil || !strings.Contains(err.Error(), "row 1 of partition 1") || !strings.Contains(err.Error(), "elements_test.go:") {
		t.Error(err)
	}
	if tries != 2 {
		t.Errorf("%d tries, want 2", tries)
	}
}

func TestTextFilesThereAndBack(t *testing.T) {
	ctx := context.Background()
	c := NewContext("files", Workers(2))
	defer c.Stop()
	dir := t.TempDir()
	lines := make([]string, 1000)
	for i := range lines {
		lines[i] = strings.Repeat("x", i%50)
	}
	for _, codec := range []string{"none", "gzip"} {
		out := filepath.Join(dir, codec)
		if err := Parallelize(c, lines, 3).SaveAsTextFile(ctx, out, Codec(codec)); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(out, "_SUCCESS")); err != nil {
			t.Error(err)
		}
		back, err := c.TextFile(out, 5).Collect(ctx)
		if err != nil || !reflect.DeepEqual(back, lines) {
			t.Errorf("%s: %d lines came back (%v)", codec, len(back), err)
		}
		if err := Parallelize(c, lines).SaveAsTextFile(ctx, out); err == nil {
			t.Error("saved over an existing directory")
		}
	}
	broken := filepath.Join(dir, "broken")
	fails := TryMap(Parallelize(c, lines), func(*Task, string) (string, error) { return "", errors.New("no") })
	if err := fails.SaveAsTextFile(ctx, broken); err == nil {
		t.Error("a job that fails saved")
	}
	if _, err := os.Stat(broken); !os.IsNotExist(err) {
		t.Error("a job that failed left its directory")
	}
	if _, err := c.TextFile(filepath.Join(dir, "nowhere")).Count(ctx); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Error(err)
	}
}
