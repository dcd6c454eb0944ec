package rdd

import (
	"context"
	"strings"
	"testing"
)

// RDDs that there are not, and a ctx that is none, are refused with the program's
// line, wherever they are given.
func TestNothingIsRefused(t *testing.T) {
	c := NewContext("nothing", Workers(1))
	defer c.Stop()
	ctx := t.Context()
	there, pairs := Parallelize(c, numbers(4), 2), Map(Parallelize(c, numbers(4), 2), func(x int) Pair[int, int] { return KV(x, x) })
	for kind, none := range map[string]*RDD[int]{"nil": nil, "zero": {}} {
		var noPairs *RDD[Pair[int, int]]
		for name, err := range map[string]error{
			"collect":     erring(none.Collect(ctx)),
			"count":       erring(none.Count(ctx)),
			"take":        erring(none.Take(ctx, 1)),
			"partitions":  erring(none.NumPartitions()),
			"debug":       erring(none.ToDebugString()),
			"save":        none.SaveAsTextFile(ctx, t.TempDir()),
			"map":         erring(Map(none, three1).Collect(ctx)),
			"filter":      erring(none.Filter(func(int) bool { return true }).Count(ctx)),
			"sample":      erring(none.Sample(false, 0.5).Count(ctx)),
			"union":       erring(there.Union(none).Count(ctx)),
			"union first": erring(none.Union(there).Count(ctx)),
			"zip":         erring(Zip(there, none).Count(ctx)),
			"cartesian":   erring(Cartesian(none, there).Count(ctx)),
			"distinct":    erring(Distinct(none).Count(ctx)),
			"repartition": erring(Repartition(none, 3).Count(ctx)),
			"coalesce":    erring(none.Coalesce(1).Count(ctx)),
			"sort":        erring(SortBy(none, three1, Ascending).Count(ctx)),
			"reduce":      erring(ReduceByKey(noPairs, add).Count(ctx)),
			"join":        erring(Join(pairs, noPairs).Count(ctx)),
			"join first":  erring(Join(noPairs, pairs).Count(ctx)),
			"group":       erring(GroupByKey(noPairs).Count(ctx)),
			"index":       erring(ZipWithIndex(none).Count(ctx)),
			"persist":     erring(none.Cache().Unpersist().SetName("none").Count(ctx)),
			"checkpoint":  erring(none.Checkpoint().LocalCheckpoint().Count(ctx)),
			"barrier":     erring(Glom(Barrier(none).MapPartitions(nil)).Count(ctx)),
			"pipe":        erring(Pipe(none, "cat").Count(ctx)),
		} {
			if err == nil || !strings.Contains(err.Error(), "an RDD is nil or a zero value") || !strings.Contains(err.Error(), "nowhere_test.go:") || strings.Contains(err.Error(), "given.go:") {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
		}
		if r := Parallelize(c, numbers(1)); r.StorageLevel() != StorageNone || kind == "nil" && none.StorageLevel() != StorageNone || none.IsCheckpointed() || none.CheckpointFile() != "" || none.Partitioner() != nil {
			t.Error("nothing has something", kind)
		}
	}
	var noCtx context.Context
	for name, err := range map[string]error{
		"collect":   erring(there.Collect(noCtx)),
		"reduce":    erring(there.Reduce(noCtx, add)),
		"sorted":    erring(SortBy(there, three1, Ascending).Count(noCtx)),
		"approx":    erring(CountApprox(noCtx, there, 0, 0.9)),
		"async":     erring(Async(noCtx, there.Count).Get(ctx)),
		"save":      there.SaveAsTextFile(noCtx, t.TempDir()+"/out"),
		"histogram": erring(HistogramOf(noCtx, there, []float64{0, 9})),
	} {
		if err == nil || !strings.Contains(err.Error(), "an action was given nil") || !strings.Contains(err.Error(), "nowhere_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func three1(int) int { return 3 }
