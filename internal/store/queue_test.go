package store

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/eventtime"
)

func TestQueueAgainstSort(t *testing.T) {
	for _, n := range []int{0, 1, 100, wholeSort, wholeSort + 1, 100_000} {
		for _, g := range []Groups{{}, {5, 6, 128}, {0, 64, 128}, {7, 8, 1 << 20}} {
			lo, hi := g.interval()
			r := rand.New(rand.NewPCG(uint64(n), 1))
			var q queue
			q.begin(0, lo, hi)
			var want []uint64
			for i := range n {
				h := lo + uint32(r.Uint64N(uint64(hi-lo)+1))
				if i%3 == 0 && i > 0 {
					h = uint32(want[i-1] >> 32) // ties
				}
				want = append(want, uint64(h)<<32|uint64(i))
				q.add(h, uint32(i))
			}
			slices.SortFunc(want, func(a, b uint64) int { return cmp.Or(cmp.Compare(a>>32, b>>32), cmp.Compare(b, a)) })
			for !q.deal(999) {
			}
			var got []uint64
			for {
				part := q.next(1234, func(a, b uint64) int { return cmp.Compare(b, a) })
				if len(part) == 0 {
					break
				}
				if len(part) < 1234 && len(got)+len(part) < n {
					t.Fatalf("a part of %d", len(part))
				}
				got = append(got, part...)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d entries of %v out of order", n, g)
			}
		}
	}
}

func TestSortDue(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var list []dueRow
	for i := range 5000 {
		list = append(list, dueRow{[]eventtime.Time{-5, 0, 1 << 40, 1<<40 + 3}[r.IntN(4)], r.Uint32() >> (r.IntN(3) * 8), RowID(i)})
	}
	want := slices.Clone(list)
	slices.SortStableFunc(want, func(a, b dueRow) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.hash, b.hash)) })
	if got, _ := sortDue(list, nil); !slices.Equal(got, want) {
		t.Fatal("out of order")
	}
}
