package rdd

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// Of a job that failed there is no result, although partitions have committed.
func TestNoResultComesWithAnError(t *testing.T) {
	c := NewContext("partial", Workers(1), Conf("spark.task.maxFailures", "1"))
	defer c.Stop()
	ctx := context.Background()
	r := Map(Parallelize(c, numbers(8), 4), func(x int) int {
		if x == 7 {
			panic("seven")
		}
		return x
	})
	pairs := Map(r, func(x int) Pair[int, int] { return KV(x, x) })
	for name, action := range map[string]func() (any, bool, error){
		"Collect":        func() (any, bool, error) { x, err := r.Collect(ctx); return x, x == nil, err },
		"Count":          func() (any, bool, error) { x, err := r.Count(ctx); return x, x == 0, err },
		"Take":           func() (any, bool, error) { x, err := r.Take(ctx, 8); return x, x == nil, err },
		"TakeOrdered":    func() (any, bool, error) { x, err := TakeOrdered(ctx, r, 3); return x, x == nil, err },
		"TakeSample":     func() (any, bool, error) { x, err := r.TakeSample(ctx, false, 9); return x, x == nil, err },
		"Reduce":         func() (any, bool, error) { x, err := r.Reduce(ctx, add); return x, x == 0, err },
		"TreeReduce":     func() (any, bool, error) { x, err := TreeReduce(ctx, r, add); return x, x == 0, err },
		"Fold":           func() (any, bool, error) { x, err := r.Fold(ctx, 3, add); return x, x == 0, err },
		"Max":            func() (any, bool, error) { x, err := Max(ctx, r); return x, x == 0, err },
		"Aggregate":      func() (any, bool, error) { x, err := Aggregate(ctx, r, three, add, add); return x, x == 0, err },
		"TreeAggregate":  func() (any, bool, error) { x, err := TreeAggregate(ctx, r, three, add, add); return x, x == 0, err },
		"CountByValue":   func() (any, bool, error) { x, err := CountByValue(ctx, r); return x, x == nil, err },
		"CollectAsMap":   func() (any, bool, error) { x, err := CollectAsMap(ctx, pairs); return x, x == nil, err },
		"Lookup":         func() (any, bool, error) { x, err := Lookup(ctx, pairs, 0); return x, x == nil, err },
		"ReduceLocally":  func() (any, bool, error) { x, err := ReduceByKeyLocally(ctx, pairs, add); return x, x == nil, err },
		"Stats":          func() (any, bool, error) { x, err := Stats(ctx, r); return x, x == StatCounter{}, err },
		"Sum":            func() (any, bool, error) { x, err := Sum(ctx, r); return x, x == 0, err },
		"HistogramOf":    func() (any, bool, error) { x, err := HistogramOf(ctx, r, []float64{0, 9}); return x, x == nil, err },
		"CollectSquares": func() (any, bool, error) { x, err := Glom(r).Collect(ctx); return x, x == nil, err },
	} {
		if got, none, err := action(); err == nil || !none {
			t.Errorf("%s gives %v with the error %v", name, got, err)
		}
	}
}

func add(a, b int) int { return a + b }

func three() int { return 3 }

