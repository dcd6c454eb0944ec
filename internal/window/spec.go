// Package window is the arithmetic of windows: which of them an event is in, where
// they are in time, and when they are over. It has no state and reads no clock;
// package topology keeps what windows hold. Times are milliseconds since 1970.
package window

import (
	"errors"
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
)

// Kind is what ends a window.
type Kind uint8

// Spans end at a time, Sessions when nothing came for a gap, Counts at a number of
// events; Endless ones never do.
const (
	Spans Kind = iota
	Sessions
	Endless
	Counts
)

// Spec says which windows there are, and when they fire.
type Spec struct {
	Kind        Kind
	Length      time.Duration // of Sessions: the gap
	Every       time.Duration // between the beginnings of Spans
	Count, Step int64         // of Counts: the last Count events, after every Step
	Clock       bool          // by when an event comes, instead of its own time
	Instance    bool          // of an instance, not of each key
	Lateness    time.Duration // for how long they are kept after they were over
	Early       time.Duration // after something new came; 0: not
	EarlyCount  int64         // after so many new events; 0: not
	Discard     bool          // a firing gives what is new
	OwnMark     bool          // each key has a watermark of its own, Delay behind its latest event
	Delay       time.Duration
}

// Check names all that is wrong, joined.
func (s *Spec) Check() error {
	positive := func(d time.Duration) bool { return d >= time.Millisecond && d%time.Millisecond == 0 }
	var errs []error
	mistake := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	timed := s.timed()
	mistake(timed && (!positive(s.Length) || !positive(s.Every)), "a window of %v every %v; times are milliseconds, at least one", s.Length, s.Every)
	mistake(s.Every > s.Length, "windows of %v every %v leave events out", s.Length, s.Every)
	mistake(s.Kind == Counts && (s.Step < 1 || s.Step > s.Count), "windows of %d events every %d leave events out, or are empty", s.Count, s.Step)
	mistake(s.Lateness < 0 || s.Early < 0 || s.EarlyCount < 0, "Lateness, Early and EarlyCount cannot be negative")
	mistake(s.Lateness > 0 && (s.Clock || !timed), "Lateness is for windows of event time: nothing else can be late")
	mistake(s.Lateness%time.Millisecond != 0, "Lateness(%v); times are milliseconds", s.Lateness)
	mistake(s.Kind == Counts && (s.Clock || s.Early > 0 || s.EarlyCount > 0), "windows by count fire by count alone")
	mistake(s.OwnMark && (s.Clock || s.Instance || !timed || s.Delay < 0 || s.Delay%time.Millisecond != 0), "KeyWatermark(%v) is for Fixed, Sliding and Session of each key, in event time; times are milliseconds", s.Delay)
	return errors.Join(errs...)
}

func (s *Spec) timed() bool { return s.Kind == Spans || s.Kind == Sessions }

// Repeats reports whether a window may fire more than once.
func (s *Spec) Repeats() bool { return s.Lateness > 0 || s.Early > 0 || s.EarlyCount > 0 }

// Behind is the watermark of a key whose latest event has that time.
func (s *Spec) Behind(latest int64) eventtime.Watermark {
	return eventtime.Watermark(latest - s.Delay.Milliseconds() - 1)
}

// Ended reports whether a window is over at a watermark.
func (s *Spec) Ended(f Frame, mark eventtime.Watermark) bool {
	return !s.Clock && mark >= eventtime.Watermark(f.Last())
}

// Gone reports whether a window takes nothing any more.
func (s *Spec) Gone(f Frame, mark eventtime.Watermark) bool {
	return !s.Clock && mark >= eventtime.Watermark(s.Until(f))
}

// Until is the time to which a window is kept.
func (s *Spec) Until(f Frame) int64 { return f.Last() + s.Lateness.Milliseconds() }

// Latest is the last of the Spans that an event of a time is in. The others are
// before it, as long as they End behind that time.
func (s *Spec) Latest(at int64) Frame { return s.Frame(at - Mod(at, s.Every.Milliseconds())) }

// Before is the one of the Spans before f.
func (s *Spec) Before(f Frame) Frame { return s.Frame(f.Start - s.Every.Milliseconds()) }

// Frame is the window of an ID. Those of Sessions are known by state alone.
func (s *Spec) Frame(id int64) Frame {
	switch s.Kind {
	case Spans:
		return Frame{id, id, id + s.Length.Milliseconds()}
	case Counts:
		return Frame{ID: id, End: id}
	case Endless:
		return Frame{End: Forever}
	}
	return Frame{ID: id}
}

// Next is the first of the Counts that event i, from 0, is in: it ends behind that
// many events. The others follow Step by Step, up to i+Count.
func (s *Spec) Next(i int64) Frame { return s.Frame(i - i%s.Step + s.Step) }

// Mod is the remainder in [0, by).
func Mod(a, by int64) int64 { return (a%by + by) % by }
