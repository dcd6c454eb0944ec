package datetime

// special reads what typed literals take in place of a date: epoch, now, today,
// tomorrow and yesterday, in any case, with a zone behind them. It returns the
// days from today, or whether the word is epoch or now.
func special(b []byte, z *Zone) (days int64, epoch, now bool, zone *Zone, ok bool) {
	b = trim(b)
	n := 0
	for n < len(b) && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z') {
		n++
	}
	if rest := trim(b[n:]); len(rest) > 0 {
		other, err := LoadZone(string(rest))
		if err != nil {
			return 0, false, false, z, false
		}
		z = other
	}
	switch word := b[:n]; {
	case foldEqual(word, "epoch"):
		return 0, true, false, z, true
	case foldEqual(word, "now"):
		return 0, false, true, z, true
	case foldEqual(word, "today"):
		return 0, false, false, z, true
	case foldEqual(word, "tomorrow"):
		return 1, false, false, z, true
	case foldEqual(word, "yesterday"):
		return -1, false, false, z, true
	}
	return 0, false, false, z, false
}

// SpecialDate reads the words that typed literals take for a date: epoch, now
// and today, tomorrow and yesterday, in zone z at now (UTC micros).
func SpecialDate(b []byte, now int64, z *Zone) (int32, bool) {
	days, epoch, _, z, ok := special(b, z)
	if epoch || !ok {
		return 0, ok
	}
	return DateOf(z.Local(now)) + int32(days), true
}

// SpecialTimestamp reads those words as an instant: days begin at midnight.
func SpecialTimestamp(b []byte, now int64, z *Zone) (int64, bool) {
	days, epoch, isNow, z, ok := special(b, z)
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
	days, epoch, isNow, z, ok := special(b, z)
	switch {
	case epoch || !ok:
		return 0, ok
	case isNow:
		return z.Local(now), true
	}
	return Midnight(DateOf(z.Local(now)) + int32(days))
}
