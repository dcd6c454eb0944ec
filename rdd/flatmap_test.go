package rdd

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFlatMaps holds the forms of FlatMap against a loop, with results below,
// at and above the size of chunks.
func TestFlatMaps(t *testing.T) {
	c := NewContext("flat")
	defer c.Stop()
	r := rand.New(rand.NewPCG(1, 2))
	for _, most := range []int{2, 50, maxChunk, 3 * maxChunk} {
		sizes := make([]int, 200)
		for i := range sizes {
			sizes[i] = r.IntN(most + 1)
		}
		sizes[100] = maxChunk
		span := func(dst []int, n int) []int {
			for i := range n {
				dst = append(dst, i)
			}
			return dst
		}
		var want []int
		for _, n := range sizes {
			want = span(want, n)
		}
		in := Parallelize(c, sizes, 3)
		for name, out := range map[string]*RDD[int]{
			"FlatMap":    FlatMap(in, func(n int) []int { return span(nil, n) }),
			"AppendMap":  AppendMap(in, span),
			"TryFlatMap": TryFlatMap(in, func(_ *Task, n int) ([]int, error) { return span(nil, n), nil }),
		} {
			if got, err := out.Collect(context.Background()); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, up to %d: %d elements, want %d: %v", name, most, len(got), len(want), err)
			}
		}
	}
}
