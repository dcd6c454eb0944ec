package datetime

import (
	"math"
	"time"
	_ "time/tzdata" // zones do not depend on the machine having them
)

// Zone is a time zone: an id as the user wrote it and its offsets from UTC.
// It is immutable. Make one with LoadZone; UTC is ready.
type Zone struct {
	id     string
	offset int64          // of a fixed zone, micros
	loc    *time.Location // nil: fixed
	prefix int            // fixed zones: length of "UTC", "GMT", "UT" in id

	// Span i has offsets[i], begins at starts[i] (UTC) and covers the local
	// times from locals[i] on. The first starts at the beginning of time.
	starts, locals, offsets []int64
	nearStarts, nearLocals  hints
	horizon                 int64 // from here on (UTC micros) time repeats
}

// UTC is the zone without offset.
var UTC = &Zone{id: "UTC", prefix: 3}

// span is a stretch of time [start, end) with one offset; start and end are
// UTC or local, as asked.
type span struct{ start, end, offset int64 }

// ID returns the id the zone was loaded by.
func (z *Zone) ID() string { return z.id }

// Fixed tells whether the zone has one offset for ever, and which.
func (z *Zone) Fixed() (offset int64, fixed bool) { return z.offset, z.loc == nil }

// horizonYear is how far transitions are listed: 400 years beyond the last that
// follows no rule (Morocco's, in 2087).
const horizonYear = 2500

// newZone lists the transitions of loc.
func newZone(id string, loc *time.Location) *Zone {
	z := &Zone{id: id, loc: loc, horizon: math.MaxInt64}
	z.list(loc)
	z.nearStarts, z.nearLocals = newHints(z.starts), newHints(z.locals)
	return z
}

func (z *Zone) list(loc *time.Location) {
	limit := Days(horizonYear, 1, 1) * Day / Second
	t := time.Unix(-1<<37, 0).In(loc)
	z.add(math.MinInt64, t)
	for {
		_, end := t.ZoneBounds()
		if end.IsZero() {
			return
		}
		// Go ends a span of rules on day 365, also when that has begun.
		if !end.After(t) {
			end = t.AddDate(0, 0, 1)
		}
		t = end
		if t.Unix() >= limit {
			z.horizon = limit * Second
			return
		}
		z.add(t.Unix()*Second, t)
	}
}

// add appends the span that begins at start with the offset that holds at t.
// A gap or overlap of local times belongs to the span before it: java.time
// shifts times in a gap by its length and takes the earlier offset in an
// overlap, and both are what the offset before the transition gives.
func (z *Zone) add(start int64, t time.Time) {
	_, seconds := t.Zone()
	offset := int64(seconds) * Second
	local := int64(math.MinInt64)
	if n := len(z.offsets); n > 0 {
		if z.offsets[n-1] == offset {
			return
		}
		local = start + max(offset, z.offsets[n-1])
	}
	z.starts = append(z.starts, start)
	z.locals = append(z.locals, local)
	z.offsets = append(z.offsets, offset)
}

// Offset returns the zone's offset from UTC at an instant, in micros.
func (z *Zone) Offset(utc int64) int64 {
	if z.loc == nil {
		return z.offset
	}
	return z.at(utc).offset
}

// Local returns the local micros of an instant.
func (z *Zone) Local(utc int64) int64 { return utc + z.Offset(utc) }

// Instant returns the instant of local micros. A time that a transition skips
// moves on by the length of the gap; one that occurs twice is the earlier.
func (z *Zone) Instant(local int64) int64 {
	if z.loc == nil {
		return local - z.offset
	}
	return local - z.of(local).offset
}

// StartOfDay returns the first instant of a date in zone z: midnight, or where
// a transition skips midnight the transition. False beyond 64 bits.
func StartOfDay(date int32, z *Zone) (int64, bool) {
	local, ok := Midnight(date)
	if !ok {
		return 0, false
	}
	utc := z.Instant(local)
	if z.loc != nil && z.Local(utc) != local {
		utc = z.at(utc).start
	}
	return utc, true
}

