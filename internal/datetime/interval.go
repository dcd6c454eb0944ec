package datetime

import (
	"math"
	"strconv"

	"github.com/spatestream/spate/sparkerr"
)

// ParseInterval reads an interval in words, in any case: an optional
// "interval", then numbers and units, "1 day -2 hours 3.5 seconds". Units are
// year, month, week, day, hour, minute, second, millisecond and microsecond,
// with or without s; only seconds may have a fraction. The error is
// INVALID_INTERVAL_FORMAT with a subclass.
func ParseInterval(b []byte) (Interval, error) {
	p := intervalParser{b: trim(b), input: string(b)}
	if len(p.b) == 0 {
		return Interval{}, p.fail("INPUT_IS_EMPTY", "it is empty")
	}
	if foldPrefix(p.b, "interval") {
		rest := p.b[len("interval"):]
		if len(rest) == 0 {
			return Interval{}, p.fail("INPUT_IS_EMPTY", "it is empty")
		}
		if rest[0] > ' ' {
			return Interval{}, p.fail("INVALID_PREFIX", "a blank must follow 'interval'")
		}
		p.i = len("interval")
	}
	for p.skip(); p.i < len(p.b); p.skip() {
		if err := p.term(); err != nil {
			return Interval{}, err
		}
	}
	return p.v, nil
}

// ParseDelay reads an interval as a length of time in micros, a month counting
// as 31 days: watermark delays, triggers, windows and time-outs.
func ParseDelay(text string) (int64, error) {
	v, err := ParseInterval([]byte(text))
	if err != nil {
		return 0, err
	}
	d, ok := v.Duration(31)
	if !ok {
		return 0, sparkerr.New("INTERVAL_ARITHMETIC_OVERFLOW", "the interval '"+text+"' is longer than 290000 years")
	}
	return d, nil
}

// Duration returns the interval as micros if a month has so many days; false
// beyond 64 bits.
func (v Interval) Duration(daysPerMonth int) (int64, bool) {
	days := int64(v.Months)*int64(daysPerMonth) + int64(v.Days)
	d, ok := mulExact(days, Day)
	if !ok {
		return 0, false
	}
	return addExact(d, v.Micros)
}

// Plus returns the sum, field by field; false when a field overflows.
func (v Interval) Plus(w Interval) (Interval, bool) {
	m, d := int64(v.Months)+int64(w.Months), int64(v.Days)+int64(w.Days)
	micros, ok := addExact(v.Micros, w.Micros)
	return Interval{int32(m), int32(d), micros}, ok && m == int64(int32(m)) && d == int64(int32(d))
}

// Negated returns -v; false when a field overflows.
func (v Interval) Negated() (Interval, bool) {
	ok := v.Months != math.MinInt32 && v.Days != math.MinInt32 && v.Micros != math.MinInt64
	return Interval{-v.Months, -v.Days, -v.Micros}, ok
}

// Times returns v·f: months and days are cut to whole ones, a fraction of a day
// goes to the micros, which are rounded and saturate; that of a month is lost.
// False when months or days overflow.
func (v Interval) Times(f float64) (Interval, bool) {
	return fromFloats(float64(v.Months)*f, float64(v.Days)*f, float64(v.Micros)*f)
}

// Over returns v/f by the rules of Times; f is not 0.
func (v Interval) Over(f float64) (Interval, bool) {
	return fromFloats(float64(v.Months)/f, float64(v.Days)/f, float64(v.Micros)/f)
}

func fromFloats(months, days, micros float64) (Interval, bool) {
	m, d := math.Trunc(months), math.Trunc(days)
	micros = math.Floor(micros + float64(Day)*(days-d) + 0.5)
	if !(math.Abs(m) <= math.MaxInt32 && math.Abs(d) <= math.MaxInt32) {
		return Interval{}, false
	}
	return Interval{int32(m), int32(d), saturated(micros)}, true
}

// saturated converts as Java does: what is too large becomes the greatest int64.
func saturated(f float64) int64 {
	switch {
	case f >= 1<<63:
		return math.MaxInt64
	case f < -1<<63:
		return math.MinInt64
	}
	return int64(f)
}

type intervalParser struct {
	b     []byte
	i     int
	input string
	v     Interval
}

func (p *intervalParser) fail(subclass, why string) error {
	return sparkerr.New("INVALID_INTERVAL_FORMAT."+subclass,
		"'"+p.input+"' is no interval: "+why+"; write numbers and units, such as '1 day 2 hours'", "input", p.input)
}

func (p *intervalParser) skip() bool {
	start := p.i
	for p.i < len(p.b) && p.b[p.i] <= ' ' {
		p.i++
	}
	return p.i > start
}

