package topology

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/window"
)

// JoinInterval joins events of two streams by key and event time: a left event of
// time t has as partners the right ones from t+lo to t+hi, both included, in
// milliseconds. lo and hi may be negative. Pairs are given at once, with the
// greater of both times; an event without a partner, if the join keeps it, when
// the watermark says that none can come. An event at or before the watermark is
// late: it goes to LateEvents.
func JoinInterval[L, R any](left Stream[L], right Stream[R], name string, lo, hi time.Duration, kind Join, settings ...Setting) Stream[Joined[L, R]] {
	checkKeys(left, right, name)
	if lo > hi || lo%time.Millisecond != 0 || hi%time.Millisecond != 0 {
		left.job.mistake("%q joins from %v to %v; the first cannot be later, and both are milliseconds", name, lo, hi)
	}
	lateLeft, lateRight := NewChannel[L](lateName), NewChannel[R](lateName)
	return Connect(left, right, name, func() *intervalJoin[L, R] {
		width := (hi - lo).Milliseconds() + 1
		return &intervalJoin[L, R]{
			lo: lo.Milliseconds(), hi: hi.Milliseconds(), kind: kind, lateLeft: lateLeft, lateRight: lateRight,
			lefts: shelf[L]{name: "left", width: width}, rights: shelf[R]{name: "right", width: width},
		}
	}, with(settings, emitsLate(lateLeft), emitsLate(lateRight), laidOut(cells.Layout{Join: fmt.Sprintf("%s from %v to %v", kind, lo, hi)}))...)
}

type intervalJoin[L, R any] struct {
	lo, hi    int64 // milliseconds
	kind      Join
	lefts     shelf[L]
	rights    shelf[R]
	lateLeft  *Channel[L]
	lateRight *Channel[R]
	dropLeft  func(L)
	dropRight func(R)
}

// Setup implements Setup.
func (j *intervalJoin[L, R]) Setup(ctx *Context) error {
	j.lefts.open(ctx)
	j.rights.open(ctx)
	j.dropLeft, j.dropRight = lateTo(ctx, j.lateLeft), lateTo(ctx, j.lateRight)
	return nil
}

// ApplyLeft implements Operator2.
func (j *intervalJoin[L, R]) ApplyLeft(ctx *Context, v L, out *Emitter[Joined[L, R]]) error {
	at, late, err := timely(ctx)
	if late {
		j.dropLeft(v)
	}
	if late || err != nil {
		return err
	}
	met := j.rights.meet(ctx, at+j.lo, at+j.hi, j.kind.keepsRight(), func(r R) { out.Emit(Joined[L, R]{v, r, true, true}) })
	if !j.lefts.keep(ctx, v, at, at+j.hi, met) && !met && j.kind.keepsLeft() {
		out.Emit(Joined[L, R]{Left: v, HasLeft: true})
	}
	return nil
}

// ApplyRight implements Operator2.
func (j *intervalJoin[L, R]) ApplyRight(ctx *Context, v R, out *Emitter[Joined[L, R]]) error {
	at, late, err := timely(ctx)
	if late {
		j.dropRight(v)
	}
	if late || err != nil {
		return err
	}
	met := j.lefts.meet(ctx, at-j.hi, at-j.lo, j.kind.keepsLeft(), func(l L) { out.Emit(Joined[L, R]{l, v, true, true}) })
	if !j.rights.keep(ctx, v, at, at-j.lo, met) && !met && j.kind.keepsRight() {
		out.Emit(Joined[L, R]{Right: v, HasRight: true})
	}
	return nil
}

