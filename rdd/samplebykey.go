package rdd

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"

	"github.com/spatestream/spate/internal/javarandom"
	"github.com/spatestream/spate/sparkerr"
)

// SampleByKey keeps every pair with the probability that fractions has for its
// key, or with replacement each Poisson(fraction) times. A key without a
// fraction fails the task. The optional seed makes it repeatable; the draws are
// not Spark's. It keeps the partitioner.
func SampleByKey[K comparable, V any](r *RDD[Pair[K, V]], withReplacement bool, fractions map[K]float64, seed ...int64) *RDD[Pair[K, V]] {
	s := r.node().ctx.seed(seed)
	return sampledByKey(r, "sampleByKey", fractions, withReplacement, func(part int) (func(K) int, error) {
		random := rand.New(rand.NewPCG(uint64(s), uint64(part)))
		return func(k K) int {
			if withReplacement {
				return javarandom.DrawPoisson(random, fractions[k])
			}
			return one(random.Float64() < fractions[k])
		}, nil
	})
}

// SampleByKeyExact keeps exactly ceil(fraction x count) pairs of every key,
// drawn at random. It takes a job that counts the pairs by key and partition
// when first needed.
func SampleByKeyExact[K comparable, V any](r *RDD[Pair[K, V]], withReplacement bool, fractions map[K]float64, seed ...int64) *RDD[Pair[K, V]] {
	s := r.node().ctx.seed(seed)
	quotas := newErrand(r.node().ctx, func(ctx context.Context) ([]map[K]quota, error) {
		counts, err := each(ctx, r.node(), "sampleByKeyExact", nil, func(t *Task, part int) (map[K]int64, error) {
			n := map[K]int64{}
			return n, r.each(t, part, func(in []Pair[K, V]) error {
				for _, x := range in {
					n[x.Key]++
				}
				return nil
			})
		})
		return shareOut(counts, fractions, withReplacement, s), err
	})
	out := sampledByKey(r, "sampleByKeyExact", fractions, withReplacement, func(part int) (func(K) int, error) {
		all, err := quotas.now()
		if err != nil {
			return nil, err
		}
		return drawExact(maps.Clone(all[part]), withReplacement, rand.New(rand.NewPCG(uint64(s), uint64(part)))), nil
	})
	out.n.first = quotas.ready
	out.n.count = func() (int, error) { // the counting job runs before any task
		if _, err := quotas.now(); err != nil {
			return 0, err
		}
		return r.node().partitions()
	}
	return out
}

// sampledByKey repeats every pair as often as a partition's sampler says.
func sampledByKey[K comparable, V any](r *RDD[Pair[K, V]], op string, fractions map[K]float64, replace bool, sampler func(part int) (func(K) int, error)) *RDD[Pair[K, V]] {
	out := derive(r, op, func(t *Task, part int, emit func([]Pair[K, V]) error) error {
		copies, err := sampler(part)
		if err != nil {
			return err
		}
		kept := newChunker(emit)
		err = r.each(t, part, func(in []Pair[K, V]) error {
			for _, x := range in {
				if _, ok := fractions[x.Key]; !ok {
					return sparkerr.New("", fmt.Sprintf("a sample by key has no fraction for the key %v: give one for each, 0 to leave it out", x.Key))
				}
				for range copies(x.Key) {
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
	out.n.partitioner = r.node().partitioner
	for _, f := range fractions {
		if f < 0 || math.IsNaN(f) || !replace && f > 1 {
			out.n.fail(sparkerr.New("", "the fractions of a sample by key lie between 0 and 1; with replacement they may be larger"))
		}
	}
	return out
}

// quota is how many draws of a key's rows in one partition there are, and of
// how many rows.
type quota struct{ draws, rows int64 }

// shareOut draws how many of a key's exact number come from which partition:
// one row at a time, each row of the key being as likely.
func shareOut[K comparable](counts []map[K]int64, fractions map[K]float64, replace bool, seed int64) []map[K]quota {
	out := make([]map[K]quota, len(counts))
	total := map[K]int64{}
	for part, n := range counts {
		out[part] = map[K]quota{}
		for k, c := range n {
			out[part][k] = quota{rows: c}
			total[k] += c
		}
	}
	for k, n := range total {
		random := rand.New(rand.NewPCG(uint64(seed), uint64(n)))
		left := n
		for range int64(math.Ceil(float64(n) * fractions[k])) {
			at := random.Int64N(left)
			for part := range out {
				q := out[part][k]
				free := q.rows
				if !replace {
					free -= q.draws
				}
				if at < free {
					q.draws++
					out[part][k] = q
					break
				}
				at -= free
			}
			if !replace {
				left--
			}
		}
	}
	return out
}

// drawExact spends each key's quota over its rows as they come (Knuth, The Art
// of Computer Programming, vol. 2, algorithm S; with replacement the rows' turns
// are binomial).
func drawExact[K comparable](quotas map[K]quota, replace bool, random *rand.Rand) func(K) int {
	return func(k K) int {
		q := quotas[k]
		n := 0
		switch {
		case q.rows <= 0:
		case !replace:
			n = one(random.Float64()*float64(q.rows) < float64(q.draws))
		default:
			for range q.draws {
				n += one(random.Float64()*float64(q.rows) < 1)
			}
		}
		quotas[k] = quota{q.draws - int64(n), q.rows - 1}
		return n
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