// amount is a number of an interval's term.
type amount struct {
	whole    int64
	micros   int64 // fraction of a second
	fraction bool
}

// term reads a sign, a number and a unit and adds them up.
func (p *intervalParser) term() error {
	negative := p.b[p.i] == '-'
	signed := negative || p.b[p.i] == '+'
	if signed {
		p.i++
		p.skip()
	}
	a, err := p.amount(signed)
	if err != nil {
		return err
	}
	if p.i == len(p.b) {
		return p.fail("MISSING_UNIT", "a unit must follow each number")
	}
	if !p.skip() {
		return p.fail("INVALID_VALUE", "a blank must follow each number")
	}
	if negative {
		a.whole, a.micros = -a.whole, -a.micros
	}
	start := p.i
	for p.i < len(p.b) && p.b[p.i] > ' ' {
		p.i++
	}
	return p.add(a, p.b[start:p.i])
}

func (p *intervalParser) amount(signed bool) (a amount, err error) {
	start := p.i
	for ; p.i < len(p.b) && isDigit(p.b[p.i]); p.i++ {
		ten, ok := mulExact(a.whole, 10)
		a.whole, _ = addExact(ten, int64(p.b[p.i]-'0'))
		if !ok || a.whole < 0 {
			return a, p.fail("ARITHMETIC_EXCEPTION", "a number is too large")
		}
	}
	digits := p.i - start
	if p.i < len(p.b) && p.b[p.i] == '.' {
		a.fraction = true
		var end int
		a.micros, end = fraction(p.b, p.i+1)
		n := end - p.i - 1
		if n > 9 {
			return a, p.fail("INVALID_PRECISION", "a second has at most nine digits after the point")
		}
		if digits == 0 && n == 0 {
			return a, p.fail("INVALID_VALUE", "a number has no digits")
		}
		p.i = end
		return a, nil
	}
	switch {
	case digits == 0 && signed:
		return a, p.fail("INVALID_VALUE", "a number must follow the sign")
	case digits == 0:
		return a, p.fail("UNRECOGNIZED_NUMBER", "a number was expected")
	}
	return a, nil
}

func (p *intervalParser) add(a amount, word []byte) error {
	name := string(word)
	if n := len(word); n > 1 && lower(word[n-1]) == 's' {
		name = name[:n-1]
	}
	u, ok := ParseUnit(name)
	if !ok || u == Quarters || foldEqual([]byte(name), "DAYOFYEAR") {
		return p.fail("INVALID_UNIT", "'"+string(word)+"' is no unit")
	}
	if a.fraction && u != Seconds {
		return p.fail("INVALID_FRACTION", "only seconds may have a fraction")
	}
	w := Interval{}
	var n int64
	switch u {
	case Months, Years:
		n, ok = mulExact(a.whole, monthsOf[u])
		w.Months = int32(n)
		ok = ok && n == int64(w.Months)
	case DaysUnit, Weeks:
		n, ok = mulExact(a.whole, lengths[u]/Day)
		w.Days = int32(n)
		ok = ok && n == int64(w.Days)
	default:
		n, ok = mulExact(a.whole, lengths[u])
		var fits bool
		w.Micros, fits = addExact(n, a.micros)
		ok = ok && fits
	}
	sum, fits := p.v.Plus(w)
	if !ok || !fits {
		return p.fail("ARITHMETIC_EXCEPTION", "it is too long")
	}
	p.v = sum
	return nil
}

// AppendInterval appends a calendar interval as Spark casts it to a string:
// "1 years 2 months -3 days 4.5 seconds", "0 seconds" for none.
func AppendInterval(dst []byte, v Interval) []byte {
	start := len(dst)
	dst = appendUnit(dst, start, int64(v.Months/12), "years")
	dst = appendUnit(dst, start, int64(v.Months%12), "months")
	dst = appendUnit(dst, start, int64(v.Days), "days")
	dst = appendUnit(dst, start, v.Micros/Hour, "hours")
	dst = appendUnit(dst, start, v.Micros%Hour/Minute, "minutes")
	if rest := v.Micros % Minute; rest != 0 {
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		if rest < 0 {
			dst, rest = append(dst, '-'), -rest
		}
		dst = strconv.AppendInt(dst, rest/Second, 10)
		dst = append(appendFraction(dst, uint32(rest%Second), 6), " seconds"...)
	}
	if len(dst) == start {
		dst = append(dst, "0 seconds"...)
	}
	return dst
}

func appendUnit(dst []byte, start int, n int64, unit string) []byte {
	if n == 0 {
		return dst
	}
	if len(dst) > start {
		dst = append(dst, ' ')
	}
	return append(append(strconv.AppendInt(dst, n, 10), ' '), unit...)
}
