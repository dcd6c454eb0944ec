package datetime

import (
	"encoding/binary"
)

// ParseDate reads what Spark casts to a date: [+-]yyyy[-[m]m[-[d]d]], the full
// form with anything after a blank or T, white space around it.
func ParseDate(b []byte) (int32, bool) {
	b = trim(b)
	if len(b) == 10 {
		if year, month, day, ok := fixedDate(b); ok {
			if !validDate(year, month, day) {
				return 0, false
			}
			return int32(Days(year, month, day)), true
		}
	}
	s := scanner{b: b}
	sign := s.sign()
	year, month, day := s.number(4, 7), 1, 1
	if s.next('-') {
		month = s.number(1, 2)
		if s.next('-') {
			day = s.number(1, 2)
			if !s.done() && (s.b[s.i] == ' ' || s.b[s.i] == 'T') {
				s.i = len(s.b)
			}
		}
	}
	if s.bad || !s.done() {
		return 0, false
	}
	return MakeDate(sign*year, month, day)
}

// ParseTimestamp reads what Spark casts to a timestamp: a date as ParseDate
// (year of 4 to 6 digits), then after a blank or T a time [h]h[:[m]m[:[s]s]],
// seconds with a fraction (digits after the sixth are dropped) and a zone; or
// a time alone, which is taken on the day of now (UTC micros). Without a zone
// in the text it is local to z.
func ParseTimestamp(b []byte, z *Zone, now int64) (int64, bool) {
	if local, n := fixedLocal(b); n == len(b) && n > 0 {
		return z.Instant(local), true
	} else if n > 0 && n+1 == len(b) && b[n] == 'Z' {
		return local, true
	}
	return parseTimestamp(b, z, now)
}

func parseTimestamp(b []byte, z *Zone, now int64) (int64, bool) {
	p, ok := parseParts(b)
	if !ok {
		return 0, false
	}
	offset, fixed := z.Fixed()
	switch {
	case p.fixed:
		offset, fixed, z = p.offset, true, nil
	case p.zone != nil:
		z, fixed = p.zone, false
	}
	if p.timeOnly {
		local := now + offset
		if !fixed {
			local = z.Local(now)
		}
		p.days, _ = split(local)
	}
	local, ok := join(p.days, p.ofDay)
	if !ok {
		return 0, false
	}
	if !fixed {
		return z.Instant(local), true
	}
	return addExact(local, -offset)
}

// ParseLocal reads what Spark casts to a timestamp without time zone: the
// forms of ParseTimestamp with a date. A zone in the text is ignored, or an
// error unless allowZone.
func ParseLocal(b []byte, allowZone bool) (int64, bool) {
	p, ok := parseParts(b)
	if !ok || p.timeOnly || !allowZone && (p.fixed || p.zone != nil) {
		return 0, false
	}
	return join(p.days, p.ofDay)
}

// ParseTime reads what Spark casts to a time, [T][h]h:[m]m[:[s]s[.f]], and
// returns nanoseconds of the day.
func ParseTime(b []byte) (int64, bool) {
	p, ok := parseParts(b)
	if !ok || !p.timeOnly || p.fixed || p.zone != nil {
		return 0, false
	}
	return p.ofDay*1000 + p.nanos, true
}

// parts is a timestamp's text taken apart.
type parts struct {
	days, ofDay int64 // date; micros of the day
	nanos       int64 // what micros leave of the fraction, in slowParts only
	zone        *Zone // region in the text
	offset      int64 // of a fixed zone in the text, micros
	fixed       bool
	timeOnly    bool
}

// parseParts reads the forms of ParseTimestamp. The usual one is read eight
// bytes at a time.
func parseParts(b []byte) (p parts, ok bool) {
	if local, n := fixedLocal(b); n > 0 {
		p.days, p.ofDay = split(local)
		if n == len(b) || p.suffix(b[n:]) {
			return p, true
		}
	}
	return slowParts(b)
}

const (
	dateTemplate = uint64('0') | '0'<<8 | '0'<<16 | '0'<<24 | '-'<<32 | '0'<<40 | '0'<<48 | '-'<<56
	timeTemplate = uint64('0') | '0'<<8 | ':'<<16 | '0'<<24 | '0'<<32 | ':'<<40 | '0'<<48 | '0'<<56
	dateMarks    = uint64(0xff)<<32 | 0xff<<56
	timeMarks    = uint64(0xff)<<16 | 0xff<<40
	ones         = 0x0101010101010101
)

// matches tells whether x, a word xored with its template, holds digits, and 0
// where the marks are.
func matches(x, marks uint64) bool {
	return (x|(x+6*ones))&(0xf0*ones)|x&marks == 0
}

// fixedDate reads yyyy-mm-dd from b's first ten bytes, without checking that
// the date exists.
func fixedDate(b []byte) (year, month, day int, ok bool) {
	x := binary.LittleEndian.Uint64(b) ^ dateTemplate
	d1, d0 := b[8]-'0', b[9]-'0'
	if !matches(x, dateMarks) || d1 > 9 || d0 > 9 {
		return 0, 0, 0, false
	}
	x = x*10 + x>>8 // byte 0, 2, 5: two digits as a number
	return int(x&0xff)*100 + int(x>>16&0xff), int(x >> 40 & 0xff), int(d1)*10 + int(d0), true
}

