package datetime

import "strconv"

// pairs is "00" to "99".
const pairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// AppendDate appends a date as Spark casts it to a string: 2026-01-02, with a
// sign before years above 9999 and below 0.
func AppendDate(dst []byte, date int32) []byte {
	dst = appendDateAnd(dst, int64(date), ' ')
	return dst[:len(dst)-1]
}

// appendDateAnd appends a date and the byte after it.
func appendDateAnd(dst []byte, days int64, after byte) []byte {
	year, month, day := Civil(days)
	if uint(year) > 9999 {
		dst = appendYear(dst, year)
		return append(dst, '-', pairs[2*month], pairs[2*month+1], '-', pairs[2*day], pairs[2*day+1], after)
	}
	c := uint(year) / 100
	y := uint(year) - c*100
	return append(dst, pairs[2*c], pairs[2*c+1], pairs[2*y], pairs[2*y+1],
		'-', pairs[2*month], pairs[2*month+1], '-', pairs[2*day], pairs[2*day+1], after)
}

// appendYear appends a year of at least four digits with the sign it needs.
func appendYear(dst []byte, year int) []byte {
	if year < 0 {
		dst = append(dst, '-')
		year = -year
	} else if year > 9999 {
		dst = append(dst, '+')
	}
	return appendPadded(dst, int64(year), 4)
}

// appendPadded appends v >= 0 with at least width digits.
func appendPadded(dst []byte, v int64, width int) []byte {
	for n := digits(v); n < width; n++ {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, v, 10)
}

// digits is the length of v >= 0 in decimal.
func digits(v int64) int {
	n := 1
	for ; v >= 10; v /= 10 {
		n++
	}
	return n
}

// AppendLocal appends a timestamp without time zone as Spark casts it to a
// string: 2026-01-02 03:04:05.6, without trailing zeros in the fraction.
func AppendLocal(dst []byte, local int64) []byte {
	days, ofDay := split(local)
	return appendStamp(dst, days, ofDay)
}

// AppendTimestamp appends a timestamp as Spark casts it to a string: the local
// form in zone z.
func AppendTimestamp(dst []byte, micros int64, z *Zone) []byte {
	days, ofDay := splitAt(micros, z.Offset(micros))
	return appendStamp(dst, days, ofDay)
}

func appendStamp(dst []byte, days, ofDay int64) []byte {
	dst = appendDateAnd(dst, days, ' ')
	seconds := uint64(ofDay) / uint64(Second)
	dst = appendSeconds(dst, uint32(seconds))
	return appendFraction(dst, uint32(uint64(ofDay)-seconds*uint64(Second)), 6)
}

// AppendTime appends nanoseconds of a day as HH:mm:ss with the fraction it
// needs, at most nine digits.
func AppendTime(dst []byte, nanos int64) []byte {
	dst = appendSeconds(dst, uint32(nanos/1e9))
	return appendFraction(dst, uint32(nanos%1e9), 9)
}

func appendSeconds(dst []byte, s uint32) []byte {
	h, m := s/3600, s/60%60
	s %= 60
	return append(dst, pairs[2*h], pairs[2*h+1], ':', pairs[2*m], pairs[2*m+1], ':', pairs[2*s], pairs[2*s+1])
}

// appendFraction appends a point and the width digits of f without trailing
// zeros; nothing for 0.
func appendFraction(dst []byte, f uint32, width int) []byte {
	if f == 0 {
		return dst
	}
	if f%1000 == 0 {
		f /= 1000
		width -= 3
	}
	for f%10 == 0 {
		f /= 10
		width--
	}
	dst = append(dst, ".000000000"[:width+1]...)
	for i := len(dst) - 1; f > 0; i-- {
		dst[i] = byte('0' + f%10)
		f /= 10
	}
	return dst
}
