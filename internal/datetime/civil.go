package datetime

import "math"

// The conversions are those of C. Neri and L. Schneider, "Euclidean affine
// functions and their application to calendar algorithms" (2022): divisions by
// constants only, no branches and no tables. Years start in March so that the
// leap day is the last. Eras of 400 years are added to keep numbers positive.
const (
	eras      = 15000
	daysInEra = 146097
	eraShift  = 719468 + eras*daysInEra // days from the shifted March 1st to 1970-01-01
)

// Civil returns year, month (1 to 12) and day of month (1 to 31) of a day count.
// Days may be anywhere in five million years around 1970.
func Civil(days int64) (year, month, day int) {
	n1 := 4*uint64(days+eraShift) + 3
	century, rest := n1/daysInEra, uint32(n1%daysInEra)/4
	n2 := uint64(4*rest + 3)
	p2 := 2939745 * n2
	yearOf, dayOf := p2>>32, uint32(p2)/2939745/4
	n3 := 2141*dayOf + 197913
	month, day = int(n3>>16), int(n3&0xffff)/2141+1
	year = int(100*century+yearOf) - 400*eras
	if dayOf >= 306 {
		year++
		month -= 12
	}
	return year, month, day
}

// Days returns the day count of a date. Month is 1 to 12; day may be any
// number and counts from the first of the month. The year must be in five
// million years around 1970.
func Days(year, month, day int) int64 {
	y, m := uint64(year+400*eras), uint32(month)
	if month <= 2 {
		y--
		m += 12
	}
	century := y / 100
	ofYear := 1461*y/4 - century + century/4
	return int64(ofYear) + int64((979*m-2919)/32) + int64(day) - 1 - eraShift
}

var monthDays = [13]uint8{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// IsLeap tells whether February of the year has 29 days.
func IsLeap(year int) bool { return year&3 == 0 && (year%100 != 0 || year%400 == 0) }

// DaysIn returns the length of a month (1 to 12).
func DaysIn(year, month int) int {
	if month == 2 && IsLeap(year) {
		return 29
	}
	return int(monthDays[month])
}

// maxYear bounds the years that day counts are computed for; java.time has the
// same width in decimal digits, but no Spark type reaches so far.
const maxYear = 5_900_000

// validDate tells whether the date exists.
func validDate(year, month, day int) bool {
	return uint(month-1) < 12 && uint(day-1) < 31 && day <= DaysIn(year, month) &&
		year >= -maxYear && year <= maxYear
}

// MakeDate returns the date, or false if it does not exist or its day count
// exceeds 32 bits.
func MakeDate(year, month, day int) (int32, bool) {
	if !validDate(year, month, day) {
		return 0, false
	}
	d := Days(year, month, day)
	return int32(d), d == int64(int32(d))
}

// split cuts local micros into days and micros of the day.
func split(micros int64) (days, ofDay int64) {
	days = micros / Day
	ofDay = micros - days*Day
	if ofDay < 0 {
		days--
		ofDay += Day
	}
	return days, ofDay
}

// splitAt is split of the local micros at an offset from UTC. Those may not fit
// 64 bits at the ends of the range, days and micros of the day always do.
func splitAt(utc, offset int64) (days, ofDay int64) {
	days, ofDay = split(utc)
	ofDay += offset
	switch {
	case ofDay < 0:
		return days - 1, ofDay + Day
	case ofDay >= Day:
		return days + 1, ofDay - Day
	}
	return days, ofDay
}

// join is the inverse of split; false when the result exceeds 64 bits.
func join(days, ofDay int64) (int64, bool) {
	if days < 0 { // so that the least timestamp does not overflow on the way
		days++
		ofDay -= Day
	}
	m, ok := mulExact(days, Day)
	if !ok {
		return 0, false
	}
	return addExact(m, ofDay)
}

// DateOf returns the date of local micros.
func DateOf(local int64) int32 {
	days, _ := split(local)
	return int32(days)
}

// Midnight returns the local micros at which a date begins; false when they
// exceed 64 bits.
func Midnight(date int32) (int64, bool) { return join(int64(date), 0) }

func addExact(a, b int64) (int64, bool) {
	s := a + b
	return s, (a^s)&(b^s) >= 0
}

func mulExact(a, b int64) (int64, bool) {
	p := a * b
	if (a|b)>>31 == 0 || a == 0 {
		return p, true
	}
	return p, p/a == b && !(a == -1 && b == math.MinInt64)
}

// floorDiv and floorMod divide towards minus infinity; d is positive.
func floorDiv(a, d int64) int64 { return (a - floorMod(a, d)) / d }

func floorMod(a, d int64) int64 {
	m := a % d
	if m < 0 {
		m += d
	}
	return m
}
