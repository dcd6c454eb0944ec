package topology

import (
	"time"

	"github.com/spatestream/spate/internal/window"
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
type Windows struct{ spec window.Spec }

// Fixed is windows one behind the other, of a length. They begin at multiples of
// the length since 1970-01-01 UTC.
func Fixed(length time.Duration) Windows { return Sliding(length, length) }

// Sliding is windows of a length, of which one begins at each multiple of every,
// so that an event is in several. every is no longer than length.
func Sliding(length, every time.Duration) Windows {
	return Windows{window.Spec{Kind: window.Spans, Length: length, Every: every}}
}

// Session is windows that end when there was no event for a gap: an event is in
// the same session as one less than the gap before it.
func Session(gap time.Duration) Windows {
	return Windows{window.Spec{Kind: window.Sessions, Length: gap, Every: gap}}
}

// Endless is one window without an end, for early firing.
func Endless() Windows { return Windows{window.Spec{Kind: window.Endless}} }

// Count is windows of n events. The last one may have fewer.
func Count(n int) Windows { return CountEvery(n, n) }

// CountEvery looks back at the last n events after every m of them, and at those
// left over at the end of the input. m is no more than n.
func CountEvery(n, m int) Windows {
	return Windows{window.Spec{Kind: window.Counts, Count: int64(n), Step: int64(m)}}
}

// ByClock makes windows of when an event comes by the job's clock, whatever its
// event time.
func (w Windows) ByClock() Windows { w.spec.Clock = true; return w }

// PerInstance makes windows of all events that an instance gets: whatever the
// stream's grouping, the window does not know of keys.
func (w Windows) PerInstance() Windows { w.spec.Instance = true; return w }

// KeyWatermark gives each key a watermark of its own, which follows its latest
// event at a distance of delay, whatever other keys do: for fleets of devices
// that are out of touch for hours. A window of a key is over when a later event of
// that key says so, or at the end of the input; Early gives what a silent key
// has. What such windows give may be late for event time behind them. It costs a
// value for each key that ever was.
func (w Windows) KeyWatermark(delay time.Duration) Windows {
	w.spec.OwnMark, w.spec.Delay = true, delay
	return w
}

// Lateness keeps what a window holds for d after it was over: a late event makes
// it fire again at once.
func (w Windows) Lateness(d time.Duration) Windows { w.spec.Lateness = d; return w }

// Early makes a window fire before it is over, d by the job's clock after it has
// got something new.
func (w Windows) Early(d time.Duration) Windows { w.spec.Early = d; return w }

// EarlyCount makes a window fire before it is over whenever it has got n new
// events.
func (w Windows) EarlyCount(n int) Windows { w.spec.EarlyCount = int64(n); return w }

// Discarding makes a window that fires several times give what is new each time;
// without it, it gives all it has.
func (w Windows) Discarding() Windows { w.spec.Discard = true; return w }

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
