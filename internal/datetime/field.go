package datetime

// Year returns the year of a date.
func Year(date int32) int { y, _, _ := Civil(int64(date)); return y }

// Quarter returns 1 to 4.
func Quarter(date int32) int { return (Month(date) + 2) / 3 }

// Month returns 1 to 12.
func Month(date int32) int { _, m, _ := Civil(int64(date)); return m }

// DayOfMonth returns 1 to 31.
func DayOfMonth(date int32) int { _, _, d := Civil(int64(date)); return d }

// DayOfYear returns 1 to 366.
func DayOfYear(date int32) int {
	return int(int64(date)-Days(Year(date), 1, 1)) + 1
}

// DayOfWeek returns 1 (Sunday) to 7.
func DayOfWeek(date int32) int { return int(floorMod(int64(date)+4, 7)) + 1 }

// Weekday returns 0 (Monday) to 6.
func Weekday(date int32) int { return int(floorMod(int64(date)+3, 7)) }

// ISOWeek returns the week-based year and the week (1 to 53) of ISO 8601:
// weeks begin on Monday and belong to the year that has their Thursday.
func ISOWeek(date int32) (year, week int) {
	thursday := int64(date) - int64(Weekday(date)) + 3
	year, _, _ = Civil(thursday)
	return year, int(thursday-Days(year, 1, 1))/7 + 1
}

// HourOf returns 0 to 23 of local micros.
func HourOf(local int64) int { return int(floorMod(local, Day) / Hour) }

// MinuteOf returns 0 to 59 of local micros.
func MinuteOf(local int64) int { return int(floorMod(local, Hour) / Minute) }

// SecondOf returns 0 to 59 of local micros.
func SecondOf(local int64) int { return int(floorMod(local, Minute) / Second) }

// MicrosOfMinute returns the seconds with their fraction, in micros: what
// extract(SECOND) gives as a decimal(8,6).
func MicrosOfMinute(local int64) int64 { return floorMod(local, Minute) }
