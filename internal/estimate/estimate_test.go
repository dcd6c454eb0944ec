package estimate

import (
	"math"
	"testing"
)

func TestEstimates(t *testing.T) {
	// Half the mass of the negative binomial distribution, and of Poisson's, is
	// about the mean.
	if e := Count(0.95, 600, 6, 10); e.Mean != 1000 || e.Low != 951 || e.High != 1052 {
		t.Error(e)
	}
	if e := Count(0.95, 60000, 6, 10); e.Mean != 100000 || e.Low < 99500 || e.High > 100500 {
		t.Error(e)
	}
	s := Moments{Count: 4, Mean: 2.5, Variance: 5.0 / 3} // of 1, 2, 3, 4
	if e := Mean(0.95, s, 1, 2); e.Mean != 2.5 || e.Low > 0.45 || e.Low < 0.44 {
		t.Error(e)
	}
}

// What is known is exact, of nothing nothing is said.
func TestEdges(t *testing.T) {
	all, none := Moments{Count: 2, Mean: 3}, Moments{}
	for name, x := range map[string][2]Range{
		"all counted":  {Count(0.9, 7, 2, 2), {7, 1, 7, 7}},
		"none counted": {Count(0.9, 0, 0, 2), {0, 0, 0, math.Inf(1)}},
		"mean of all":  {Mean(0.9, all, 2, 2), {3, 1, 3, 3}},
		"mean of none": {Mean(0.9, none, 0, 2), {0, 0, math.Inf(-1), math.Inf(1)}},
		"sum of all":   {Sum(0.9, all, 2, 2), {6, 1, 6, 6}},
		"sum of none":  {Sum(0.9, none, 0, 2), {0, 0, math.Inf(-1), math.Inf(1)}},
	} {
		if x[0] != x[1] {
			t.Errorf("%s: %v, want %v", name, x[0], x[1])
		}
	}
}
