package rdd

import (
	"context"
	"fmt"
	"math"
	"strings"
)

// Number is what can be summed up.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// StatCounter is count, mean, spread and bounds of numbers, merged without loss
// of precision (Chan, Golub and LeVeque, Updating Formulae and a Pairwise
// Algorithm for Computing Sample Variances, 1979). The zero value is not empty:
// use NewStatCounter.
type StatCounter struct {
	n        int64
	mean, m2 float64 // m2 is the sum of squared distances from the mean
	max, min float64
}

// NewStatCounter returns the counter of the numbers.
func NewStatCounter(xs ...float64) StatCounter {
	s := StatCounter{max: math.Inf(-1), min: math.Inf(1)}
	for _, x := range xs {
		s = s.Add(x)
	}
	return s
}

// Add returns the counter with x.
func (s StatCounter) Add(x float64) StatCounter {
	d := x - s.mean
	s.n++
	s.mean += d / float64(s.n)
	s.m2 += d * (x - s.mean)
	s.max, s.min = larger(s.max, x), smaller(s.min, x)
	return s
}

// Merge returns the counter of the numbers of both.
func (s StatCounter) Merge(o StatCounter) StatCounter {
	if s.n == 0 {
		return o
	}
	if o.n == 0 {
		return s
	}
	a, b := float64(s.n), float64(o.n)
	d := o.mean - s.mean
	switch {
	case o.n*10 < s.n:
		s.mean += d * b / (a + b)
	case s.n*10 < o.n:
		s.mean = o.mean - d*a/(a+b)
	default:
		s.mean = (s.mean*a + o.mean*b) / (a + b)
	}
	s.m2 += o.m2 + d*d*a*b/(a+b)
	s.n += o.n
	s.max, s.min = larger(s.max, o.max), smaller(s.min, o.min)
	return s
}

// larger and smaller are Math.max and Math.min: NaN wins.
func larger(a, b float64) float64  { return max(a, b) }
func smaller(a, b float64) float64 { return min(a, b) }

// Count returns how many numbers there were.
func (s StatCounter) Count() int64 { return s.n }

// Sum returns their sum.
func (s StatCounter) Sum() float64 { return float64(s.n) * s.mean }

// Mean returns their mean, 0 for none.
func (s StatCounter) Mean() float64 { return s.mean }

// Max returns the largest, -Inf for none.
func (s StatCounter) Max() float64 { return s.max }

// Min returns the smallest, +Inf for none.
func (s StatCounter) Min() float64 { return s.min }

// Variance is that of the numbers as a whole population, NaN for none.
func (s StatCounter) Variance() float64 { return s.over(0) }

// SampleVariance is the estimate from a sample, NaN for fewer than two.
func (s StatCounter) SampleVariance() float64 { return s.over(1) }

func (s StatCounter) over(less int64) float64 {
	if s.n <= less {
		return math.NaN()
	}
	return s.m2 / float64(s.n-less)
}

// Stdev is the root of Variance.
func (s StatCounter) Stdev() float64 { return math.Sqrt(s.Variance()) }

// SampleStdev is the root of SampleVariance.
func (s StatCounter) SampleStdev() float64 { return math.Sqrt(s.SampleVariance()) }

// infinity writes infinite numbers as Java does.
var infinity = strings.NewReplacer("+Inf", "Infinity", "Inf", "Infinity")

// String is what Spark prints.
func (s StatCounter) String() string {
	return infinity.Replace(fmt.Sprintf("(count: %d, mean: %f, stdev: %f, max: %f, min: %f)", s.n, s.mean, s.Stdev(), s.max, s.min))
}

// Stats computes count, mean, spread and bounds in one pass.
func Stats[T Number](ctx context.Context, r *RDD[T]) (StatCounter, error) {
	return Aggregate(ctx, r, func() StatCounter { return NewStatCounter() },
		func(s StatCounter, x T) StatCounter { return s.Add(float64(x)) }, StatCounter.Merge)
}

// Sum adds all up in the type of the elements.
func Sum[T Number](ctx context.Context, r *RDD[T]) (T, error) {
	return r.Fold(ctx, 0, func(a, b T) T { return a + b })
}

// Mean returns the mean, 0 for none.
func Mean[T Number](ctx context.Context, r *RDD[T]) (float64, error) {
	s, err := Stats(ctx, r)
	return s.Mean(), err
}

// Variance returns the variance of a population, NaN for none.
func Variance[T Number](ctx context.Context, r *RDD[T]) (float64, error) {
	s, err := Stats(ctx, r)
	return s.Variance(), err
}

// SampleVariance returns the variance as estimated from a sample, NaN for fewer
// than two.
func SampleVariance[T Number](ctx context.Context, r *RDD[T]) (float64, error) {
	s, err := Stats(ctx, r)
	return s.SampleVariance(), err
}

// Stdev is the root of Variance.
func Stdev[T Number](ctx context.Context, r *RDD[T]) (float64, error) {
	s, err := Stats(ctx, r)
	return s.Stdev(), err
}

// SampleStdev is the root of SampleVariance.
func SampleStdev[T Number](ctx context.Context, r *RDD[T]) (float64, error) {
	s, err := Stats(ctx, r)
	return s.SampleStdev(), err
}
