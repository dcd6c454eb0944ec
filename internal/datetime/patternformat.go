package datetime

import (
	"slices"

	"github.com/spatestream/spate/sparkerr"
)

// moment is what a pattern writes. A nil zone or !hasTime: there is none.
type moment struct {
	days, ofDay      int64
	year, month, day int
	hasTime          bool
	zone             *Zone
	offset           int64 // of zone, micros
	utc              int64
}

// FormatTimestamp appends an instant as zone z shows it. On an error (a letter
// the value has no field for, or a number too long) dst comes back as it was.
func (p *Pattern) FormatTimestamp(dst []byte, utc int64, z *Zone) ([]byte, error) {
	offset := z.Offset(utc)
	switch p.form {
	case isoForm:
		return appendISO(dst, utc, offset), nil
	case stampForm:
		days, ofDay := splitAt(utc, offset)
		return appendSeconds(appendDateAnd(dst, days, ' '), uint32(ofDay/Second)), nil
	}
	m := moment{hasTime: true, zone: z, offset: offset, utc: utc}
	m.days, m.ofDay = splitAt(utc, offset)
	return p.format(dst, &m)
}

// FormatLocal appends a timestamp without time zone.
func (p *Pattern) FormatLocal(dst []byte, local int64) ([]byte, error) {
	m := moment{hasTime: true}
	m.days, m.ofDay = split(local)
	return p.format(dst, &m)
}

// FormatDate appends a date.
func (p *Pattern) FormatDate(dst []byte, date int32) ([]byte, error) {
	if p.form == dateForm {
		return AppendDate(dst, date), nil
	}
	m := moment{days: int64(date)}
	return p.format(dst, &m)
}

func (p *Pattern) format(dst []byte, m *moment) ([]byte, error) {
	m.year, m.month, m.day = Civil(m.days)
	out, ok := m.write(dst, p.items)
	if !ok {
		return dst, sparkerr.Data("", "the datetime pattern '"+p.text+
			"' asks for a field that the value does not have; cast the value to a timestamp or change the pattern")
	}
	return out, nil
}

// appendISO is yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX].
func appendISO(dst []byte, utc, offset int64) []byte {
	days, ofDay := splitAt(utc, offset)
	millis := uint64(ofDay) / uint64(Milli)
	seconds := millis / 1000
	f := uint32(millis - seconds*1000)
	year, month, day := Civil(days)
	if uint(year) > 9999 {
		dst = appendSeconds(appendDateAnd(dst, days, 'T'), uint32(seconds))
		dst = append(dst, '.', byte('0'+f/100), pairs[2*(f%100)], pairs[2*(f%100)+1])
		return appendOffset(dst, offset, 4, "Z")
	}
	n := len(dst)
	dst = slices.Grow(dst, stampLen+6)[:n+stampLen]
	b := (*[stampLen]byte)(dst[n:])
	putDate(b, uint32(year), month, day, 'T')
	putClock(b, uint32(seconds))
	b[19], b[20] = '.', byte('0'+f/100)
	put2(b[21:], f%100)
	return appendOffset(dst[:n+23], offset, 4, "Z")
}

// write appends items; false when a value for one is missing.
func (m *moment) write(dst []byte, items []item) ([]byte, bool) {
	for i := range items {
		it := &items[i]
		if it.kind == optional {
			if out, ok := m.write(dst, it.sub); ok {
				dst = out
			}
			continue
		}
		var ok bool
		if dst, ok = m.writeItem(dst, it); !ok {
			return dst, false
		}
	}
	return dst, true
}

func (m *moment) writeItem(dst []byte, it *item) ([]byte, bool) {
	switch it.kind {
	case literalText:
		return append(dst, it.lit...), true
	case offsetText:
		if m.zone == nil {
			return dst, false
		}
		return appendOffset(dst, m.offset, it.form, it.lit), true
	case gmtOffset:
		if m.zone == nil {
			return dst, false
		}
		return appendGMT(dst, m.offset, it.max), true
	case zoneID:
		if m.zone == nil {
			return dst, false
		}
		return append(dst, m.zone.id...), true
	case zoneName:
		if m.zone == nil {
			return dst, false
		}
		return m.zone.appendName(dst, m.utc, it.max == 4), true
	}
	v, ok := m.value(it.field)
	if !ok {
		return dst, false
	}
	switch it.kind {
	case text:
		return appendName(dst, it.field, v, it.max == 4), true
	case reduced:
		if v < 0 {
			v = -v
		}
		return append(dst, pairs[2*(v%100)], pairs[2*(v%100)+1]), true
	case fraction9:
		for n, unit := it.max, int64(100_000_000); n > 0; n-- {
			dst = append(dst, byte('0'+v/unit%10))
			unit /= 10
		}
		return dst, true
	}
	return appendNumber(dst, v, it)
}