// OnTimer implements TimerHandler: an event will meet no other.
func (j *intervalJoin[L, R]) OnTimer(ctx *Context, t Timer, out *Emitter[Joined[L, R]]) error {
	side, place := t.Name[0], []byte(t.Name[1:])
	if side == j.lefts.name[0] {
		v, alone := j.lefts.take(ctx, place)
		ctx.Release(j.lefts.holds.take(ctx, place), func() {
			if alone && j.kind.keepsLeft() {
				out.Emit(Joined[L, R]{Left: v, HasLeft: true})
			}
		})
		return nil
	}
	v, alone := j.rights.take(ctx, place)
	ctx.Release(j.rights.holds.take(ctx, place), func() {
		if alone && j.kind.keepsRight() {
			out.Emit(Joined[L, R]{Right: v, HasRight: true})
		}
	})
	return nil
}

// timely returns the time of the event at hand, in milliseconds, and whether it
// is late.
func timely(ctx *Context) (at int64, late bool, err error) {
	if ctx.header.at == eventtime.Min {
		return 0, false, errors.New("an event without a time cannot be joined by time; give its source EventTime")
	}
	at = ctx.header.at.Millis()
	return at, eventtime.Watermark(at) <= ctx.watermark, nil
}

// shelf keeps the events of one stream until no other can meet them, by key and
// spans of time as wide as the join looks, so that a search sees two of them, or
// three.
type shelf[T any] struct {
	name  string
	width int64
	spans *Value[span]    // of a part: a span's number
	kept  *Value[kept[T]] // of a part: a span's number and a place in it
	holds holds           // of the same parts
}

// span counts a span's places, and those in use.
type span struct{ Places, Used int64 }

type kept[T any] struct {
	At    int64
	Met   bool
	Event T
}

func (s *shelf[T]) open(ctx *Context) {
	s.spans, s.kept = newPartValue[span](ctx, s.name+".spans"), newPartValue[kept[T]](ctx, s.name+".events")
}

func spot(span, n int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(span)), uint64(n))
}

func (s *shelf[T]) span(at int64) int64 { return (at - window.Mod(at, s.width)) / s.width }

// meet calls f for the events from one time to another, each with its pair's time
// at hand, and notes that they met.
func (s *shelf[T]) meet(ctx *Context, from, to int64, note bool, f func(T)) (met bool) {
	around := ctx.header
	for n := s.span(from); n <= s.span(to); n++ {
		ctx.within(spot(n, 0)[:8])
		places, _ := s.spans.Get()
		ctx.whole()
		for i := range places.Places {
			ctx.within(spot(n, i))
			e, ok := s.kept.Get()
			if ok = ok && from <= e.At && e.At <= to; ok && note && !e.Met {
				e.Met = true
				s.kept.Set(e)
			}
			ctx.whole()
			if ok {
				met = true
				ctx.header.at = max(around.at, eventtime.Time(e.At*1000))
				f(e.Event)
			}
		}
	}
	ctx.header = around
	return met
}

// keep keeps an event until a time, unless that has passed already.
func (s *shelf[T]) keep(ctx *Context, v T, at, until int64, met bool) bool {
	if eventtime.Watermark(until) <= ctx.watermark {
		return false
	}
	n := s.span(at)
	ctx.within(spot(n, 0)[:8])
	places, _ := s.spans.Get()
	p := spot(n, places.Places)
	s.spans.Set(span{places.Places + 1, places.Used + 1})
	ctx.whole()
	ctx.within(p)
	s.kept.Set(kept[T]{at, met, v})
	ctx.whole()
	s.holds.add(ctx, p)
	ctx.SetTimer(Timer{Name: s.name[:1] + string(p), At: time.UnixMilli(until)})
	return true
}

// take removes an event, and tells whether it met none. What is emitted then has
// its time, if that is later than the timer's.
func (s *shelf[T]) take(ctx *Context, place []byte) (v T, alone bool) {
	ctx.within(place)
	e, _ := s.kept.Get()
	s.kept.Clear()
	ctx.whole()
	ctx.within(place[:8])
	places, _ := s.spans.Get()
	if places.Used--; places.Used == 0 {
		s.spans.Clear()
	} else {
		s.spans.Set(places)
	}
	ctx.whole()
	ctx.header.at = max(ctx.header.at, eventtime.Time(e.At*1000))
	return e.Event, !e.Met
}
