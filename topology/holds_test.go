package topology

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// losing passes items on, and at one of them fails once: the job is restarted.
type losing struct {
	at   int
	left *int
}

func (f *losing) Apply(_ *Context, v item, out *Emitter[item]) error {
	if v.Value == f.at && *f.left > 0 {
		*f.left--
		return errors.New("the process is lost")
	}
	out.Emit(v)
	return nil
}

// onward gives 0 to n-1, each once, however often it is made.
type onward struct {
	next *int
	n    int
}

func (o *onward) Next(_ context.Context, out *Emitter[int]) error {
	if *o.next == o.n {
		return io.EOF
	}
	out.Emit(*o.next)
	*o.next++
	return nil
}

// What a window or a join has when a job AtLeastOnce is restarted is given again:
// every event is in a window in the end, and every pair is found.
func TestWindowsHoldTheirEvents(t *testing.T) {
	const n = 60
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		left, next, clock := 3, 0, newStandClock()
		j := NewJob("held", Log(slogDiscard), Clock(clock), AtLeastOnce(MaxAttempts(100), ReplayBackoff(0, 0)), Restart(FixedDelay(5, time.Second)))
		in := AddSource(j, "numbers", func() *onward { return &onward{&next, n} }, EventTime(func(v int) time.Time { return time.Unix(int64(v), 0) }, secs(2*n)))
		made := MapFunc(in, "items", func(v int) item { return item{fmt.Sprint(v % 3), v} })
		failed := Apply(made, "failing", func() *losing { return &losing{10 + r.IntN(n-10), &left} })
		keyed := Fields(failed, byKey)
		w := []Windows{Fixed(secs(7)), Session(secs(4)), Count(5), CountEvery(5, 2)}[r.IntN(4)]
		var windows heap[WindowOf[item]]
		var pairs heap[Joined[item, item]]
		To(WindowsOf(keyed, "windows", w, Parallelism(2)), "keep", windows.sink)
		To(JoinInterval(keyed, keyed, "pairs", -secs(3), secs(3), FullJoin, Parallelism(2)), "pair", pairs.sink)
		if err := simulate(j, clock, r); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		seen, met := map[int]bool{}, map[int]bool{}
		for _, w := range windows.got {
			for _, e := range w.Events {
				seen[e.Value] = true
			}
		}
		for _, p := range pairs.got {
			met[p.Left.Value*n+p.Right.Value] = p.HasLeft && p.HasRight
		}
		for v := range n {
			for _, o := range slices.DeleteFunc([]int{v - 3, v, v + 3}, func(o int) bool { return o < 0 || o >= n }) {
				if !seen[v] || !met[v*n+o] {
					t.Fatalf("seed %d, %d failures: %d is in a window: %v, and with %d in a pair: %v", seed, 3-left, v, seen[v], o, met[v*n+o])
				}
			}
		}
	}
}
