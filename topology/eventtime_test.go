package topology

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// reading is an event with a time, in seconds.
type reading struct{ at, value int }

func (r reading) time() time.Time { return time.Unix(int64(r.at), 0) }

// scripted gives its readings one by one.
type scripted struct {
	all []reading
	at  int
}

func script(seconds ...int) func() *scripted {
	return func() *scripted {
		s := &scripted{}
		for i, at := range seconds {
			s.all = append(s.all, reading{at, i})
		}
		return s
	}
}

func (s *scripted) Next(_ context.Context, out *Emitter[reading]) error {
	if s.at == len(s.all) {
		return io.EOF
	}
	out.Emit(s.all[s.at])
	s.at++
	return nil
}

// standing notes event time and watermark, in seconds.
func standing(ctx *Context, r reading) ([2]int64, error) {
	if ctx.Watermark().IsZero() {
		return [2]int64{ctx.EventTime().Unix(), -1}, nil
	}
	return [2]int64{ctx.EventTime().Unix(), ctx.Watermark().Unix()}, nil
}

func TestWatermarkFollowsTheLatestEvent(t *testing.T) {
	j := NewJob("time")
	var h heap[[2]int64]
	in := AddSource(j, "readings", script(10, 30, 20, 40), EventTime(reading.time, 5*time.Second))
	To(Apply(in, "stand", mapped(standing)), "keep", h.sink)
	run(t, j)
	want := [][2]int64{{10, -1}, {30, 4}, {20, 24}, {40, 24}} // a millisecond less than 5, 25, 25
	for i := range want {
		if h.got[i] != want[i] {
			t.Errorf("event %d: time and watermark %v, want %v", i, h.got[i], want[i])
		}
	}
}

func TestEventTimeOfAnotherTypeIsAMistake(t *testing.T) {
	j := NewJob("time")
	AddSource(j, "readings", script(1), EventTime(func(int) time.Time { return time.Time{} }, 0))
	if err := j.Validate(); err == nil || !strings.Contains(err.Error(), `source "readings" gives topology.reading, its EventTime takes func(int) time.Time`) {
		t.Error(err)
	}
}

var odd = NewChannel[string]("odd")

type parting struct{ odd *Emitter[string] }

func (p *parting) Setup(ctx *Context) error { p.odd = Out(ctx, odd); return nil }

func (p *parting) Apply(_ *Context, v int, out *Emitter[int]) error {
	if v%2 == 0 {
		out.Emit(v)
	} else {
		p.odd.Emit(strings.Repeat("x", v))
	}
	return nil
}

func TestChannelsHaveTypesOfTheirOwn(t *testing.T) {
	for _, setting := range [][]Setting{nil, {Apart()}} {
		j := NewJob("channels")
		var evens heap[int]
		var odds heap[string]
		both := Apply(AddSource(j, "numbers", countTo(5)), "part", func() *parting { return &parting{} }, append(setting, Emits(odd))...)
		To(both, "evens", evens.sink, setting...)
		To(Select(both, odd), "odds", odds.sink, setting...)
		run(t, j)
		if len(evens.got) != 3 || len(odds.got) != 2 || odds.got[1] != "xxx" {
			t.Error(evens.got, odds.got)
		}
	}
}

func TestChannelsThatAreNone(t *testing.T) {
	j := NewJob("channels")
	in := AddSource(j, "numbers", countTo(5))
	Select(in, odd)
	Select(Merge(in, AddSource(j, "more", countTo(5))), odd)
	var h heap[int]
	To(Apply(in, "part", func() *parting { return &parting{} }, Emits(odd)), "keep", h.sink)
	err := j.Validate()
	for _, want := range []string{`component "numbers" has no channel "odd"`, `nobody reads channel "odd" of component "part"`, "comes from several components"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not %q in\n%v", want, err)
		}
	}
}
