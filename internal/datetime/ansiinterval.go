package datetime

import (
	"strconv"
)

// Field is a field of an ANSI interval type: YEAR and MONTH bound year-month
// intervals, DAY to SECOND day-time intervals.
type Field uint8

// The fields in Spark's order within their type.
const (
	FieldYear Field = iota
	FieldMonth
	FieldDay
	FieldHour
	FieldMinute
	FieldSecond
)

var fieldNames = [...]string{"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}

// String returns the field's keyword.
func (f Field) String() string { return fieldNames[f] }

// AppendYearMonth appends months as casts to string do:
// INTERVAL '1-2' YEAR TO MONTH.
func AppendYearMonth(dst []byte, n int32, from, to Field) []byte {
	dst = append(dst, "INTERVAL '"...)
	switch {
	case from == to && from == FieldMonth:
		dst = strconv.AppendInt(dst, int64(n), 10)
	case from == to:
		dst = appendYears(dst, n, false)
	default:
		dst = appendYears(dst, n, true)
	}
	return appendFields(dst, from, to)
}

// AppendYearMonthPlain appends months as the shell prints them: 1-2.
func AppendYearMonthPlain(dst []byte, n int32) []byte { return appendYears(dst, n, true) }

func appendYears(dst []byte, n int32, withMonths bool) []byte {
	m := int64(n)
	if m < 0 {
		dst, m = append(dst, '-'), -m
	}
	dst = strconv.AppendInt(dst, m/12, 10)
	if withMonths {
		dst = strconv.AppendInt(append(dst, '-'), m%12, 10)
	}
	return dst
}

func appendFields(dst []byte, from, to Field) []byte {
	dst = append(append(dst, "' "...), fieldNames[from]...)
	if from != to {
		dst = append(append(dst, " TO "...), fieldNames[to]...)
	}
	return dst
}

// AppendDayTime appends micros as casts to string do:
// INTERVAL '1 02:03:04.5' DAY TO SECOND.
func AppendDayTime(dst []byte, micros int64, from, to Field) []byte {
	dst = append(dst, "INTERVAL '"...)
	rest := uint64(micros)
	if micros < 0 {
		dst, rest = append(dst, '-'), -rest
	}
	for f := from; f <= to; f++ {
		unit := uint64(dayTimeUnits[f-FieldDay])
		n := rest / unit
		rest %= unit
		if f > from {
			dst = append(dst, " ::"[f-FieldHour])
		}
		if f == FieldDay {
			dst = strconv.AppendUint(dst, n, 10)
		} else {
			dst = appendPadded(dst, int64(n), 2)
		}
	}
	if to == FieldSecond {
		dst = appendFraction(dst, uint32(rest), 6)
	}
	return appendFields(dst, from, to)
}

var dayTimeUnits = [4]int64{Day, Hour, Minute, Second}

// AppendDayTimePlain appends micros as the shell prints them:
// 1 02:03:04.500000000.
func AppendDayTimePlain(dst []byte, micros int64) []byte {
	rest := uint64(micros)
	if micros < 0 {
		dst, rest = append(dst, '-'), -rest
	}
	dst = append(strconv.AppendUint(dst, rest/uint64(Day), 10), ' ')
	rest %= uint64(Day)
	dst = append(appendSeconds(dst, uint32(rest/uint64(Second))), '.')
	f := rest % uint64(Second)
	for unit := uint64(100_000); unit > 0; unit /= 10 {
		dst = append(dst, byte('0'+f/unit%10))
	}
	return append(dst, "000"...)
}

// ParseYearMonth reads what casts to an interval from one field to another:
// '1-2', for a single field '3', with a sign before it, or the whole literal
// INTERVAL '1-2' YEAR TO MONTH.
func ParseYearMonth(b []byte, from, to Field) (int32, bool) {
	b, negative, ok := unwrap(b, from, to)
	if !ok {
		return 0, false
	}
	s := scanner{b: b}
	if s.sign() < 0 {
		negative = !negative
	}
	n := s.long(10)
	switch {
	case from != to:
		if !s.next('-') {
			return 0, false
		}
		m := s.long(10)
		if m > 11 {
			return 0, false
		}
		n = n*12 + m
	case from == FieldYear:
		n *= 12
	}
	if negative {
		n = -n
	}
	return int32(n), !s.bad && s.done() && n == int64(int32(n))
}

// ParseDayTime reads what casts to an interval from one field to another:
// '1 02:03:04.5' for DAY TO SECOND and its parts, with a sign before it, or the
// whole literal INTERVAL '1 02' DAY TO HOUR. Digits of the fraction after the
// sixth are dropped.
func ParseDayTime(b []byte, from, to Field) (int64, bool) {
	b, negative, ok := unwrap(b, from, to)
	if !ok {
		return 0, false
	}
	s := scanner{b: b}
	if s.sign() < 0 {
		negative = !negative
	}
	sum, ok := s.dayTime(from, to, negative)
	return sum, ok && !s.bad && s.done()
}

// dayTime reads the fields. The sum is built with its sign, because the least
// interval has no positive.
func (s *scanner) dayTime(from, to Field, negative bool) (sum int64, ok bool) {
	ok = true
	add := func(n, unit int64) {
		if negative {
			n = -n
		}
		v, fits := mulExact(n, unit)
		var more bool
		sum, more = addExact(sum, v)
		ok = ok && fits && more
	}
	for f := from; f <= to; f++ {
		width, limit := 19, int64(1)<<62
		if f > from {
			if !s.next(" ::"[f-FieldHour]) {
				return 0, false
			}
			width, limit = 2, 59
			if f == FieldHour {
				limit = 23
			}
		}
		n := s.long(width)
		if n > limit {
			return 0, false
		}
		add(n, dayTimeUnits[f-FieldDay])
	}
	if to == FieldSecond && s.next('.') {
		micros, end := fraction(s.b, s.i)
		if n := end - s.i; n == 0 || n > 9 {
			return 0, false
		}
		s.i = end
		add(micros, 1)
	}
	return sum, ok
}

// long reads 1 to width digits.
func (s *scanner) long(width int) (n int64) {
	start := s.i
	for ; s.i < len(s.b) && isDigit(s.b[s.i]); s.i++ {
		ten, fits := mulExact(n, 10)
		next, more := addExact(ten, int64(s.b[s.i]-'0'))
		s.bad = s.bad || !fits || !more
		n = next
	}
	if s.i == start || s.i-start > width {
		s.bad = true
	}
	return n
}

// unwrap takes the body out of a literal INTERVAL [+-]'body' FROM [TO TO];
// other text is the body itself.
func unwrap(b []byte, from, to Field) (body []byte, negative, ok bool) {
	b = trim(b)
	if !foldPrefix(b, "INTERVAL") {
		return b, false, true
	}
	rest := trim(b[len("INTERVAL"):])
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '+') {
		negative = rest[0] == '-'
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0] != '\'' {
		return nil, false, false
	}
	rest = rest[1:]
	end := 0
	for end < len(rest) && rest[end] != '\'' {
		end++
	}
	if end == len(rest) {
		return nil, false, false
	}
	words := rest[end+1:]
	words, ok = word(words, fieldNames[from])
	if ok && from != to {
		if words, ok = word(words, "TO"); ok {
			words, ok = word(words, fieldNames[to])
		}
	}
	return rest[:end], negative, ok && len(words) == 0
}

// word steps over blanks and a word.
func word(b []byte, w string) ([]byte, bool) {
	if len(b) == 0 || b[0] > ' ' {
		return b, false
	}
	b = trim(b)
	if !foldPrefix(b, w) {
		return b, false
	}
	return b[len(w):], true
}
