package keyorder

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Sorting by prefixes is stable sorting by comparing, in both directions.
func TestSortedAgreesWithCompare(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	check(t, func() int { return r.IntN(100) - 50 })
	check(t, func() int8 { return int8(r.Uint32()) })
	check(t, func() int16 { return int16(r.Uint32()) })
	check(t, func() int32 { return int32(r.Uint32()) })
	check(t, func() uint8 { return uint8(r.Uint32()) })
	check(t, func() uint16 { return uint16(r.Uint32()) })
	check(t, r.Uint32)
	check(t, r.Uint64)
	check(t, func() string { return fmt.Sprint("in common, ", r.IntN(500), "and a tail") })
	check(t, func() string { return string(make([]byte, r.IntN(12))) })
	odd := []float64{math.NaN(), 0, math.Copysign(0, -1), 1.5, math.Inf(1), math.Inf(-1)}
	check(t, func() float64 { return odd[r.IntN(len(odd))] })
	check(t, func() float32 { return float32(odd[r.IntN(len(odd))]) })
}

func check[K cmp.Ordered](t *testing.T, next func() K) {
	t.Helper()
	keys := make([]K, 1000)
	for i := range keys {
		keys[i] = next()
	}
	for _, desc := range []bool{false, true} {
		o := Of[K](desc)
		want := make([]uint32, len(keys))
		for i := range want {
			want[i] = uint32(i)
		}
		slices.SortStableFunc(want, func(a, b uint32) int { return o.Compare(keys[a], keys[b]) })
		for i, p := range o.Sorted(keys) {
			if p.Row != want[i] {
				t.Fatalf("%T, descending %v: place %d has row %d (%v), not %d (%v)", keys[0], desc, i, p.Row, keys[p.Row], want[i], keys[want[i]])
			}
		}
	}
}

// Doubles are ordered as Java's Double.compare does.
func TestFloats(t *testing.T) {
	want := []float64{math.Inf(-1), -1, math.Copysign(0, -1), 0, 1, math.Inf(1), math.NaN()}
	o := Of[float64](false)
	for i, a := range want {
		for j, b := range want {
			if got := o.Compare(a, b); got != cmp.Compare(i, j) {
				t.Errorf("%v and %v: %d", a, b, got)
			}
		}
	}
}

func TestFuncIsNotPrefixed(t *testing.T) {
	if o := Func(cmp.Compare[int]); o.Prefixed() || o.Desc || o.Compare(1, 2) >= 0 || o.Ascending(1, 2) >= 0 {
		t.Error("an order of the caller's own can only be compared")
	}
	if o := Of[int](true); !o.Prefixed() || !o.Desc || o.Compare(1, 2) <= 0 || o.Ascending(1, 2) >= 0 {
		t.Error("a descending order")
	}
}

func BenchmarkSorted(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	keys := make([]int64, 1<<16)
	for i := range keys {
		keys[i] = r.Int64()
	}
	o := Of[int64](false)
	b.ReportAllocs()
	for b.Loop() {
		o.Sorted(keys)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(keys)), "ns/key")
}
