package rdd

import (
	"context"
	"math"

	"github.com/spatestream/spate/internal/javarandom"
	"github.com/spatestream/spate/sparkerr"
)

// Sample keeps every element with the probability fraction, or with replacement
// each Poisson(fraction) times: not an exact number. The optional seed makes it
// repeatable; without replacement the same seed keeps what Spark keeps. It keeps
// the partitioner.
func (r *RDD[T]) Sample(withReplacement bool, fraction float64, seed ...int64) *RDD[T] {
	s := r.n.ctx.seed(seed)
	draw := bernoulli
	if withReplacement {
		draw = poisson
	}
	out := r.sampled("sample", func(part int) func() int { return draw(partitionSeed(s, part), fraction) })
	if fraction < 0 || !withReplacement && fraction > 1 || math.IsNaN(fraction) {
		out.n.fail(sparkerr.New("", "the fraction of a sample lies between 0 and 1; with replacement it may be larger"))
	}
	return out
}

// sampled repeats every element as often as a partition's sampler says.
func (r *RDD[T]) sampled(op string, sampler func(part int) func() int) *RDD[T] {
	out := derive(r, op, func(t *Task, part int, emit func([]T) error) error {
		copies := sampler(part)
		kept := newChunker(emit)
		err := r.each(t, part, func(in []T) error {
			for _, x := range in {
				for range copies() {
					if err := kept.add(x); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return kept.flush()
	})
	out.n.kind, out.n.partitioner = "PartitionwiseSampledRDD", r.n.partitioner
	return out
}

// RandomSplit cuts the elements at random into RDDs in proportion to the
// weights. With the same seed an element always goes to the same one, and to
// the one that Spark sends it to.
func (r *RDD[T]) RandomSplit(weights []float64, seed ...int64) []*RDD[T] {
	s := r.n.ctx.seed(seed)
	sum, bad := 0.0, false
	for _, w := range weights {
		sum += w
		bad = bad || w < 0 || math.IsNaN(w)
	}
	out := make([]*RDD[T], len(weights))
	lo := 0.0
	for i, w := range weights {
		from, to := lo, lo+w/sum
		out[i] = r.sampled("randomSplit", func(part int) func() int { return cell(s+int64(part), from, to) })
		out[i].n.kind = "MapPartitionsRDD"
		if bad || sum <= 0 {
			out[i].n.fail(sparkerr.New("", "weights must not be negative, and their sum must be positive"))
		}
		lo = to
	}
	return out
}

// TakeSample returns n elements drawn at random, or all in random order if
// without replacement there are no more. It counts first.
func (r *RDD[T]) TakeSample(ctx context.Context, withReplacement bool, n int, seed ...int64) ([]T, error) {
	if n < 0 {
		return nil, sparkerr.New("", "a sample of "+itoa(n)+" elements cannot be taken").At(callSite())
	}
	count, err := r.Count(ctx)
	if err != nil || n == 0 || count == 0 {
		return nil, err
	}
	random := javarandom.NewRandom(r.n.ctx.seed(seed))
	if !withReplacement && int64(n) >= count {
		got, err := r.Collect(ctx)
		shuffled(got, random)
		return got, err
	}
	fraction := sampleFraction(n, count, withReplacement)
	for {
		got, err := r.Sample(withReplacement, fraction, int64(random.Int32())).Collect(ctx)
		if err != nil {
			return nil, err
		}
		if len(got) >= n {
			shuffled(got, random)
			return got[:n], nil
		}
	}
}

// sampleFraction is large enough that a sample has n of total elements in all
// but one of 10 000 cases (Meng, Scalable Simple Random Sampling, ICML 2013).
func sampleFraction(n int, total int64, withReplacement bool) float64 {
	s, all := float64(n), float64(total)
	if withReplacement {
		deviations := 6.0
		switch {
		case s < 6:
			deviations = 12
		case s < 16:
			deviations = 9
		}
		return max(s+deviations*math.Sqrt(s), 1e-10) / all
	}
	fraction := s / all
	gamma := -math.Log(1e-4) / all
	return min(1, max(1e-10, fraction+gamma+math.Sqrt(gamma*gamma+2*gamma*fraction)))
}

func shuffled[T any](s []T, random *javarandom.Random) {
	for i := len(s) - 1; i > 0; i-- {
		j := random.Intn(int32(i + 1))
		s[i], s[j] = s[j], s[i]
	}
}

// seed returns the given seed, or one of the context's.
func (c *Context) seed(given []int64) int64 {
	if len(given) > 0 {
		return given[0]
	}
	return int64(c.env.Seed) + c.rdds.Load()*0x9E3779B9
}

// partitionSeed is the seed that Spark draws for a partition.
func partitionSeed(seed int64, part int) int64 {
	random := javarandom.NewRandom(seed)
	for range part {
		random.Int64()
	}
	return random.Int64()
}

// gapLimit is the fraction up to which drawing gaps is cheaper than drawing
// for every element.
const gapLimit = 0.4

func bernoulli(seed int64, fraction float64) func() int {
	random := javarandom.NewXORShift(seed)
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
func gaps(random *javarandom.XORShift, fraction float64) func() int {
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

func poisson(seed int64, mean float64) func() int {
	random := javarandom.NewXORShift(seed)
	return func() int { return drawPoisson(random, mean) }
}

// drawPoisson draws by multiplying (Knuth, The Art of Computer Programming, vol.
// 2, 3.4.1), in steps so that exp does not vanish.
func drawPoisson(random interface{ Float64() float64 }, mean float64) (n int) {
	for left := mean; left > 0; left -= 500 {
		limit := math.Exp(-min(left, 500))
		for p := random.Float64(); p > limit; p *= random.Float64() {
			n++
		}
	}
	return n
}

// cell is 1 where a uniform number lies in [lo, hi).
func cell(seed int64, lo, hi float64) func() int {
	random := javarandom.NewXORShift(seed)
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
