package sink

import (
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/topology"
)

// A view has the highest versions, in whatever order results come, and twice.
func TestViewKeepsTheHighestVersion(t *testing.T) {
	type result struct {
		id int
		v  topology.Version
	}
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		view := NewView(func(x result) int { return x.id }, func(x result) topology.Version { return x.v })
		to, want := view.Sink(), map[int]topology.Version{}
		for range 100 {
			x := result{r.IntN(5), topology.Version{Pass: r.IntN(3), Pane: r.IntN(4)}}
			for range 1 + r.IntN(2) {
				if err := to.Write(nil, x); err != nil {
					t.Fatal(err)
				}
			}
			if old, some := want[x.id]; !some || x.v.Pass > old.Pass || x.v.Pass == old.Pass && x.v.Pane > old.Pane {
				want[x.id] = x.v
			}
		}
		all := view.All()
		for id, v := range want {
			if got, some := view.Get(id); !some || got.v != v || all[id] != got {
				t.Fatalf("seed %d: result %d is %v, want %v", seed, id, got, v)
			}
		}
		if _, some := view.Get(7); some || len(all) != len(want) {
			t.Error("there are results of nobody")
		}
	}
}