func appendNumber(dst []byte, v int64, it *item) ([]byte, bool) {
	if v >= 0 && v < 100 && it.max == 2 {
		return append(dst, pairs[2*v], pairs[2*v+1]), true
	}
	if v < 0 {
		if it.sign == signNever {
			return dst, false
		}
		dst = append(dst, '-')
		v = -v
	} else if it.sign == signExceedsPad && digits(v) > int(it.min) {
		dst = append(dst, '+')
	}
	if digits(v) > int(it.max) {
		return dst, false
	}
	return appendPadded(dst, v, int(it.min)), true
}

// value returns a field; false if the moment has none.
func (m *moment) value(f field) (int64, bool) {
	switch f {
	case fYear:
		return int64(m.year), true
	case fYearOfEra:
		if m.year <= 0 {
			return int64(1 - m.year), true
		}
		return int64(m.year), true
	case fEra:
		if m.year <= 0 {
			return 0, true
		}
		return 1, true
	case fQuarter:
		return int64(m.month+2) / 3, true
	case fMonth:
		return int64(m.month), true
	case fDay:
		return int64(m.day), true
	case fDayOfYear:
		return m.days - Days(m.year, 1, 1) + 1, true
	case fAlignedDay:
		return int64(m.day-1)%7 + 1, true
	case fWeekday:
		return floorMod(m.days+3, 7), true
	}
	return m.clock(f), m.hasTime
}

func (m *moment) clock(f field) int64 {
	hour := m.ofDay / Hour
	switch f {
	case fHour:
		return hour
	case fClockHour24:
		return (hour+23)%24 + 1
	case fHour12:
		return hour % 12
	case fClockHour12:
		return (hour+11)%12 + 1
	case fHalf:
		return hour / 12
	case fMinute:
		return m.ofDay / Minute % 60
	case fSecond:
		return m.ofDay / Second % 60
	}
	return m.ofDay % Second * 1000 // fNano
}

// appendName appends the name of a field's value, in full or short.
func appendName(dst []byte, f field, v int64, full bool) []byte {
	name := nameOf(f, v, full)
	return append(dst, name...)
}

var (
	halves    = [2]string{"AM", "PM"}
	eraShort  = [2]string{"BC", "AD"}
	eraFull   = [2]string{"Before Christ", "Anno Domini"}
	quarterNo = [4]string{"Q1", "Q2", "Q3", "Q4"}
)

func nameOf(f field, v int64, full bool) string {
	switch f {
	case fMonth:
		return cut(months[v-1], full)
	case fWeekday:
		return cut(weekdays[v], full)
	case fHalf:
		return halves[v]
	case fEra:
		if full {
			return eraFull[v]
		}
		return eraShort[v]
	}
	if full {
		return quarters[v-1]
	}
	return quarterNo[v-1]
}

func cut(name string, full bool) string {
	if full {
		return name
	}
	return name[:3]
}

// appendGMT appends "GMT+8", "GMT+8:30" or in full "GMT+08:00".
func appendGMT(dst []byte, offset int64, form uint8) []byte {
	dst = append(dst, "GMT"...)
	if offset == 0 {
		return dst
	}
	if form == 4 {
		return appendOffset(dst, offset, 6, "")
	}
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	total := offset / Second
	h, m, s := total/3600, total/60%60, total%60
	dst = append(dst, sign)
	dst = appendPadded(dst, h, 1)
	if m != 0 || s != 0 {
		dst = append(dst, ':', pairs[2*m], pairs[2*m+1])
	}
	if s != 0 {
		dst = append(dst, ':', pairs[2*s], pairs[2*s+1])
	}
	return dst
}
