package rdd

import (
	"context"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/estimate"
)

// Estimate is a number that is not fully known: with the given confidence it
// lies between Low and High. A confidence of 1 says that it is exact.
type Estimate struct{ Mean, Confidence, Low, High float64 }

// CountApprox counts for at most timeout and estimates from the partitions that
// are done by then (of nothing: 0 to infinity). What is not done is cancelled.
func CountApprox[T any](ctx context.Context, r *RDD[T], timeout time.Duration, confidence float64) (Estimate, error) {
	counts, total, err := within(ctx, r.node(), "countApprox", timeout, func(t *Task, part int) (int64, error) { return countPart(r, t, part) })
	var sum int64
	for _, n := range counts {
		sum += n
	}
	return Estimate(estimate.Count(confidence, float64(sum), len(counts), total)), err
}

// MeanApprox computes the mean for at most timeout and estimates it from the
// partitions that are done by then.
func MeanApprox[T Number](ctx context.Context, r *RDD[T], timeout time.Duration, confidence float64) (Estimate, error) {
	s, done, total, err := statsWithin(ctx, r, "meanApprox", timeout)
	return Estimate(estimate.Mean(confidence, s.moments(), done, total)), err
}

// SumApprox adds up for at most timeout and estimates the sum from the
// partitions that are done by then.
func SumApprox[T Number](ctx context.Context, r *RDD[T], timeout time.Duration, confidence float64) (Estimate, error) {
	s, done, total, err := statsWithin(ctx, r, "sumApprox", timeout)
	return Estimate(estimate.Sum(confidence, s.moments(), done, total)), err
}

func statsWithin[T Number](ctx context.Context, r *RDD[T], action string, timeout time.Duration) (s StatCounter, done, total int, err error) {
	add := func(s StatCounter, x T) StatCounter { return s.Add(float64(x)) }
	parts, total, err := within(ctx, r.node(), action, timeout, func(t *Task, part int) (StatCounter, error) {
		return aggregatePart(r, t, part, NewStatCounter(), add)
	})
	s = NewStatCounter()
	for _, p := range parts {
		s = s.Merge(p)
	}
	return s, len(parts), total, err
}

func (s StatCounter) moments() estimate.Moments {
	return estimate.Moments{Count: s.Count(), Mean: s.Mean(), Variance: s.SampleVariance()}
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