// fixedLocal reads yyyy-mm-ddThh:mm:ss[.f] and returns the local micros and how
// many bytes it read, 0 if the text is not of this form.
func fixedLocal(b []byte) (local int64, n int) {
	if len(b) < 19 || b[10] != 'T' && b[10] != ' ' {
		return 0, 0
	}
	year, month, day, ok := fixedDate(b)
	x := binary.LittleEndian.Uint64(b[11:]) ^ timeTemplate
	if !ok || !matches(x, timeMarks) || uint(month-1) > 11 {
		return 0, 0
	}
	x = x*10 + x>>8
	h, m, s := x&0xff, x>>24&0xff, x>>48&0xff
	if h > 23 || m > 59 || s > 59 || uint(day-1) > 27 && (day == 0 || day > DaysIn(year, month)) {
		return 0, 0
	}
	local = Days(year, month, day)*Day + int64((h*60+m)*60+s)*Second
	if len(b) == 19 || b[19] != '.' {
		return local, 19
	}
	micros, n := fraction(b, 20)
	return local + micros, n
}

// scales turns so many digits of a fraction into micros.
var scales = [7]int64{1000000, 100000, 10000, 1000, 100, 10, 1}

// fraction reads digits from b[i] on as micros; digits after the sixth count
// for nothing.
func fraction(b []byte, i int) (micros int64, end int) {
	end = i
	for end < len(b) && isDigit(b[end]) {
		if end < i+6 {
			micros = micros*10 + int64(b[end]-'0')
		}
		end++
	}
	return micros * scales[min(end-i, 6)], end
}

// suffix reads a zone.
func (p *parts) suffix(b []byte) bool {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	b = trim(b)
	if offset, _, ok := fixedZone(b); ok {
		p.offset, p.fixed = offset, true
		return true
	}
	z := lookup(b)
	if z != nil && z.loc == nil { // a short id of a fixed offset
		p.offset, p.fixed = z.offset, true
		return true
	}
	p.zone = z
	return z != nil
}

// slowParts reads every form.
func slowParts(b []byte) (p parts, ok bool) {
	leadingT := len(b) > 0 && b[0] == 'T'
	s := scanner{b: trim(b)}
	if len(s.b) == 0 {
		return p, false
	}
	switch {
	case leadingT:
		s.i = 1
		p.timeOnly = true
		s.clock(&p)
	case s.clockAhead():
		p.timeOnly = true
		s.clock(&p)
	default:
		s.dated(&p)
	}
	return p, !s.bad && s.done()
}

// dated reads a date and what follows it.
func (s *scanner) dated(p *parts) {
	sign := s.sign()
	year, month, day := s.number(4, 6), 1, 1
	if s.next('-') {
		month = s.number(1, 2)
		if s.next('-') {
			day = s.number(1, 2)
			if s.next('T') || s.next(' ') {
				s.clock(p)
			}
		}
	}
	if !validDate(sign*year, month, day) {
		s.bad = true
		return
	}
	p.days = Days(sign*year, month, day)
}

// clock reads a time and a zone.
func (s *scanner) clock(p *parts) {
	h, m, sec := s.number(1, 2), 0, 0
	if s.next(':') {
		m = s.number(1, 2)
		if s.next(':') {
			sec = s.number(1, 2)
			if s.next('.') {
				start := s.i
				p.ofDay, s.i = fraction(s.b, start)
				if start += 6; s.i > start {
					below, _ := fraction(s.b[:s.i], start)
					p.nanos = below / 1000
				}
			}
			if !s.done() {
				s.bad = s.bad || !p.suffix(s.b[s.i:])
				s.i = len(s.b)
			}
		}
	}
	if h > 23 || m > 59 || sec > 59 {
		s.bad = true
		return
	}
	p.ofDay += int64((h*60+m)*60+sec) * Second
}

// clockAhead tells whether one or two digits and a colon come next.
func (s *scanner) clockAhead() bool {
	i := 0
	for i < len(s.b) && isDigit(s.b[i]) {
		i++
	}
	return i > 0 && i < len(s.b) && s.b[i] == ':'
}

// scanner walks over text; bad stays set once something was not as expected.
type scanner struct {
	b   []byte
	i   int
	bad bool
}

func (s *scanner) done() bool { return s.i == len(s.b) }

// next steps over c if it is there.
func (s *scanner) next(c byte) bool {
	if s.bad || s.done() || s.b[s.i] != c {
		return false
	}
	s.i++
	return true
}

// sign steps over a sign and returns 1 or -1.
func (s *scanner) sign() int {
	if s.next('-') {
		return -1
	}
	s.next('+')
	return 1
}

// number reads all digits that follow, of which there must be lo to hi.
func (s *scanner) number(lo, hi int) int {
	n, start := 0, s.i
	for s.i < len(s.b) && isDigit(s.b[s.i]) {
		if s.i-start < hi {
			n = n*10 + int(s.b[s.i]-'0')
		}
		s.i++
	}
	if count := s.i - start; count < lo || count > hi {
		s.bad = true
	}
	return n
}

// trim removes blanks and control bytes at both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] <= ' ' || b[0] == 0x7f) {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] <= ' ' || b[len(b)-1] == 0x7f) {
		b = b[:len(b)-1]
	}
	return b
}
