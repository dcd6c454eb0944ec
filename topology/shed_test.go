package topology

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/eventtime"
)

// What is taken out of a payload takes its time along.
func TestEventsThatAreKept(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		e := &events[int]{}
		var want []int
		for range r.IntN(20) {
			v := r.IntN(1000)
			e.add(v, header{at: eventtime.Time(v)})
			if v%3 > 0 {
				want = append(want, v)
			}
		}
		e.Keep(func(v int) bool { return v%3 > 0 })
		if !slices.Equal(e.Values(), want) || len(e.at) != len(want) {
			t.Fatal(e.values, e.at, want)
		}
		for i, v := range want {
			if e.at[i] != eventtime.Time(v) {
				t.Fatal(e.values, e.at)
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
