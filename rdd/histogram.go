package rdd

import (
	"context"
	"math"
	"slices"
	"sort"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// Histogram counts numbers in n buckets of equal width between the smallest and
// the largest and returns the n+1 edges and the n counts. If all numbers are
// equal there is one bucket. An empty RDD, an infinite number or NaN is an error.
func Histogram[T Number](ctx context.Context, r *RDD[T], n int) (edges []float64, counts []int64, err error) {
	if n < 1 {
		return nil, nil, sparkerr.New("", "a histogram needs at least one bucket, not "+itoa(n)).At(exec.CallSite())
	}
	s, err := Stats(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	if s.Count() == 0 || math.IsNaN(s.Max()) || math.IsInf(s.Max(), 0) || math.IsInf(s.Min(), 0) {
		return nil, nil, sparkerr.New("", "a histogram of nothing, or of NaN or infinite numbers, has no buckets").At(exec.CallSite())
	}
	edges = []float64{s.Min(), s.Max()}
	if s.Min() != s.Max() {
		edges = make([]float64, n+1)
		for i := range edges {
			edges[i] = s.Min() + float64(i)*(s.Max()-s.Min())/float64(n)
		}
		edges[n] = s.Max()
	}
	if counts, err = histogram(ctx, r, edges, evenBucket(edges)); err != nil {
		return nil, nil, err
	}
	return edges, counts, nil
}

// HistogramOf counts numbers in the buckets between ascending edges, of which
// the last is closed on both sides and the others on the left. Numbers outside
// are not counted.
func HistogramOf[T Number](ctx context.Context, r *RDD[T], edges []float64) ([]int64, error) {
	if len(edges) < 2 || !slices.IsSorted(edges) || len(slices.Compact(slices.Clone(edges))) != len(edges) {
		return nil, sparkerr.New("", "a histogram needs two or more edges, ascending and different").At(exec.CallSite())
	}
	return histogram(ctx, r, edges, searchBucket(edges))
}

func histogram[T Number](ctx context.Context, r *RDD[T], edges []float64, bucket func(float64) int) ([]int64, error) {
	add := func(counts []int64, x T) []int64 {
		if b := bucket(float64(x)); b >= 0 {
			counts[b]++
		}
		return counts
	}
	return Aggregate(ctx, r, func() []int64 { return make([]int64, len(edges)-1) }, add, func(a, b []int64) []int64 {
		for i, n := range b {
			a[i] += n
		}
		return a
	})
}

// evenBucket finds the bucket of a number by one division, -1 for none.
func evenBucket(edges []float64) func(float64) int {
	n := len(edges) - 1
	lo, hi := edges[0], edges[n]
	width := (hi - lo) / float64(n)
	return func(x float64) int {
		if !(x >= lo && x <= hi) {
			return -1
		}
		if width == 0 {
			return 0
		}
		return min(int((x-lo)/width), n-1)
	}
}

// searchBucket finds the bucket of a number by bisection, -1 for none.
func searchBucket(edges []float64) func(float64) int {
	n := len(edges) - 1
	return func(x float64) int {
		if !(x >= edges[0] && x <= edges[n]) {
			return -1
		}
		return min(sort.SearchFloat64s(edges, math.Nextafter(x, math.Inf(1)))-1, n-1)
	}
}
