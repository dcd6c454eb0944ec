package topology

import (
	"fmt"
	"slices"
	"testing"
)

func TestElementFunctions(t *testing.T) {
	j := NewJob("elements")
	var h heap[string]
	numbers := AddSource(j, "numbers", countTo(6))
	odd := FilterFunc(numbers, "odd", func(v int) bool { return v%2 == 1 })
	both := FlatMapFunc(Shuffle(odd), "both", func(v int) []int { return []int{v, -v} }, Parallelism(2))
	To(MapFunc(both, "text", func(v int) string { return fmt.Sprint("<", v, ">") }), "keep", h.sink)
	run(t, j)
	slices.Sort(h.got)
	if fmt.Sprint(h.got) != "[<-1> <-3> <-5> <1> <3> <5>]" {
		t.Error(h.got)
	}
}

func TestDiscardedEventsGoNowhere(t *testing.T) {
	j := NewJob("discard")
	seen := 0
	Discard(MapFunc(AddSource(j, "numbers", countTo(9)), "see", func(v int) int { seen++; return v }))
	run(t, j)
	if seen != 9 {
		t.Error(seen)
	}
}