// A function that is nil is refused where the program gives it.
func TestNilFunctionsAreRefused(t *testing.T) {
	c := NewContext("nil", Workers(1))
	defer c.Stop()
	ctx := context.Background()
	r := Parallelize(c, numbers(4), 2)
	pairs := Map(r, func(x int) Pair[int, int] { return KV(x, x) })
	count := func(n interface{ given() error }) error { return n.given() }
	for op, err := range map[string]error{
		"map":                    count(defined[int]{Map[int, int](r, nil)}),
		"map (Try)":              count(defined[int]{TryMap[int, int](r, nil)}),
		"keyBy":                  count(defined[Pair[int, int]]{KeyBy[int, int](r, nil)}),
		"filter":                 count(defined[int]{r.Filter(nil)}),
		"filter (Try)":           count(defined[int]{r.TryFilter(nil)}),
		"flatMap":                count(defined[int]{FlatMap[int, int](r, nil)}),
		"flatMap (Append)":       count(defined[int]{AppendMap[int, int](r, nil)}),
		"flatMap (Try)":          count(defined[int]{TryFlatMap[int, int](r, nil)}),
		"mapPartitions":          count(defined[int]{MapPartitions[int, int](r, nil)}),
		"mapPartitionsWithIndex": count(defined[int]{MapPartitionsWithIndex[int, int](r, nil)}),
		"mapValues":              count(defined[Pair[int, int]]{MapValues[int, int, int](pairs, nil)}),
		"flatMapValues":          count(defined[Pair[int, int]]{FlatMapValues[int, int, int](pairs, nil)}),
		"reduceByKey":            count(defined[Pair[int, int]]{ReduceByKey(pairs, nil)}),
		"foldByKey":              count(defined[Pair[int, int]]{FoldByKey(pairs, 0, nil)}),
		"aggregateByKey":         count(defined[Pair[int, int]]{AggregateByKey(pairs, three, nil, add)}),
		"combineByKey":           count(defined[Pair[int, int]]{CombineByKey(pairs, func(x int) int { return x }, add, nil)}),
		"zipPartitions":          count(defined[int]{ZipPartitions[int, int, int](r, r, nil)}),
		"foreach":                r.ForEach(ctx, nil),
		"foreachPartition":       r.TryForEachPartition(ctx, nil),
		"reduce":                 erring(r.Reduce(ctx, nil)),
		"fold":                   erring(r.Fold(ctx, 0, nil)),
		"treeReduce":             erring(TreeReduce(ctx, r, nil)),
		"aggregate":              erring(Aggregate[int, int](ctx, r, three, add, nil)),
		"treeAggregate":          erring(TreeAggregate[int, int](ctx, r, nil, add, add)),
		"max":                    erring(r.MaxFunc(ctx, nil)),
		"takeOrdered":            erring(r.TakeOrderedFunc(ctx, 1, nil)),
		"reduceByKeyLocally":     erring(ReduceByKeyLocally(ctx, pairs, nil)),
	} {
		op, _, _ := strings.Cut(op, " ")
		if err == nil || !strings.Contains(err.Error(), op+" was given nil in place of a function") || !strings.Contains(err.Error(), "misuse_test.go:") {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// defined is an RDD of which only what is wrong with it counts.
type defined[T any] struct{ r *RDD[T] }

func (d defined[T]) given() error {
	_, err := d.r.NumPartitions()
	return err
}

func erring[T any](_ T, err error) error { return err }

// RDDs of two contexts are kept apart, and both are named.
func TestTwoContextsDoNotMix(t *testing.T) {
	one, other := NewContext("one", Workers(1)), NewContext("other", Workers(1))
	defer one.Stop()
	defer other.Stop()
	pairs := func(c *Context) *RDD[Pair[int, int]] {
		return Map(Parallelize(c, numbers(4), 2), func(x int) Pair[int, int] { return KV(x, x) })
	}
	a, b := pairs(one), pairs(other)
	for name, err := range map[string]error{
		"union":     erring(Union(a, b).NumPartitions()),
		"join":      erring(Join(a, b).NumPartitions()),
		"cartesian": erring(Cartesian(a, b).NumPartitions()),
		"zip":       erring(Zip(a, b).NumPartitions()),
		"subtract":  erring(SubtractByKey(a, b).NumPartitions()),
		"and on":    erring(Keys(Union(a, b)).NumPartitions()),
	} {
		if err == nil || !strings.Contains(err.Error(), "RDDs of two contexts: ") || strings.Count(err.Error(), "misuse_test.go:") < 3 ||
			!strings.Contains(err.Error(), "is of one") || !strings.Contains(err.Error(), "is of other") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever runs a function of the program says for which row it failed, and where.
func TestEveryFunctionNamesItsRow(t *testing.T) {
	c := NewContext("rows", Workers(1), Conf("spark.task.maxFailures", "1"))
	defer c.Stop()
	ctx := context.Background()
	r := Parallelize(c, numbers(3000), 2) // 1500 in each, more than a chunk
	bad := func(x int) int {
		if x == 2900 {
			panic("bad")
		}
		return x
	}
	pairs := Map(r, func(x int) Pair[int, int] { return KV(x%7, x) })
	all := func(in iter.Seq[int]) iter.Seq[int] {
		return func(yield func(int) bool) {
			for x := range in {
				if !yield(bad(x)) {
					return
				}
			}
		}
	}
	for name, err := range map[string]error{
		"Map":     erring(Map(r, bad).Count(ctx)),
		"TryMap":  erring(TryMap(r, func(_ *Task, x int) (int, error) { return x, failing(x) }).Count(ctx)),
		"Filter":  erring(r.Filter(func(x int) bool { return bad(x) >= 0 }).Count(ctx)),
		"FlatMap": erring(FlatMap(r, func(x int) []int { return []int{bad(x)} }).Count(ctx)),
		"ForEach": r.ForEach(ctx, func(x int) { bad(x) }),
		"ForEachPartition": r.ForEachPartition(ctx, func(in iter.Seq[int]) {
			for x := range in {
				bad(x)
			}
		}),
		"MapPartitions": erring(Map(MapPartitions(r, all), func(x int) int { return x }).Count(ctx)),
		"MapValues":     erring(MapValues(pairs, bad).Count(ctx)),
		"Reduce":        erring(r.Reduce(ctx, func(a, b int) int { return max(a, bad(b)) })),
		"ReduceByKey":   erring(ReduceByKey(pairs, func(a, b int) int { return max(a, bad(b)) }).Count(ctx)),
		"TakeOrdered":   erring(r.TakeOrderedFunc(ctx, 1, func(a, b int) int { return cmp.Compare(bad(a), b) })),
		"of the library": r.ForEach(ctx, func(x int) {
			if x == 2900 {
				_ = slices.Insert([]Pair[int, int]{}, 1, Pair[int, int]{})
			}
		}),
		"given from the library": erring(Map(Map(r, pattern), regexp.MustCompile).Count(ctx)),
	} {
		if err == nil || !strings.Contains(err.Error(), "row 1400 of partition 1,") || !strings.Contains(err.Error(), "misuse_test.go:") || sparkerr.As(err).Kind != sparkerr.UserCode {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func pattern(x int) string {
	if x == 2900 {
		return "("
	}
	return "()"
}

func failing(x int) error {
	if x == 2900 {
		return errors.New("no such row")
	}
	return nil
}

// A compressed file that was cut off is named, and said to be.
func TestATruncatedFileIsNamed(t *testing.T) {
	c := NewContext("cut", Workers(1))
	defer c.Stop()
	var whole strings.Builder
	z := gzip.NewWriter(&whole)
	_, err := io.WriteString(z, strings.Repeat("a line of some text\n", 1000))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{4, 15, whole.Len() / 2, whole.Len() - 1} {
		name := filepath.Join(t.TempDir(), "lines.gz")
		if err := os.WriteFile(name, []byte(whole.String()[:left]), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{erring(c.TextFile(name).Count(t.Context())), erring(BinaryFiles(c, name).Count(t.Context()))} {
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "lines.gz is truncated: its compressed data ends in the middle") {
				t.Errorf("%d bytes of %d: %v", left, whole.Len(), err)
			}
		}
	}
}

// A file that is not what its name says is not called truncated, however short it is.
func TestAForeignFileIsNamed(t *testing.T) {
	c := NewContext("foreign", Workers(1))
	defer c.Stop()
	for name, content := range map[string]string{"a.gz": "text", "b.gz": "some more text than a header has", "c.zst": "some text", "d.bz2": "some text", "e.deflate": "some text"} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{erring(c.TextFile(file).Count(t.Context())), erring(BinaryFiles(c, file).Count(t.Context()))} {
			if err == nil || !strings.Contains(err.Error(), name+" is not ") || !strings.Contains(err.Error(), ", as its name says, or is damaged") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// What is wrong with saving is said once, with the place in the program.
func TestErrorsOfSavingNameTheirLine(t *testing.T) {
	c := NewContext("saving", Workers(1))
	defer c.Stop()
	ctx, dir := t.Context(), t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	below := filepath.Join(file, "out")
	r := Parallelize(c, numbers(2), 1)
	for name, err := range map[string]error{
		"codec":            r.SaveAsTextFile(ctx, filepath.Join(dir, "a"), Codec("rar")),
		"codec of objects": r.SaveAsObjectFile(ctx, filepath.Join(dir, "a"), Codec("gzip")),
		"exists":           r.SaveAsTextFile(ctx, dir),
		"below a file":     r.SaveAsTextFile(ctx, below),
		"objects":          r.SaveAsObjectFile(ctx, below),
		"checkpoints":      c.SetCheckpointDir(below),
	} {
		if err == nil || strings.Count(err.Error(), "misuse_test.go:") != 1 || strings.Count(err.Error(), "not a directory") > 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