// keep returns the instant of local micros, with offset if that is valid there
// (in an overlap), else as Instant: how java.time adjusts a zoned date-time.
func (z *Zone) keep(local, offset int64) int64 {
	if u := local - offset; z.Offset(u) == offset {
		return u
	}
	return z.Instant(local)
}

// Locals sets dst to the local micros of src. dst may be src.
func (z *Zone) Locals(dst, src []int64) {
	src = src[:len(dst)]
	if z.loc == nil {
		for i, v := range src {
			dst[i] = v + z.offset
		}
		return
	}
	var s span
	for i, v := range src {
		if v < s.start || v >= s.end {
			s = z.at(v)
		}
		dst[i] = v + s.offset
	}
}

// Instants sets dst to the instants of local micros src. dst may be src.
func (z *Zone) Instants(dst, src []int64) {
	src = src[:len(dst)]
	if z.loc == nil {
		for i, v := range src {
			dst[i] = v - z.offset
		}
		return
	}
	var s span
	for i, v := range src {
		if v < s.start || v >= s.end {
			s = z.of(v)
		}
		dst[i] = v - s.offset
	}
}

// at returns the span of an instant, in UTC. The last microsecond of int64 is
// outside every span and is looked up each time.
func (z *Zone) at(utc int64) span {
	by := z.cycles(utc)
	i := z.nearStarts.find(z.starts, utc-by)
	s := span{z.starts[i], z.horizon, z.offsets[i]}
	if i+1 < len(z.starts) {
		s.end = z.starts[i+1]
	}
	return s.moved(by)
}

// of returns the span of a local time, in local time. Local times are cycled a
// day early, so that no transition beyond the horizon matters.
func (z *Zone) of(local int64) span {
	by := z.cycles(min(local, math.MaxInt64-Day) + Day)
	i := z.nearLocals.find(z.locals, local-by)
	s := span{z.locals[i], z.horizon, z.offsets[i]}
	if z.horizon != math.MaxInt64 {
		s.end -= Day
	}
	if i+1 < len(z.locals) {
		s.end = z.locals[i+1]
	}
	return s.moved(by)
}

// cycle is the 400 years after which the calendar, and with it the rules of
// zones, repeats to the weekday.
const cycle = daysInEra * Day

// cycles returns how much later than a time before the horizon v is, in whole
// cycles.
func (z *Zone) cycles(v int64) int64 {
	if v < z.horizon {
		return 0
	}
	return ((v-z.horizon)/cycle + 1) * cycle
}

// moved shifts a span that lies before the horizon by whole cycles.
func (s span) moved(by int64) span {
	if by == 0 {
		return s
	}
	end, ok := addExact(s.end, by)
	if !ok {
		end = math.MaxInt64
	}
	return span{s.start + by, end, s.offset}
}

// hints say for each stretch of 2^stretch micros (51 days) from 1900 to 2100
// which span it begins in; a stretch rarely has a second one.
type hints []uint16

const stretch = 42

var hintsFrom = Days(1900, 1, 1) * Day

func newHints(starts []int64) hints {
	h := make(hints, (Days(2100, 1, 1)*Day-hintsFrom)>>stretch)
	for k := range h {
		h[k] = uint16(find(starts, hintsFrom+int64(k)<<stretch))
	}
	return h
}

// find is the function find, faster near the present.
func (h hints) find(starts []int64, v int64) int {
	k := uint64(v-hintsFrom) >> stretch
	if k >= uint64(len(h)) {
		return find(starts, v)
	}
	i := int(h[k])
	for i+1 < len(starts) && starts[i+1] <= v {
		i++
	}
	return i
}

// find returns the last index whose start is not after v; starts[0] never is.
func find(starts []int64, v int64) int {
	lo, hi := 0, len(starts)
	for hi-lo > 1 {
		mid := int(uint(lo+hi) >> 1)
		if starts[mid] <= v {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}
