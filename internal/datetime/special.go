package datetime

// special reads what typed literals take in place of a date: epoch, now, today,
// tomorrow and yesterday, in any case. A zone may stand behind the word and
// changes nothing, as in Spark. It returns the days from today, or whether the
// word is epoch or now.
func special(b []byte) (days int64, epoch, now, ok bool) {
	b = trim(b)
	n := 0
	for n < len(b) && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z') {
		n++
	}
	if rest := trim(b[n:]); len(rest) > 0 {
		if _, err := LoadZone(string(rest)); err != nil {
			return 0, false, false, false
		}
	}
	switch word := b[:n]; {
	case foldEqual(word, "epoch"):
		return 0, true, false, true
	case foldEqual(word, "now"):
		return 0, false, true, true
	case foldEqual(word, "today"):
		return 0, false, false, true
	case foldEqual(word, "tomorrow"):
		return 1, false, false, true
	case foldEqual(word, "yesterday"):
		return -1, false, false, true
	}
	return 0, false, false, false
}

// SpecialDate reads the words that typed literals take for a date: epoch, now
// and today, tomorrow and yesterday, in zone z at now (UTC micros).
func SpecialDate(b []byte, now int64, z *Zone) (int32, bool) {
	days, epoch, _, ok := special(b)
	if epoch || !ok {
		return 0, ok
	}
	return DateOf(z.Local(now)) + int32(days), true
}

// SpecialTimestamp reads those words as an instant: days begin at midnight.
func SpecialTimestamp(b []byte, now int64, z *Zone) (int64, bool) {
	days, epoch, isNow, ok := special(b)
	switch {
	case epoch || !ok:
		return 0, ok
	case isNow:
		return now, true
	}
	return StartOfDay(DateOf(z.Local(now))+int32(days), z)
}

// SpecialLocal reads those words as a timestamp without time zone.
func SpecialLocal(b []byte, now int64, z *Zone) (int64, bool) {
	days, epoch, isNow, ok := special(b)
	switch {
	case epoch || !ok:
		return 0, ok
	case isNow:
		return z.Local(now), true
	}
	return Midnight(DateOf(z.Local(now)) + int32(days))
}
