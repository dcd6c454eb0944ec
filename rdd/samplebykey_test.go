package rdd

import (
	"context"
	"math"
	"testing"
)

func TestSamplesByKey(t *testing.T) {
	c := NewContext("strata", Workers(2))
	defer c.Stop()
	ctx := context.Background()
	keys := make([]int, 30000)
	for i := range keys {
		keys[i] = i * i % 3
	}
	all := Parallelize(c, pairsOf(keys), 7)
	sizes, _ := CountByKey(ctx, all)
	for _, replace := range []bool{false, true} {
		fractions := map[int]float64{0: 0.1, 1: 0.35, 2: 0}
		exact := SampleByKeyExact(all, replace, fractions, 7)
		got, err := exact.Collect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		count, values := map[int]int64{}, map[int]int{}
		for _, x := range got {
			count[x.Key]++
			values[x.Value]++
		}
		loose, err := CountByKey(ctx, SampleByKey(all, replace, fractions, 8))
		if err != nil {
			t.Fatal(err)
		}
		for k, n := range sizes {
			if want := int64(math.Ceil(float64(n) * fractions[k])); count[k] != want {
				t.Errorf("replace %v: %d of key %d, want exactly %d", replace, count[k], k, want)
			}
			mean := float64(n) * fractions[k]
			if math.Abs(float64(loose[k])-mean) > 6*math.Sqrt(mean) {
				t.Errorf("replace %v: %d of key %d, want about %v", replace, loose[k], k, mean)
			}
		}
		if twice := len(values) < len(got); twice != replace {
			t.Errorf("replace %v: %d different rows of %d", replace, len(values), len(got))
		}
		if again, _ := exact.Count(ctx); again != int64(len(got)) {
			t.Error("a sample is the same each time")
		}
	}
	for _, bad := range []map[int]float64{{0: 0.5}, {0: -1, 1: 0, 2: 0}, {0: 1.5, 1: 0, 2: 0}} {
		if _, err := SampleByKey(all, false, bad).Count(ctx); err == nil {
			t.Errorf("%v must fail", bad)
		}
	}
}

func TestCountApproxDistinctByKey(t *testing.T) {
	c := NewContext("distinct", Workers(2))
	defer c.Stop()
	keys := make([]int, 20000)
	got, err := CollectAsMap(context.Background(), CountApproxDistinctByKey(Parallelize(c, pairsOf(keys), 3), 0.02))
	if err != nil || math.Abs(float64(got[0])-20000) > 20000*0.08 {
		t.Error(got, err)
	}
	if _, err := CountApproxDistinctByKey(Parallelize(c, pairsOf(keys)), 0).Count(context.Background()); err == nil {
		t.Error("an accuracy of 0 must fail")
	}
}
