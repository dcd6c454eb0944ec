// Package eventtime holds the quantities of event time, so that no bare int64
// crosses an exported edge: an instant in microseconds, a watermark in
// milliseconds, and the laws between them.
package eventtime

import "time"

// Time is an instant of event time: microseconds since 1970-01-01 UTC.
type Time int64

// Duration is a span of event time in microseconds.
type Duration int64

// Watermark is a promise that no event at or before it is still to come:
// milliseconds since 1970-01-01 UTC, as Spark logs it. It starts at 0, not at
// minus infinity, and never goes backwards.
type Watermark int64

// Limits. End says that an input is over.
const (
	Min Time      = -1 << 63
	Max Time      = 1<<63 - 1
	End Watermark = 1<<63 - 1
)

// Passed reports whether t is at or before the watermark: late when it
// arrives, evictable when it is held.
func (w Watermark) Passed(t Time) bool { return t <= w.Time() }

// Time returns the watermark as an instant, saturating.
func (w Watermark) Time() Time {
	if w > Watermark(Max/1000) {
		return Max
	}
	if w < Watermark(Min/1000) {
		return Min
	}
	return Time(w) * 1000
}

// Millis returns t in milliseconds, rounded towards minus infinity, as Spark
// reads an event time.
func (t Time) Millis() int64 {
	m := int64(t) / 1000
	if int64(t)%1000 < 0 {
		m--
	}
	return m
}

// Go returns t as a time.Time in UTC.
func (t Time) Go() time.Time { return time.UnixMicro(int64(t)).UTC() }

// Of returns the instant of g, cut to microseconds.
func Of(g time.Time) Time { return Time(g.UnixMicro()) }
