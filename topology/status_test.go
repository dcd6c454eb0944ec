package topology

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"
)

// gated is a sink that takes an event for each token.
type gated struct {
	heap[int]
	tokens chan struct{}
}

type gate struct{ *gated }

func (g *gated) sink() gate { return gate{g} }

func (g gate) Write(ctx *Context, v int) error {
	select {
	case <-g.tokens:
	case <-ctx.Done():
		return ctx.Err()
	}
	return g.heap.sink().Write(ctx, v)
}

// stuck runs f while the job's sink takes nothing, once its queue is full.
func stuck(t *testing.T, shed Shedding, full func(Status) bool, f func(Status)) []int {
	t.Helper()
	g := &gated{tokens: make(chan struct{})}
	j := NewJob("overload", QueueSize(16))
	in := AddSource(j, "numbers", countTo(1000))
	To(Shed(Apply(in, "same", func() identity { return identity{} }), shed), "slow", g.sink, Apart())
	done := make(chan error, 1)
	go func() { done <- j.Run(t.Context()) }()
	s := j.Status()
	for ; !full(s) && len(done) == 0; s = j.Status() {
		runtime.Gosched()
	}
	f(s)
	close(g.tokens)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return g.got
}

func TestTheBottleneckIsNamed(t *testing.T) {
	got := stuck(t, Shedding{}, func(s Status) bool { return s.Bottleneck != "" }, func(s Status) {
		if s.Bottleneck != "slow" || len(s.Instances) != 2 || s.Instances[1].Waiting < 12 {
			t.Errorf("%+v", s)
		}
		for _, x := range s.Instances {
			if sum := x.Busy + x.Blocked + x.Idle; sum != 0 && (sum < 999 || sum > 1001) {
				t.Errorf("%v ms of a second", sum)
			}
		}
		if b, err := json.Marshal(s); err != nil || !strings.Contains(string(b), `"bottleneck":"slow"`) {
			t.Errorf("%s %v", b, err)
		}
	})
	if len(got) != 1000 {
		t.Errorf("%d events came through", len(got))
	}
}

func TestShedding(t *testing.T) {
	for name, c := range map[string]struct {
		how   Shedding
		check func(got []int) bool
	}{
		"newest": {DropNewest, func(got []int) bool { return got[0] == 0 && got[9] == 9 }},
		"oldest": {DropOldest, func(got []int) bool { return got[len(got)-1] == 999 }},
		"sample": {Sample(0), func(got []int) bool { return got[0] == 0 }},
	} {
		var dropped int64
		got := stuck(t, c.how, func(s Status) bool { dropped = s.Dropped["slow"]; return dropped >= 900 }, func(Status) {})
		if int64(len(got))+dropped > 1000 || len(got) < 10 || !c.check(got) {
			t.Errorf("%s: %d came through, %d were dropped: %v", name, len(got), dropped, got)
		}
	}
	j := NewJob("exact", ExactlyOnce("dir"))
	var h heap[int]
	To(Shed(AddSource(j, "numbers", countTo(3)), DropNewest), "keep", h.sink)
	if err := j.Validate(); err == nil || !strings.Contains(err.Error(), `sink "keep" reads a stream that may drop events`) {
		t.Error(err)
	}
}
