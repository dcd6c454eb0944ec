package datetime

// Unit is a unit of time that timestamps are moved, counted and cut by.
type Unit uint8

// The units, from short to long.
const (
	Microseconds Unit = iota
	Milliseconds
	Seconds
	Minutes
	Hours
	DaysUnit
	Weeks
	Months
	Quarters
	Years
)

// lengths of the units that have one, in micros.
var lengths = [...]int64{Micro, Milli, Second, Minute, Hour, Day, Week}

// monthsOf the others.
var monthsOf = [...]int64{Months: 1, Quarters: 3, Years: 12}

// ParseUnit reads a unit of timestampadd and timestampdiff in any case.
func ParseUnit(name string) (Unit, bool) {
	for u, names := range [...][]string{{"MICROSECOND"}, {"MILLISECOND"}, {"SECOND"}, {"MINUTE"}, {"HOUR"},
		{"DAY", "DAYOFYEAR"}, {"WEEK"}, {"MONTH"}, {"QUARTER"}, {"YEAR"}} {
		for _, n := range names {
			if foldEqual([]byte(name), n) {
				return Unit(u), true
			}
		}
	}
	return 0, false
}

// ParseTruncUnit reads a unit of trunc and date_trunc in any case: "YEAR",
// "YYYY", "YY", "QUARTER", "MONTH", "MM", "MON", "WEEK", "DAY", "DD", "HOUR",
// "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND". trunc takes Weeks and up.
func ParseTruncUnit(name []byte) (Unit, bool) {
	for u, names := range [...][]string{{"MICROSECOND"}, {"MILLISECOND"}, {"SECOND"}, {"MINUTE"}, {"HOUR"},
		{"DAY", "DD"}, {"WEEK"}, {"MONTH", "MM", "MON"}, {"QUARTER"}, {"YEAR", "YYYY", "YY"}} {
		for _, n := range names {
			if foldEqual(name, n) {
				return Unit(u), true
			}
		}
	}
	return 0, false
}

// AddUnits moves an instant by n units, as timestampadd does: hours and less
// exactly, days and more by the calendar of zone z. False when it leaves the range.
func AddUnits(utc int64, u Unit, n int64, z *Zone) (int64, bool) {
	if u < Months {
		micros, ok := mulExact(n, lengths[u])
		if !ok {
			return 0, false
		}
		if u < DaysUnit {
			return addExact(utc, micros)
		}
		return AddMicros(utc, micros, z)
	}
	months, ok := mulExact(n, monthsOf[u])
	if !ok || months != int64(int32(months)) {
		return 0, false
	}
	return Add(utc, Interval{Months: int32(months)}, z)
}

// Between returns the whole units from start to end as clocks in zone z show
// them, as timestampdiff does; negative when end is earlier.
func Between(start, end int64, u Unit, z *Zone) int64 {
	a, b := z.Local(start), z.Local(end)
	if u < Months {
		return (b - a) / lengths[u]
	}
	da, ta := split(a)
	db, tb := split(b)
	if db > da && tb < ta {
		db--
	} else if db < da && tb > ta {
		db++
	}
	// Months by months and days packed in one number, as java.time does.
	return (packed(db) - packed(da)) / 32 / monthsOf[u]
}

func packed(days int64) int64 {
	year, month, day := Civil(days)
	return (int64(year)*12+int64(month-1))*32 + int64(day)
}

// TruncDate cuts a date to the first day of its week (Monday), month, quarter
// or year; shorter units leave it alone.
func TruncDate(date int32, u Unit) int32 {
	year, month, day := Civil(int64(date))
	switch u {
	case Weeks:
		return date - int32(Weekday(date))
	case Months:
		return date - int32(day) + 1
	case Quarters:
		return int32(Days(year, (month-1)/3*3+1, 1))
	case Years:
		return int32(Days(year, 1, 1))
	}
	return date
}

// Trunc cuts an instant to the beginning of its unit in zone z.
func Trunc(utc int64, u Unit, z *Zone) int64 {
	switch u {
	case Microseconds, Milliseconds, Seconds:
		return utc - floorMod(utc, lengths[u])
	case Minutes, Hours, DaysUnit:
		offset := z.Offset(utc)
		local := utc + offset
		return z.keep(local-floorMod(local, lengths[u]), offset)
	}
	start, ok := StartOfDay(TruncDate(DateOf(z.Local(utc)), u), z)
	if !ok {
		return utc
	}
	return start
}

// MakeTime returns the micros of a day. The seconds come as micros with their
// fraction; 60 without a fraction counts as the next minute.
func MakeTime(hour, minute int, seconds int64) (int64, bool) {
	if uint(hour) > 23 || uint(minute) > 59 || seconds < 0 || seconds > Minute {
		return 0, false
	}
	return int64(hour)*Hour + int64(minute)*Minute + seconds, true
}

// MakeLocal returns a local timestamp; the seconds are as in MakeTime.
func MakeLocal(year, month, day, hour, minute int, seconds int64) (int64, bool) {
	ofDay, ok := MakeTime(hour, minute, seconds)
	if !ok || !validDate(year, month, day) {
		return 0, false
	}
	days := Days(year, month, day)
	if ofDay == Day { // 23:59:60
		return join(days+1, 0)
	}
	return join(days, ofDay)
}
