package math

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestStrict compares with Go's functions, which are within a unit in the last
// place too.
func TestStrict(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	near := func(name string, x, got, want float64) {
		if d := math.Abs(got - want); d > 4e-16*math.Abs(want) || math.IsNaN(got) != math.IsNaN(want) || math.IsInf(got, 0) != math.IsInf(want, 0) {
			t.Errorf("%s(%v) = %v, want %v", name, x, got, want)
		}
	}
	for _, x := range []float64{0, 1, -1, 0.3, 0.35, 1.03, 1.04, 700, 710, -700, -746, 1e-30, 1e-300, math.Inf(1), math.Inf(-1), math.NaN()} {
		near("exp", x, exp(x), math.Exp(x))
		near("log", x, log(x), math.Log(x))
		near("cosh", x, cosh(x), math.Cosh(x))
	}
	if got := exp(709.7); got != 1.6549840276802644e+308 {
		t.Errorf("exp(709.7) = %v", got)
	}
	if got := log(5e-324); got != -744.4400719213812 {
		t.Errorf("log(5e-324) = %v", got)
	}
	for range 100000 {
		x := (r.Float64() - 0.5) * math.Exp2(float64(r.IntN(20)-10))
		near("exp", x, exp(x), math.Exp(x))
		near("log", x*x, log(x*x), math.Log(x*x))
		near("cosh", x, cosh(x), math.Cosh(x))
	}
}
