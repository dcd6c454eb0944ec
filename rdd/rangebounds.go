package rdd

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"github.com/spatestream/spate/internal/javarandom"
)

// A range partitioner looks at about sampleRows keys a partition that it makes,
// at most maxSample in all. Partitions that turn out to be so large that their
// share is too small are sampled again.
const (
	sampleRows = 20
	maxSample  = 1e6
)

// weighed is a sampled key and how many it stands for.
type weighed[K any] struct {
	key    K
	weight float64
}

// sampled is what was seen of a partition.
type sampledPart[K any] struct {
	seen int64
	keys []K
}

// rangeBounds returns the upper bounds of all but the last of at most n ranges.
func rangeBounds[K any](ctx context.Context, r *RDD[K], n int, compare func(a, b K) int) ([]K, error) {
	parts, err := r.node().partitionsIn(ctx)
	if err != nil || parts == 0 {
		return nil, err
	}
	size := min(float64(sampleRows*n), maxSample)
	each := int(math.Ceil(3 * size / float64(parts)))
	seen, err := reservoirs(ctx, r, each)
	if err != nil {
		return nil, err
	}
	var total int64
	for _, s := range seen {
		total += s.seen
	}
	if total == 0 {
		return nil, nil
	}
	fraction := min(size/float64(total), 1)
	candidates, again := weigh(seen, fraction, each)
	if len(again) > 0 {
		more, err := resample(ctx, r, again, fraction)
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, more...)
	}
	return boundsOf(candidates, min(n, len(candidates)), compare), nil
}

// reservoirs draws up to n keys of every partition, each with the same
// probability (Vitter's algorithm R).
func reservoirs[K any](ctx context.Context, r *RDD[K], n int) ([]sampledPart[K], error) {
	return each(ctx, r.node(), "sortByKey", nil, func(t *Task, part int) (s sampledPart[K], err error) {
		random := javarandom.NewXORShift(int64(byteswap32(int32(part ^ r.node().id<<16))))
		err = r.each(t, part, func(in []K) error {
			for _, k := range in {
				s.seen++
				if len(s.keys) < n {
					s.keys = append(s.keys, k)
				} else if at := int64(random.Float64() * float64(s.seen)); at < int64(n) {
					s.keys[at] = k
				}
			}
			return nil
		})
		return s, err
	})
}

// weigh weighs the samples of all partitions but those that need another.
func weigh[K any](seen []sampledPart[K], fraction float64, most int) (candidates []weighed[K], again []int) {
	for part, s := range seen {
		if fraction*float64(s.seen) > float64(most) {
			again = append(again, part)
			continue
		}
		for _, k := range s.keys {
			candidates = append(candidates, weighed[K]{k, float64(s.seen) / float64(len(s.keys))})
		}
	}
	return candidates, again
}

// resample draws a fraction of the keys of large partitions.
func resample[K any](ctx context.Context, r *RDD[K], parts []int, fraction float64) ([]weighed[K], error) {
	drawn, err := collectParts(ctx, r.Sample(false, fraction, int64(byteswap32(int32(-r.node().id-1)))), "sortByKey", parts)
	var out []weighed[K]
	for _, keys := range drawn {
		for _, k := range keys {
			out = append(out, weighed[K]{k, 1 / fraction})
		}
	}
	return out, err
}

// boundsOf cuts the candidates into n ranges of about equal weight. No two
// bounds are equal.
func boundsOf[K any](candidates []weighed[K], n int, compare func(a, b K) int) []K {
	slices.SortStableFunc(candidates, func(a, b weighed[K]) int { return compare(a.key, b.key) })
	var sum float64
	for _, c := range candidates {
		sum += c.weight
	}
	step := sum / float64(n)
	var bounds []K
	var weight float64
	target := step
	for _, c := range candidates {
		if len(bounds) >= n-1 {
			break
		}
		weight += c.weight
		if weight >= target && (len(bounds) == 0 || compare(c.key, bounds[len(bounds)-1]) > 0) {
			bounds = append(bounds, c.key)
			target += step
		}
	}
	return bounds
}

// byteswap32 is scala.util.hashing.byteswap32, which spreads small seeds.
func byteswap32(v int32) int32 {
	const by = 0x9e3775cd
	x := uint32(v) * by
	return int32(bits.ReverseBytes32(x) * by)
}
