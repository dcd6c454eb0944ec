package javarandom

import "math"

// PartitionSeed is the seed that Spark draws for a partition.
func PartitionSeed(seed int64, part int) int64 {
	random := NewRandom(seed)
	for range part {
		random.Int64()
	}
	return random.Int64()
}

// gapLimit is the fraction up to which drawing gaps is cheaper than drawing
// for every element.
const gapLimit = 0.4

// Bernoulli returns how often to take each of a sequence of elements without
// replacement, 0 or 1, the latter with the probability fraction.
func Bernoulli(seed int64, fraction float64) func() int {
	random := NewXORShift(seed)
	switch {
	case fraction <= 0:
		return func() int { return 0 }
	case fraction >= 1:
		return func() int { return 1 }
	case fraction <= gapLimit:
		return gaps(random, fraction)
	}
	return func() int {
		if random.Float64() <= fraction {
			return 1
		}
		return 0
	}
}

// gaps draws how many elements to skip.
func gaps(random *XORShift, fraction float64) func() int {
	lnq := math.Log1p(-fraction)
	next := func() int { return int(math.Log(max(random.Float64(), 5e-11)) / lnq) }
	left := next()
	return func() int {
		if left > 0 {
			left--
			return 0
		}
		left = next()
		return 1
	}
}

// Poisson returns how often to take each of a sequence of elements with
// replacement: mean times on average.
func Poisson(seed int64, mean float64) func() int {
	random := NewXORShift(seed)
	return func() int { return DrawPoisson(random, mean) }
}

// DrawPoisson draws a number of that mean by multiplying (Knuth, The Art of
// Computer Programming, vol. 2, 3.4.1), in steps so that exp does not vanish.
func DrawPoisson(random interface{ Float64() float64 }, mean float64) (n int) {
	for left := mean; left > 0; left -= 500 {
		limit := math.Exp(-min(left, 500))
		for p := random.Float64(); p > limit; p *= random.Float64() {
			n++
		}
	}
	return n
}

// Cell is 1 where a uniform number lies in [lo, hi).
func Cell(seed int64, lo, hi float64) func() int {
	random := NewXORShift(seed)
	return func() int {
		if hi-lo <= 0 {
			return 0
		}
		if x := random.Float64(); x >= lo && x < hi {
			return 1
		}
		return 0
	}
}
