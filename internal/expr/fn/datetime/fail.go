package datetime

import (
	"fmt"
	"strconv"

	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sparkerr"
)

// cannotParse is a text that a pattern does not match; bad is the position of
// the trouble, the length of the text if it is no existing time.
func cannotParse(try, text string, bad int) error {
	message := fmt.Sprintf("Text '%s' could not be parsed at index %d", text, bad)
	if bad >= len(text) {
		message = fmt.Sprintf("Text '%s' could not be parsed: it ends too early or is no existing date and time", text)
	}
	return sparkerr.Data("CANNOT_PARSE_TIMESTAMP", message+". Correct the text or the pattern, or use "+try+" to get NULL instead.",
		"func", "`"+try+"`", "message", message)
}

// overflow is a date or timestamp out of range.
func overflow(what string) error {
	return sparkerr.Data("DATETIME_OVERFLOW", "The result is no date or timestamp: it is out of range.", "operation", what)
}

// overflowed is a result that does not fit its type.
func overflowed(t string) error {
	return sparkerr.Data("ARITHMETIC_OVERFLOW", "The result does not fit the type "+t+".", "message", "integer overflow", "alternative", "", "config", ansiConfig)
}

// outOfBounds is a field of a date or time that does not exist.
func outOfBounds(message string) error {
	return sparkerr.Data("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", message+". Correct the number.", "rangeMessage", message)
}

// badDate says in Java's words what is wrong with a date.
func badDate(year, month, day int) string {
	switch {
	case year < -999999999 || year > 999999999:
		return fmt.Sprintf("Invalid value for Year (valid values -999999999 - 999999999): %d", year)
	case month < 1 || month > 12:
		return fmt.Sprintf("Invalid value for MonthOfYear (valid values 1 - 12): %d", month)
	case day < 1 || day > 31:
		return fmt.Sprintf("Invalid value for DayOfMonth (valid values 1 - 28/31): %d", day)
	case month == 2 && day == 29:
		return fmt.Sprintf("Invalid date 'February 29' as '%d' is not a leap year", year)
	}
	names := [...]string{"JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"}
	return fmt.Sprintf("Invalid date '%s %d'", names[month-1], day)
}

// badTime says in Java's words what is wrong with a date and time.
func badTime(year, month, day, hour, minute, second int) string {
	switch {
	case !dateExists(year, month, day):
		return badDate(year, month, day)
	case hour < 0 || hour > 23:
		return fmt.Sprintf("Invalid value for HourOfDay (valid values 0 - 23): %d", hour)
	case minute < 0 || minute > 59:
		return fmt.Sprintf("Invalid value for MinuteOfHour (valid values 0 - 59): %d", minute)
	}
	return fmt.Sprintf("Invalid value for SecondOfMinute (valid values 0 - 59): %d", second)
}

// dateExists reports whether Java has the date.
func dateExists(year, month, day int) bool {
	return year >= -999999999 && year <= 999999999 && month >= 1 && month <= 12 && day >= 1 && day <= cal.DaysIn(year, month)
}

func badFraction(v *columnar.Vector, i int) error {
	text := string(render.AppendFloat(nil, v.Decimal(i).Unscaled.Float64()/1e6, 64))
	return sparkerr.Data("INVALID_FRACTION_OF_SECOND", "Seconds are from 0 to 60, and 60 has no fraction, but got "+text+".",
		"secAndMicros", text)
}

func badWeekday(text string) error {
	return sparkerr.Data("ILLEGAL_DAY_OF_WEEK", strconv.Quote(text)+" is no day of the week. Write its name or the first two or three letters.",
		"string", text)
}

func intervalOverflow() error {
	return sparkerr.Data("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", "The interval is too long.")
}

// roundingNeeded is what Java throws for a time with digits below a
// microsecond; Spark gives it no class.
func roundingNeeded() error {
	return sparkerr.Data("_LEGACY_ERROR_TEMP_2042", "Rounding necessary: the seconds have digits below a microsecond. Round them to six.",
		"message", "Rounding necessary")
}
