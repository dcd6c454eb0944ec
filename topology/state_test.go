package topology

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// bag keeps all kinds of state of a key, and prints it a second of event time
// after the key's last event.
type bag struct {
	count *Value[int]
	seen  *List[int]
	last  *Map[string, time.Time]
}

func (b *bag) Setup(ctx *Context) error {
	b.count, b.seen, b.last = NewValue[int](ctx, "count"), NewList[int](ctx, "seen"), NewMap[string, time.Time](ctx, "last")
	return nil
}

func (b *bag) Apply(ctx *Context, r reading, out *Emitter[string]) error {
	n, _ := b.count.Get()
	b.count.Set(n + 1)
	b.seen.Add(r.value)
	b.last.Set(fmt.Sprint("v", r.value%2), ctx.EventTime())
	ctx.SetTimer(Timer{Name: "quiet", At: ctx.EventTime().Add(time.Second)})
	return nil
}

func (b *bag) OnTimer(ctx *Context, t Timer, out *Emitter[string]) error {
	k, err := Key[int](ctx)
	n, _ := b.count.Get()
	var last []string
	for entry, at := range b.last.All() {
		last = append(last, fmt.Sprint(entry, "@", at.Unix()))
	}
	out.Emit(fmt.Sprint(k, " at ", t.At.Unix(), ": ", n, " ", slices.Collect(b.seen.All()), " ", last))
	b.count.Clear()
	b.seen.Clear()
	b.last.Delete("v0")
	return err
}

func TestStateAndTimersByKey(t *testing.T) {
	want := []string{
		"0 at 11: 2 [0 1] [v0@10 v1@10]", // both at 10
		"1 at 22: 2 [2 3] [v0@20 v1@21]",
	}
	for _, instances := range []int{1, 3} {
		j := NewJob("state")
		var h heap[string]
		in := AddSource(j, "readings", script(10, 10, 20, 21, 40), EventTime(reading.time, 0))
		byTime := Fields(in, func(r reading) int { return map[int]int{10: 0, 20: 1, 21: 1, 40: 2}[r.at] })
		To(Apply(byTime, "bag", func() *bag { return &bag{} }, Parallelism(instances)), "keep", h.sink, Parallelism(1))
		run(t, j)
		got := slices.DeleteFunc(h.got, func(s string) bool { return strings.HasPrefix(s, "2") })
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%d instances:\n%s", instances, strings.Join(got, "\n"))
		}
	}
}

type stateless struct{ declare func(*Context) }

func (s stateless) Setup(ctx *Context) error                         { s.declare(ctx); return nil }
func (s stateless) Apply(_ *Context, v int, out *Emitter[int]) error { out.Emit(v); return nil }

func TestStatesThatCannotBe(t *testing.T) {
	for want, declare := range map[string]func(*Context){
		"two states called":   func(ctx *Context) { NewValue[int](ctx, "a"); NewList[string](ctx, "a") },
		"is a word":           func(ctx *Context) { NewValue[int](ctx, "a b") },
		"ENCODER_NOT_FOUND":   func(ctx *Context) { NewValue[chan int](ctx, "a") },
		"in wrong, instance ": func(ctx *Context) { NewMap[string, func()](ctx, "m") },
	} {
		j := NewJob("wrong")
		var h heap[int]
		To(Apply(AddSource(j, "numbers", countTo(3)), "wrong", func() stateless { return stateless{declare} }, Apart()), "keep", h.sink)
		if err := j.Run(t.Context()); err == nil || !strings.Contains(fmt.Sprint("in ", err), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}

// ringing sets a clock timer at its first event and counts until it rings.
type ringing struct{ rung chan time.Time }

func (r ringing) Apply(ctx *Context, v int, _ *Emitter[int]) error {
	if v == 0 {
		ctx.SetTimer(Timer{Name: "ring", At: ctx.Now().Add(time.Millisecond), Clock: true})
	}
	return nil
}

func (r ringing) OnTimer(ctx *Context, t Timer, out *Emitter[int]) error {
	if ctx.Now().Before(t.At.Add(-time.Millisecond)) || !t.Clock {
		return fmt.Errorf("%v at %v", t, ctx.Now())
	}
	close(r.rung)
	return nil
}

// untilRung gives numbers once, then waits.
type untilRung struct {
	upTo
	rung chan time.Time
}

func (u *untilRung) Next(ctx context.Context, out *Emitter[int]) error {
	if u.at < u.n {
		return u.upTo.Next(ctx, out)
	}
	select {
	case <-u.rung:
		return io.EOF
	case <-ctx.Done():
		return nil
	}
}

func TestClockTimersRingWhileNothingComes(t *testing.T) {
	for _, settings := range [][]Setting{nil, {Apart()}} {
		rung := make(chan time.Time)
		j := NewJob("ring")
		var h heap[int]
		in := AddSource(j, "numbers", func() *untilRung { return &untilRung{upTo{n: 2}, rung} })
		To(Apply(in, "ring", func() ringing { return ringing{rung} }, settings...), "keep", h.sink)
		run(t, j)
	}
}

// The key is of the type that the key function gives.
func TestKeyOfAnotherType(t *testing.T) {
	j := NewJob("keys")
	byTens := Fields(AddSource(j, "numbers", countTo(3)), func(v int) string { return "tens" })
	Discard(Apply(byTens, "ask", mapped(func(ctx *Context, v int) (int, error) {
		if k, err := Key[string](ctx); k != "tens" || err != nil {
			t.Error(k, err)
		}
		if _, err := Key[int](ctx); err == nil || !strings.Contains(err.Error(), "the keys of the stream are string, and int") {
			t.Error(err)
		}
		return v, nil
	})))
	run(t, j)
}
