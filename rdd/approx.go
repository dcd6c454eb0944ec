package rdd

import (
	"context"
	"math"
	"sync"
	"time"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a number that is not fully known: with the given confidence it
// lies between Low and High. A confidence of 1 says that it is exact.
type Estimate struct{ Mean, Confidence, Low, High float64 }

// CountApprox counts for at most timeout and estimates from the partitions that
// are done by then (of nothing: 0 to infinity). What is not done is cancelled.
func CountApprox[T any](ctx context.Context, r *RDD[T], timeout time.Duration, confidence float64) (Estimate, error) {
	counts, total, err := within(ctx, r.n, "countApprox", timeout, func(t *Task, part int) (int64, error) { return countPart(r, t, part) })
	var sum int64
	for _, n := range counts {
		sum += n
	}
	return countEstimate(confidence, float64(sum), len(counts), total), err
}

// MeanApprox computes the mean for at most timeout and estimates it from the
// partitions that are done by then.
func MeanApprox[T Number](ctx context.Context, r *RDD[T], timeout time.Duration, confidence float64) (Estimate, error) {
	s, done, total, err := statsWithin(ctx, r, "meanApprox", timeout)
	return meanEstimate(confidence, s, done, total), err
}

// SumApprox adds up for at most timeout and estimates the sum from the
// partitions that are done by then.
func SumApprox[T Number](ctx context.Context, r *RDD[T], timeout time.Duration, confidence float64) (Estimate, error) {
	s, done, total, err := statsWithin(ctx, r, "sumApprox", timeout)
	return sumEstimate(confidence, s, done, total), err
}

func statsWithin[T Number](ctx context.Context, r *RDD[T], action string, timeout time.Duration) (s StatCounter, done, total int, err error) {
	add := func(s StatCounter, x T) StatCounter { return s.Add(float64(x)) }
	parts, total, err := within(ctx, r.n, action, timeout, func(t *Task, part int) (StatCounter, error) {
		return aggregatePart(r, t, part, NewStatCounter(), add)
	})
	s = NewStatCounter()
	for _, p := range parts {
		s = s.Merge(p)
	}
	return s, len(parts), total, err
}

// within returns what the partitions gave that were done within timeout, in
// their order, and how many partitions there are.
func within[U any](ctx context.Context, n *node, action string, timeout time.Duration, f func(t *Task, part int) (U, error)) ([]U, int, error) {
	parts, err := all(ctx, n)
	if err != nil {
		return nil, 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var late bool // set before cancel, read after the job: cancel orders them
	var wait sync.WaitGroup
	job, end := context.WithCancel(ctx)
	wait.Go(func() { // ends when the clock has slept, or the job has ended
		if n.ctx.env.Clock.Sleep(job, timeout) == nil {
			late = true
			cancel()
		}
	})
	results, ended := make([]U, len(parts)), make([]bool, len(parts))
	err = run(ctx, n, action, parts, func(t *Task, part int) error {
		x, err := f(t, part)
		t.onCommit(func() { results[part], ended[part] = x, true })
		return err
	})
	end()
	wait.Wait()
	cancel()
	if late {
		err = nil
	}
	var done []U
	for i, x := range results {
		if ended[i] {
			done = append(done, x)
		}
	}
	return done, len(parts), err
}

// countEstimate takes what is left to be of the negative binomial distribution,
// and for large counts of Poisson's.
func countEstimate(confidence, sum float64, done, total int) Estimate {
	switch {
	case done == total:
		return Estimate{sum, 1, sum, sum}
	case done == 0 || sum == 0:
		return Estimate{0, 0, 0, math.Inf(1)}
	}
	p := float64(done) / float64(total)
	left := sum * (1 - p) / p
	atMost := func(k float64) float64 { return mathext.RegIncBeta(sum, k+1, p) }
	if sum > 10000 {
		atMost = func(k float64) float64 { return mathext.GammaIncRegComp(k+1, left) }
	}
	return Estimate{sum + left, confidence, sum + least(atMost, (1-confidence)/2), sum + least(atMost, (1+confidence)/2)}
}

// least is the smallest whole number k with atMost(k) >= p.
func least(atMost func(float64) float64, p float64) float64 {
	hi := 1.0
	for atMost(hi) < p && hi < math.MaxInt32 {
		hi *= 2
	}
	lo := -1.0
	for hi-lo > 1 {
		if mid := math.Floor((lo + hi) / 2); atMost(mid) >= p {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

func meanEstimate(confidence float64, s StatCounter, done, total int) Estimate {
	switch {
	case done == total:
		return Estimate{s.Mean(), 1, s.Mean(), s.Mean()}
	case s.Count() == 0:
		return Estimate{0, 0, math.Inf(-1), math.Inf(1)}
	case s.Count() == 1:
		return Estimate{s.Mean(), confidence, math.Inf(-1), math.Inf(1)}
	}
	d := spread(confidence, s.Count()) * math.Sqrt(s.SampleVariance()/float64(s.Count()))
	return Estimate{s.Mean(), confidence, s.Mean() - d, s.Mean() + d}
}

// sumEstimate takes mean and spread of what is left to be those of what was
// seen, and its size to be proportional.
func sumEstimate(confidence float64, s StatCounter, done, total int) Estimate {
	switch {
	case done == total:
		return Estimate{s.Sum(), 1, s.Sum(), s.Sum()}
	case s.Count() == 0:
		return Estimate{0, 0, math.Inf(-1), math.Inf(1)}
	}
	p, n := float64(done)/float64(total), float64(s.Count())
	left := n * (1 - p) / p
	sum := s.Mean() * left
	if s.Count() == 1 {
		return Estimate{s.Sum() + sum, confidence, math.Inf(-1), math.Inf(1)}
	}
	meanVar, countVar := s.SampleVariance()/n, n*(1-p)/(p*p)
	sumVar := s.Mean()*s.Mean()*countVar + left*left*meanVar + meanVar*countVar
	d := spread(confidence, s.Count()) * math.Sqrt(sumVar)
	return Estimate{s.Sum() + sum, confidence, s.Sum() + sum - d, s.Sum() + sum + d}
}

// spread is how many standard deviations a confidence interval has to each
// side.
func spread(confidence float64, n int64) float64 {
	if n > 100 {
		return distuv.UnitNormal.Quantile((1 + confidence) / 2)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1 + confidence) / 2)
}
