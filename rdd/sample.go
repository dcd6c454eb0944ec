package rdd

import (
	"context"
	"math"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/javarandom"
	"github.com/spatestream/spate/sparkerr"
)

// Sample keeps every element with the probability fraction, or with replacement
// each Poisson(fraction) times: not an exact number. The optional seed makes it
// repeatable; without replacement the same seed keeps what Spark keeps. It keeps
// the partitioner.
func (r *RDD[T]) Sample(withReplacement bool, fraction float64, seed ...int64) *RDD[T] {
	s := r.node().ctx.seed(seed)
	draw := javarandom.Bernoulli
	if withReplacement {
		draw = javarandom.Poisson
	}
	out := r.sampled("sample", func(part int) func() int { return draw(javarandom.PartitionSeed(s, part), fraction) })
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
	out.n.kind, out.n.partitioner = "PartitionwiseSampledRDD", r.node().partitioner
	return out
}

// RandomSplit cuts the elements at random into RDDs in proportion to the
// weights. With the same seed an element always goes to the same one, and to
// the one that Spark sends it to.
func (r *RDD[T]) RandomSplit(weights []float64, seed ...int64) []*RDD[T] {
	s := r.node().ctx.seed(seed)
	sum, bad := 0.0, false
	for _, w := range weights {
		sum += w
		bad = bad || w < 0 || math.IsNaN(w)
	}
	out := make([]*RDD[T], len(weights))
	lo := 0.0
	for i, w := range weights {
		from, to := lo, lo+w/sum
		out[i] = r.sampled("randomSplit", func(part int) func() int { return javarandom.Cell(s+int64(part), from, to) })
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
		return nil, sparkerr.New("", "a sample of "+itoa(n)+" elements cannot be taken").At(exec.CallSite())
	}
	count, err := r.Count(ctx)
	if err != nil || n == 0 || count == 0 {
		return nil, err
	}
	random := javarandom.NewRandom(r.node().ctx.seed(seed))
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
