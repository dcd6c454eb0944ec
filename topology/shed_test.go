package topology

import (
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/flow"
)

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
		l := newLeast[int](DropLeast(priority), 1, 1+r.IntN(100))
		var waiting []flow.Payload
		var flat []int
		for range r.IntN(5) {
			e := &events[int]{}
			for range r.IntN(20) {
				v := r.IntN(1000)
				e.add(v, header{})
				flat = append(flat, v)
			}
			waiting = append(waiting, e)
		}
		worth := r.IntN(priorities + 1)
		want := thinned(flat, priority, worth, l.most)
		floor := l.thin(waiting, worth)
		var got []int
		for _, p := range waiting {
			e := p.(*events[int])
			if len(e.at) != len(e.values) {
				t.Fatal("times and events differ in number")
			}
			got = append(got, e.values...)
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

// What is worth most comes through, in order.
func TestSheddingByPriority(t *testing.T) {
	var dropped int64
	got := stuck(t, DropLeast(func(v int) int { return v % 10 }), func(s Status) bool {
		dropped = s.Dropped["slow"]
		return dropped >= 900
	}, func(s Status) {
		if s.DroppedBy["slow"]["priority"] < 900 {
			t.Errorf("%+v", s.DroppedBy)
		}
	})
	if len(got) < 10 || int64(len(got))+dropped > 1000 || !slices.IsSorted(got) {
		t.Fatalf("%d came through, %d were dropped: %v", len(got), dropped, got)
	}
	nines := 0
	for _, v := range got {
		if v%10 == 9 {
			nines++
		}
	}
	if nines < len(got)/2 {
		t.Errorf("%d of %d are of the highest priority: %v", nines, len(got), got)
	}
}

func TestSheddingOfAnotherType(t *testing.T) {
	j := NewJob("mistaken")
	var h heap[int]
	To(Shed(AddSource(j, "numbers", countTo(3)), DropLeast(func(s string) int { return len(s) })), "keep", h.sink)
	To(Shed(AddSource(j, "more", countTo(3)), Sample(2)), "also", h.sink)
	err := j.Validate()
	if err == nil || !strings.Contains(err.Error(), "stream is of int, its DropLeast takes func(string) int") || !strings.Contains(err.Error(), "Sample(2)") {
		t.Error(err)
	}
}
