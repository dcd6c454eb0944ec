package store

import (
	"math/bits"
	"slices"
)

// queue orders entries, a hash above a number, in slices of work, so that a
// million of them do not hold up the next epoch: they are counted as they
// come, dealt into buckets by the top bits of their hash, and each bucket is
// sorted when its turn comes.
type queue struct {
	entries, spare []uint64
	lo             uint32   // lowest hash
	shift          int      // bucket of a hash: (hash - lo) >> shift
	ends           [257]int // where the buckets end, once dealt out
	dealt          int      // entries dealt out
	sorted         int      // entries before it are in order
	at             int      // entries before it are taken
}

// wholeSort is how many entries are sorted at once, without buckets.
const wholeSort = 1 << 14

// begin empties the queue for about n hashes in [lo, hi].
func (q *queue) begin(n int, lo, hi uint32) {
	*q = queue{entries: q.entries[:0], spare: q.spare[:0], lo: lo, shift: max(0, bits.Len32(hi-lo)-8)}
	if cap(q.entries) < n {
		q.entries = make([]uint64, 0, roomier(cap(q.entries), n))
	}
}

func (q *queue) bucket(e uint64) int { return int(min((uint32(e>>32)-q.lo)>>q.shift, 255)) }

func (q *queue) add(hash, number uint32) {
	e := uint64(hash)<<32 | uint64(number)
	q.entries = append(q.entries, e)
	q.ends[q.bucket(e)+1]++
}

// deal does up to n entries' work of dealing out and reports whether all are.
func (q *queue) deal(n int) bool {
	if len(q.entries) <= wholeSort {
		q.ends[1] = len(q.entries)
		for b := 1; b < len(q.ends); b++ {
			q.ends[b] = len(q.entries)
		}
		return true
	}
	if q.dealt == 0 {
		for b := 1; b < len(q.ends); b++ {
			q.ends[b] += q.ends[b-1]
		}
		q.spare = extend(q.spare[:0], len(q.entries))
	}
	end := min(q.dealt+n, len(q.entries))
	for _, e := range q.entries[q.dealt:end] {
		b := q.bucket(e)
		q.spare[q.ends[b]] = e // ends[b] is where bucket b goes on
		q.ends[b]++
	}
	if q.dealt = end; end < len(q.entries) {
		return false
	}
	q.entries, q.spare = q.spare, q.entries
	copy(q.ends[1:], q.ends[:256])
	return true
}

// next returns up to n entries in order of hash, and of compare within one,
// or none at the end.
func (q *queue) next(n int, compare func(a, b uint64) int) []uint64 {
	for b := 1; q.sorted-q.at < n && b < len(q.ends); b++ {
		if q.ends[b] > q.sorted {
			q.sort(q.ends[b], compare)
		}
	}
	part := q.entries[q.at:min(q.at+n, q.sorted)]
	q.at += len(part)
	return part
}

// sort puts the bucket that ends at end in order.
func (q *queue) sort(end int, compare func(a, b uint64) int) {
	part := q.entries[q.sorted:end]
	sorted, other := sortHashes(part, q.spare)
	if len(part) > 0 && &sorted[0] != &part[0] {
		copy(part, sorted)
		other = sorted
	}
	q.spare = other
	eachTie(part, func(run []uint64) { slices.SortFunc(run, compare) })
	q.sorted = end
}

func (q *queue) held() int { return 8 * (cap(q.entries) + cap(q.spare)) }
