// Package estimate says what a whole is like of which some parts are known: the
// counts, means and sums of jobs that had no time for all partitions. done of
// total parts are known, and taken to be like the others. The distributions are
// those that Spark's partial evaluators use.
package estimate

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Range is a number that is not fully known: with the given confidence, from 0 to
// 1, it lies between Low and High. A confidence of 1 says that it is exact.
type Range struct{ Mean, Confidence, Low, High float64 }

// Moments are what the numbers of the known parts are like. Variance is the
// sample's.
type Moments struct {
	Count          int64
	Mean, Variance float64
}

func (m Moments) sum() float64 { return float64(m.Count) * m.Mean }

// Count estimates how many there are when sum was counted. It takes what is left
// to be of the negative binomial distribution, and for large counts of Poisson's.
func Count(confidence, sum float64, done, total int) Range {
	switch {
	case done == total:
		return Range{sum, 1, sum, sum}
	case done == 0 || sum == 0:
		return Range{0, 0, 0, math.Inf(1)}
	}
	p := float64(done) / float64(total)
	left := sum * (1 - p) / p
	atMost := func(k float64) float64 { return mathext.RegIncBeta(sum, k+1, p) }
	if sum > 10000 {
		atMost = func(k float64) float64 { return mathext.GammaIncRegComp(k+1, left) }
	}
	return Range{sum + left, confidence, sum + least(atMost, (1-confidence)/2), sum + least(atMost, (1+confidence)/2)}
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

// Mean estimates the mean, by Student's distribution and for large counts the
// normal one.
func Mean(confidence float64, s Moments, done, total int) Range {
	switch {
	case done == total:
		return Range{s.Mean, 1, s.Mean, s.Mean}
	case s.Count == 0:
		return Range{0, 0, math.Inf(-1), math.Inf(1)}
	case s.Count == 1:
		return Range{s.Mean, confidence, math.Inf(-1), math.Inf(1)}
	}
	d := spread(confidence, s.Count) * math.Sqrt(s.Variance/float64(s.Count))
	return Range{s.Mean, confidence, s.Mean - d, s.Mean + d}
}

// Sum estimates the sum. It takes mean and spread of what is left to be those of
// what was seen, and its size to be proportional.
func Sum(confidence float64, s Moments, done, total int) Range {
	switch {
	case done == total:
		return Range{s.sum(), 1, s.sum(), s.sum()}
	case s.Count == 0:
		return Range{0, 0, math.Inf(-1), math.Inf(1)}
	}
	p, n := float64(done)/float64(total), float64(s.Count)
	left := n * (1 - p) / p
	sum := s.Mean * left
	if s.Count == 1 {
		return Range{s.sum() + sum, confidence, math.Inf(-1), math.Inf(1)}
	}
	meanVar, countVar := s.Variance/n, n*(1-p)/(p*p)
	sumVar := s.Mean*s.Mean*countVar + left*left*meanVar + meanVar*countVar
	d := spread(confidence, s.Count) * math.Sqrt(sumVar)
	return Range{s.sum() + sum, confidence, s.sum() + sum - d, s.sum() + sum + d}
}

// spread is how many standard deviations a confidence interval has to each
// side.
func spread(confidence float64, n int64) float64 {
	if n > 100 {
		return distuv.UnitNormal.Quantile((1 + confidence) / 2)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1 + confidence) / 2)
}
