package datetime

import (
	"encoding/binary"
	"slices"
	"strconv"
)

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
	seconds := uint64(ofDay) / uint64(Second)
	micros := uint32(uint64(ofDay) - seconds*uint64(Second))
	year, month, day := Civil(days)
	if uint(year) > 9999 {
		dst = appendSeconds(appendDateAnd(dst, days, ' '), uint32(seconds))
		return appendFraction(dst, micros, 6)
	}
	n := len(dst)
	dst = slices.Grow(dst, stampLen)[:n+stampLen]
	b := (*[stampLen]byte)(dst[n:])
	putDate(b, uint32(year), month, day, ' ')
	putClock(b, uint32(seconds))
	if micros == 0 {
		return dst[:n+19]
	}
	b[19] = '.'
	put2(b[20:], micros/10000)
	put2(b[22:], micros/100%100)
	put2(b[24:], micros%100)
	end := stampLen
	for b[end-1] == '0' {
		end--
	}
	return dst[:n+end]
}

// stampLen is the length of yyyy-mm-dd hh:mm:ss.ffffff.
const stampLen = 26

// words holds "00" to "99", each as a word of two bytes.
var words = func() (w [128]uint16) {
	for i := range 100 {
		w[i] = uint16(pairs[2*i]) | uint16(pairs[2*i+1])<<8
	}
	return w
}()

// put2 writes two digits.
func put2(b []byte, v uint32) { binary.LittleEndian.PutUint16(b, words[v&127]) }

// putDate writes a date of a year of four digits and the byte after it.
func putDate(b *[stampLen]byte, year uint32, month, day int, after byte) {
	century := year / 100
	put2(b[0:], century)
	put2(b[2:], year-century*100)
	b[4] = '-'
	put2(b[5:], uint32(month))
	b[7] = '-'
	put2(b[8:], uint32(day))
	b[10] = after
}

// putClock writes hh:mm:ss at its place.
func putClock(b *[stampLen]byte, s uint32) {
	h, m := s/3600, s/60
	put2(b[11:], h)
	b[13] = ':'
	put2(b[14:], m-h*60)
	b[16] = ':'
	put2(b[17:], s-m*60)
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
