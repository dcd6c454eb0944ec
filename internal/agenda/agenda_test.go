package agenda

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestTheEarliestComesFirst(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		var a Agenda[int]
		var model []int
		for range 200 {
			if r.IntN(3) > 0 {
				at := r.IntN(50)
				a.Add(time.Unix(int64(at), 0), at)
				model = append(model, at)
				slices.Sort(model)
			} else if len(model) > 0 {
				if got := a.Take(); got != model[0] {
					t.Fatalf("seed %d: %d for %d", seed, got, model[0])
				}
				model = model[1:]
			}
			if len(a) != len(model) || a.Next().IsZero() != (len(a) == 0) || len(a) > 0 && a.Next().Unix() != int64(model[0]) {
				t.Fatalf("seed %d: %d left for %d, the next at %v", seed, len(a), len(model), a.Next())
			}
		}
	}
}

func TestBackoff(t *testing.T) {
	for failures, want := range map[int]time.Duration{1: 100, 2: 200, 3: 400, 5: 1000, 500: 1000} {
		if got := Backoff(100, 1000, failures); got != want {
			t.Errorf("%v after %d failures, want %v", got, failures, want)
		}
	}
}
