package datetime

import "math"

// plusMonths moves a day count by months; the day of the month is cut to the
// length of the month reached.
func plusMonths(days, months int64) (int64, bool) {
	year, month, day := Civil(days)
	total, ok := addExact(int64(year)*12+int64(month-1), months)
	y, m := floorDiv(total, 12), int(floorMod(total, 12))+1
	if !ok || y < -maxYear || y > maxYear {
		return 0, false
	}
	return Days(int(y), m, min(day, DaysIn(int(y), m))), true
}

// AddMonths moves a date by months, to the last day of the month where the
// month is shorter. False when the date leaves its range.
func AddMonths(date int32, months int) (int32, bool) {
	d, ok := plusMonths(int64(date), int64(months))
	return int32(d), ok && d == int64(int32(d))
}

// Period returns the whole months from one date to another and the days that
// are left, both of the same sign.
func Period(from, to int32) (months, days int32) {
	y1, m1, d1 := Civil(int64(from))
	y2, m2, d2 := Civil(int64(to))
	total := (y2-y1)*12 + m2 - m1
	left := d2 - d1
	switch {
	case total > 0 && left < 0:
		total--
		mid, _ := AddMonths(from, total)
		left = int(to - mid)
	case total < 0 && left > 0:
		total++
		left -= DaysIn(y2, m2)
	}
	return int32(total), int32(left)
}

// AddDays moves a date by days. False when the date leaves its range.
func AddDays(date int32, days int32) (int32, bool) {
	d := int64(date) + int64(days)
	return int32(d), d == int64(int32(d))
}

// LastDay returns the last day of the date's month.
func LastDay(date int32) int32 {
	year, month, day := Civil(int64(date))
	return date + int32(DaysIn(year, month)-day)
}

// NextDay returns the first date after date that falls on the weekday (0 is
// Monday).
func NextDay(date int32, weekday int) int32 {
	return date + 1 + int32(floorMod(int64(weekday-Weekday(date)-1), 7))
}

// ParseWeekday reads a name of a weekday, in any case and of two, three or all
// letters; 0 is Monday.
func ParseWeekday(b []byte) (weekday int, ok bool) {
	for i, name := range weekdays {
		if foldEqual(b, name) || foldEqual(b, name[:3]) || foldEqual(b, name[:2]) {
			return i, true
		}
	}
	return 0, false
}

// MonthsBetween returns the months from the second instant to the first, seen
// in zone z: whole if both fall on the same day of the month or both on the
// last, else with a fraction of a month of 31 days, rounded to 8 digits if
// roundOff.
func MonthsBetween(first, second int64, z *Zone, roundOff bool) float64 {
	a, b := z.Local(first), z.Local(second)
	d1, d2 := DateOf(a), DateOf(b)
	y1, m1, day1 := Civil(int64(d1))
	y2, m2, day2 := Civil(int64(d2))
	months := float64((y1-y2)*12 + m1 - m2)
	if day1 == day2 || day1 == DaysIn(y1, m1) && day2 == DaysIn(y2, m2) {
		return months
	}
	seconds := int64(day1-day2)*86400 + secondsSinceMidnight(first, d1, z) - secondsSinceMidnight(second, d2, z)
	diff := months + float64(seconds)/(31*86400)
	if roundOff {
		return math.Floor(diff*1e8+0.5) / 1e8
	}
	return diff
}

// secondsSinceMidnight counts real seconds since the local day began.
func secondsSinceMidnight(utc int64, date int32, z *Zone) int64 {
	start, _ := StartOfDay(date, z)
	return (utc - start) / Second
}

// Interval is Spark's calendar interval: months, days and micros are apart,
// because none of them is a fixed number of the next.
type Interval struct {
	Months, Days int32
	Micros       int64
}

// Add moves an instant by an interval as the clock on the wall in zone z has
// it: months, then days, then the exact micros. False when it leaves the range.
func Add(utc int64, v Interval, z *Zone) (int64, bool) {
	utc, ok := moved(utc, z, func(days int64) (int64, bool) { return plusMonths(days, int64(v.Months)) })
	if !ok {
		return 0, false
	}
	utc, ok = moved(utc, z, func(days int64) (int64, bool) { return addExact(days, int64(v.Days)) })
	if !ok {
		return 0, false
	}
	return addExact(utc, v.Micros)
}

// AddMicros moves an instant by a day-time interval: its whole days by the
// calendar of zone z, the rest exactly.
func AddMicros(utc, micros int64, z *Zone) (int64, bool) {
	days := micros / Day
	utc, ok := moved(utc, z, func(d int64) (int64, bool) { return addExact(d, days) })
	if !ok {
		return 0, false
	}
	return addExact(utc, micros-days*Day)
}

// moved changes the local date of an instant and keeps its local time.
func moved(utc int64, z *Zone, step func(days int64) (int64, bool)) (int64, bool) {
	offset := z.Offset(utc)
	days, ofDay := split(utc + offset)
	to, ok := step(days)
	if !ok || to == days {
		return utc, ok
	}
	local, ok := join(to, ofDay)
	if !ok {
		return 0, false
	}
	return z.keep(local, offset), true
}

// AddLocal moves a local timestamp by an interval.
func AddLocal(local int64, v Interval) (int64, bool) { return Add(local, v, UTC) }
