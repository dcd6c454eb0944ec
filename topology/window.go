package topology

import (
	"errors"
	"fmt"
	"time"
)

// Windows says which events are looked at together, and when. It is a value; its
// methods return changed copies. Windows are of each key of a stream by Fields,
// in event time, unless they say otherwise:
//
//	topology.Fixed(time.Minute)
//	topology.Sliding(time.Hour, time.Minute).Lateness(time.Hour)
//	topology.Session(5 * time.Minute).Early(10 * time.Second)
//	topology.Count(100).PerInstance()
//
// Times of windows are in milliseconds. A window is over when the watermark has
// reached its last one; what it gives has that event time. At the end of the
// input all windows are over.
type Windows struct {
	kind        windowKind
	length      time.Duration // of sessions: the gap
	every       time.Duration
	count, step int64
	clock       bool
	instance    bool
	lateness    time.Duration
	early       time.Duration
	earlyCount  int64
	discard     bool
	ownMark     bool // each key has a watermark of its own
	delay       time.Duration
}

type windowKind uint8

const (
	spans windowKind = iota
	sessions
	endless
	counts
)

// Fixed is windows one behind the other, of a length. They begin at multiples of
// the length since 1970-01-01 UTC.
func Fixed(length time.Duration) Windows { return Windows{length: length, every: length} }

// Sliding is windows of a length, of which one begins at each multiple of every,
// so that an event is in several. every is no longer than length.
func Sliding(length, every time.Duration) Windows { return Windows{length: length, every: every} }

// Session is windows that end when there was no event for a gap: an event is in
// the same session as one less than the gap before it.
func Session(gap time.Duration) Windows { return Windows{kind: sessions, length: gap, every: gap} }

// Endless is one window without an end, for early firing.
func Endless() Windows { return Windows{kind: endless} }

// Count is windows of n events. The last one may have fewer.
func Count(n int) Windows { return CountEvery(n, n) }

// CountEvery looks back at the last n events after every m of them, and at those
// left over at the end of the input. m is no more than n.
func CountEvery(n, m int) Windows {
	return Windows{kind: counts, count: int64(n), step: int64(m)}
}

// ByClock makes windows of when an event comes by the job's clock, whatever its
// event time.
func (w Windows) ByClock() Windows { w.clock = true; return w }

// PerInstance makes windows of all events that an instance gets: whatever the
// stream's grouping, the window does not know of keys.
func (w Windows) PerInstance() Windows { w.instance = true; return w }

// KeyWatermark gives each key a watermark of its own, which follows its latest
// event at a distance of delay, whatever other keys do: for fleets of devices
// that are out of touch for hours. A window of a key is over when a later event of
// that key says so, or at the end of the input; Early gives what a silent key
// has. What such windows give may be late for event time behind them. It costs a
// value for each key that ever was.
func (w Windows) KeyWatermark(delay time.Duration) Windows {
	w.ownMark, w.delay = true, delay
	return w
}

// Lateness keeps what a window holds for d after it was over: a late event makes
// it fire again at once.
func (w Windows) Lateness(d time.Duration) Windows { w.lateness = d; return w }

// Early makes a window fire before it is over, d by the job's clock after it has
// got something new.
func (w Windows) Early(d time.Duration) Windows { w.early = d; return w }

// EarlyCount makes a window fire before it is over whenever it has got n new
// events.
func (w Windows) EarlyCount(n int) Windows { w.earlyCount = int64(n); return w }

// Discarding makes a window that fires several times give what is new each time;
// without it, it gives all it has.
func (w Windows) Discarding() Windows { w.discard = true; return w }

// check names what is wrong.
func (w Windows) check() error {
	positive := func(d time.Duration) bool { return d >= time.Millisecond && d%time.Millisecond == 0 }
	var errs []error
	mistake := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	timed := w.kind == spans || w.kind == sessions
	mistake(timed && (!positive(w.length) || !positive(w.every)), "a window of %v every %v; times are milliseconds, at least one", w.length, w.every)
	mistake(w.every > w.length, "windows of %v every %v leave events out", w.length, w.every)
	mistake(w.kind == counts && (w.step < 1 || w.step > w.count), "windows of %d events every %d leave events out, or are empty", w.count, w.step)
	mistake(w.lateness < 0 || w.early < 0 || w.earlyCount < 0, "Lateness, Early and EarlyCount cannot be negative")
	mistake(w.lateness > 0 && (w.clock || !timed), "Lateness is for windows of event time: nothing else can be late")
	mistake(w.lateness%time.Millisecond != 0, "Lateness(%v); times are milliseconds", w.lateness)
	mistake(w.kind == counts && (w.clock || w.early > 0 || w.earlyCount > 0), "windows by count fire by count alone")
	mistake(w.ownMark && (w.clock || w.instance || !timed || w.delay < 0 || w.delay%time.Millisecond != 0), "KeyWatermark(%v) is for Fixed, Sliding and Session of each key, in event time; times are milliseconds", w.delay)
	return errors.Join(errs...)
}

// fires reports whether a window may fire more than once.
func (w Windows) fires() bool { return w.lateness > 0 || w.early > 0 || w.earlyCount > 0 }

// Timing says why a window fires.
type Timing uint8

// A window fires Early while it is open, OnTime when it is over, and Late for
// each late event it takes.
const (
	OnTime Timing = iota
	Early
	Late
)

// String returns the name.
func (t Timing) String() string { return [...]string{"on time", "early", "late"}[t] }

// Window tells a window, and which firing of it this is.
type Window struct {
	Start, End time.Time // Start is within, End is not; zero if it has none
	Pane       int       // number of the firing, from 0: of two results the higher one is valid
	Timing     Timing
	Pass       int // of the job, if it is a BatchPass; see Version
}

// WindowOf is a window and its events, in the order of their coming; those of
// sessions that were merged follow each other.
type WindowOf[T any] struct {
	Window
	Events []T
}
