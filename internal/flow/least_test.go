package flow

import (
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
)

// worths is a payload that sheds.
type worths []int

func (n *worths) Len() int      { return len(*n) }
func (n *worths) Bytes() int    { return 8 * len(*n) }
func (n *worths) Values() []int { return *n }

func (n *worths) Keep(wanted func(int) bool) {
	*n = slices.DeleteFunc(*n, func(v int) bool { return !wanted(v) })
}

// thinned is the slow way: of the events worth less the n of the least worth go,
// of equals the oldest.
func thinned(waiting []int, priority func(int) int, worth, n int) []int {
	var less []int // places
	for i, v := range waiting {
		if priority(v) < worth {
			less = append(less, i)
		}
	}
	sort.SliceStable(less, func(a, b int) bool { return priority(waiting[less[a]]) < priority(waiting[less[b]]) })
	gone := less[:min(n, len(less))]
	var out []int
	for i, v := range waiting {
		if !slices.Contains(gone, i) {
			out = append(out, v)
		}
	}
	return out
}

func TestTheLeastMakesRoom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		priorities := 1 + r.IntN(6)
		priority := func(v int) int { return v % priorities }
		l := NewLeast(priority, 1, 1+r.IntN(12))
		var waiting []Payload
		var flat []int
		for range r.IntN(5) {
			e := &worths{}
			for range r.IntN(20) {
				v := r.IntN(1000)
				*e = append(*e, v)
				flat = append(flat, v)
			}
			waiting = append(waiting, e)
		}
		worth := r.IntN(priorities + 1)
		want := thinned(flat, priority, worth, l.most)
		floor := l.thin(waiting, worth)
		var got []int
		for _, p := range waiting {
			got = append(got, *p.(*worths)...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("worth %d, at most %d of %v\n got %v\nwant %v", worth, l.most, flat, got, want)
		}
		for _, v := range got {
			if priority(v) < floor {
				t.Fatalf("%d waits, and the floor is %d", v, floor)
			}
		}
	}
}
