package datetime

// OK is what the parsing methods of Pattern return for text they could read;
// any other number is the byte position of the trouble.
const OK = -1

// parsed collects the fields that a text gave.
type parsed struct {
	set    uint32 // bit of each field
	values [fieldCount]int64
	zone   *Zone // region or named zone
	offset int64 // micros, if fixed
	fixed  bool
}

func (p *parsed) has(f field) bool { return p.set>>f&1 == 1 }

// get returns a field, or def if the text did not give it.
func (p *parsed) get(f field, def int64) int64 {
	if p.has(f) {
		return p.values[f]
	}
	return def
}

// put sets a field; false if the text has already given it another value.
func (p *parsed) put(f field, v int64) bool {
	if p.has(f) {
		return p.values[f] == v
	}
	p.set |= 1 << f
	p.values[f] = v
	return true
}

// ParseTimestamp reads an instant; text without a zone is local to z. Fields
// that are missing are those of 1970-01-01T00:00:00, as in Spark. The second
// result is OK or the byte position of the trouble (len(b) if a value does not
// exist, such as February 30th).
func (p *Pattern) ParseTimestamp(b []byte, z *Zone) (utc int64, bad int) {
	switch p.form {
	case isoForm:
		if utc, ok := parseISO(b, z); ok {
			return utc, OK
		}
	case stampForm:
		if local, n := fixedLocal(b); n == 19 && len(b) == 19 && b[10] == ' ' {
			return z.Instant(local), OK
		}
	}
	var f parsed
	if bad = p.read(b, &f); bad != OK {
		return 0, bad
	}
	local, ok := f.local()
	if !ok {
		return 0, len(b)
	}
	switch {
	case f.zone != nil:
		return f.zone.Instant(local), OK
	case f.fixed:
		utc, ok = addExact(local, -f.offset)
	default:
		return z.Instant(local), OK
	}
	if !ok {
		return 0, len(b)
	}
	return utc, OK
}

// ParseLocal reads a timestamp without time zone; see ParseTimestamp. A zone in
// the text is ignored if allowZone, else trouble.
func (p *Pattern) ParseLocal(b []byte, allowZone bool) (local int64, bad int) {
	var f parsed
	if bad = p.read(b, &f); bad != OK {
		return 0, bad
	}
	local, ok := f.local()
	if !ok || !allowZone && (f.zone != nil || f.fixed) {
		return 0, len(b)
	}
	return local, OK
}

// ParseDate reads a date; see ParseTimestamp.
func (p *Pattern) ParseDate(b []byte) (date int32, bad int) {
	if p.form == dateForm && len(b) == 10 {
		if year, month, day, ok := fixedDate(b); ok && validDate(year, month, day) {
			return int32(Days(year, month, day)), OK
		}
	}
	var f parsed
	if bad = p.read(b, &f); bad != OK {
		return 0, bad
	}
	days, ok := f.days()
	if _, clockOK := f.clock(); !ok || !clockOK || days != int64(int32(days)) {
		return 0, len(b)
	}
	return int32(days), OK
}

// parseISO reads the default pattern's usual text: 19 bytes, a fraction of at
// most three digits, Z or an offset with a colon.
func parseISO(b []byte, z *Zone) (int64, bool) {
	local, n := fixedLocal(b)
	if n == 0 || b[10] != 'T' || n > 23 || n == 20 {
		return 0, false
	}
	switch {
	case n == len(b):
		return z.Instant(local), true
	case n+1 == len(b) && b[n] == 'Z':
		return local, true
	case n+6 == len(b) && b[n+3] == ':':
		offset, ok := parseOffset(b[n:])
		return local - offset, ok
	}
	return 0, false
}

// read matches the whole text.
func (p *Pattern) read(b []byte, f *parsed) int {
	end, ok := f.read(b, 0, p.items)
	if !ok || end < len(b) {
		return end
	}
	return OK
}

// read matches items from b[i] on and returns where it ended or failed.
func (f *parsed) read(b []byte, i int, items []item) (int, bool) {
	for k := range items {
		it := &items[k]
		if it.kind == optional {
			try := *f
			if end, ok := try.read(b, i, it.sub); ok {
				*f, i = try, end
			}
			continue
		}
		end, ok := f.readItem(b, i, it)
		if !ok {
			return end, false
		}
		i = end
	}
	return i, true
}

func (f *parsed) readItem(b []byte, i int, it *item) (int, bool) {
	switch it.kind {
	case literalText:
		if !foldPrefix(b[i:], it.lit) {
			return i, false
		}
		return i + len(it.lit), true
	case number, reduced:
		return f.readNumber(b, i, it)
	case fraction9:
		return f.readFraction(b, i, it)
	case text:
		return f.readName(b, i, it)
	case offsetText:
		return f.readOffset(b, i, it.form, it.lit)
	case gmtOffset:
		return f.readGMT(b, i, it.max == 4)
	}
	return f.readZone(b, i, it.kind == zoneName)
}

// readNumber follows java.time's strict NumberPrinterParser.
func (f *parsed) readNumber(b []byte, i int, it *item) (int, bool) {
	start, negative, positive := i, false, false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		negative, positive = b[i] == '-', b[i] == '+'
		if it.sign == signNever || positive && it.sign == signNormal {
			return start, false
		}
		i++
	}
	n := 0
	for n < int(it.max+it.follow) && i+n < len(b) && isDigit(b[i+n]) {
		n++
	}
	if it.follow > 0 {
		n = min(max(int(it.min), n-int(it.follow)), n)
	}
	if n < int(it.min) || n > 18 {
		return start, false
	}
	var v int64
	for _, c := range b[i : i+n] {
		v = v*10 + int64(c-'0')
	}
	switch {
	case negative && v == 0:
		return start, false
	case negative:
		v = -v
	case it.sign == signExceedsPad && positive == (n <= int(it.min)):
		return start, false // the sign is there exactly when digits exceed the pad
	}
	if it.kind == reduced {
		v += 2000
	}
	if !f.put(it.field, v) {
		return start, false
	}
	return i + n, true
}

func (f *parsed) readFraction(b []byte, i int, it *item) (int, bool) {
	n, v, unit := 0, int64(0), int64(100_000_000)
	for n < int(it.max) && i+n < len(b) && isDigit(b[i+n]) {
		v += int64(b[i+n]-'0') * unit
		unit /= 10
		n++
	}
	if n < int(it.min) || !f.put(fNano, v) {
		return i, false
	}
	return i + n, true
}

// ranges of the fields that have names.
var nameRanges = map[field][2]int64{fMonth: {1, 12}, fWeekday: {0, 6}, fHalf: {0, 1}, fEra: {0, 1}, fQuarter: {1, 4}}

func (f *parsed) readName(b []byte, i int, it *item) (int, bool) {
	r := nameRanges[it.field]
	for v := r[0]; v <= r[1]; v++ {
		name := nameOf(it.field, v, it.max == 4)
		if foldPrefix(b[i:], name) && f.put(it.field, v) {
			return i + len(name), true
		}
	}
	return i, false
}

func (f *parsed) putOffset(offset int64) bool {
	if f.fixed && f.offset != offset {
		return false
	}
	f.offset, f.fixed = offset, true
	return true
}

// readOffset reads an offset of a form (see appendOffset): the hour is two
// digits, what capitals name must be there, small letters may.
func (f *parsed) readOffset(b []byte, i int, form int, zero string) (int, bool) {
	if foldPrefix(b[i:], zero) {
		return i + len(zero), f.putOffset(0)
	}
	if i >= len(b) || b[i] != '+' && b[i] != '-' {
		return i, false
	}
	h, ok := twoDigits(b, i+1)
	if !ok {
		return i, false
	}
	end := i + 3
	m, next, ok := offsetPart(b, end, form == 4 || form == 6)
	if ok {
		end = next
	} else if form != 1 {
		return i, false
	}
	s, next, more := offsetPart(b, end, form == 6)
	if form >= 5 && ok && more {
		end = next
	} else {
		s = 0
	}
	offset := int64(h)*Hour + int64(m)*Minute + int64(s)*Second
	if h > 18 || m > 59 || s > 59 || offset > 18*Hour {
		return i, false
	}
	if b[i] == '-' {
		offset = -offset
	}
	return end, f.putOffset(offset)
}

// offsetPart reads two digits, after a colon if so wanted.
func offsetPart(b []byte, i int, colon bool) (v, end int, ok bool) {
	if colon {
		if i >= len(b) || b[i] != ':' {
			return 0, i, false
		}
		i++
	}
	v, ok = twoDigits(b, i)
	if !ok {
		return 0, i, false
	}
	return v, i + 2, true
}

func twoDigits(b []byte, i int) (int, bool) {
	if i+2 > len(b) || !isDigit(b[i]) || !isDigit(b[i+1]) {
		return 0, false
	}
	return int(b[i]-'0')*10 + int(b[i+1]-'0'), true
}

// readGMT reads "GMT", alone or with an offset: full +hh:mm[:ss], else +h[h][:mm[:ss]].
func (f *parsed) readGMT(b []byte, i int, full bool) (int, bool) {
	if !foldPrefix(b[i:], "GMT") {
		return i, false
	}
	end := i + 3
	if end >= len(b) || b[end] != '+' && b[end] != '-' {
		return end, f.putOffset(0)
	}
	negative := b[end] == '-'
	end++
	h, ok := twoDigits(b, end)
	switch {
	case ok:
		end += 2
	case !full && end < len(b) && isDigit(b[end]):
		h = int(b[end] - '0')
		end++
	default:
		return i, false
	}
	m, next, okM := offsetPart(b, end, true)
	if full && !okM {
		return i, false
	}
	s := 0
	if okM {
		end = next
		if v, next, ok := offsetPart(b, end, true); ok {
			s, end = v, next
		}
	}
	offset := int64(h)*Hour + int64(m)*Minute + int64(s)*Second
	if m > 59 || s > 59 || offset > 18*Hour {
		return i, false
	}
	if negative {
		offset = -offset
	}
	return end, f.putOffset(offset)
}

// readZone reads a zone id, or with names also an abbreviation: an offset, UTC,
// GMT or UT with or without one, the longest region that fits, Z.
func (f *parsed) readZone(b []byte, i int, names bool) (int, bool) {
	rest := b[i:]
	prefix := 0
	switch {
	case foldPrefix(rest, "UTC"), foldPrefix(rest, "GMT"):
		prefix = 3
	case foldPrefix(rest, "UT"):
		prefix = 2
	}
	if prefix < len(rest) && (rest[prefix] == '+' || rest[prefix] == '-') {
		if end, ok := f.readOffset(b, i+prefix, 6, "Z"); ok {
			return end, true
		}
	}
	if prefix > 0 {
		return i + prefix, f.putOffset(0)
	}
	n := 0
	for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n]) || rest[n] == '/' || rest[n] == '_' || rest[n] == '-' || rest[n] == '+') {
		n++
	}
	for ; n > 1; n-- {
		if z := namedZone(rest[:n], names); z != nil {
			f.zone = z
			return i + n, true
		}
	}
	if len(rest) > 0 && lower(rest[0]) == 'z' {
		return i + 1, f.putOffset(0)
	}
	return i, false
}

// abbreviations are the zones that java.time prefers for common abbreviations.
var abbreviations = map[string]string{
	"PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MST": "America/Denver", "MDT": "America/Denver",
	"CST": "America/Chicago", "CDT": "America/Chicago", "EST": "America/New_York", "EDT": "America/New_York",
	"CET": "Europe/Paris", "CEST": "Europe/Paris", "JST": "Asia/Tokyo", "IST": "Asia/Kolkata", "BST": "Europe/London",
}

func namedZone(id []byte, names bool) *Zone {
	if names {
		if long, ok := abbreviations[string(id)]; ok {
			return region([]byte(long))
		}
	}
	if _, short := shortIDs[string(id)]; short && len(id) == 3 {
		return nil
	}
	return region(id)
}

// days resolves the date.
func (f *parsed) days() (int64, bool) {
	year := f.get(fYear, 1970)
	if f.has(fYearOfEra) && f.has(fEra) {
		if year = f.values[fYearOfEra]; year < 1 {
			return 0, false
		}
		if f.values[fEra] == 0 {
			year = 1 - year
		}
	}
	if year < -maxYear || year > maxYear {
		return 0, false
	}
	if f.has(fDayOfYear) && !(f.has(fMonth) && f.has(fDay)) {
		return f.byDayOfYear(int(year))
	}
	month, day := f.get(fMonth, 1), f.get(fDay, 1)
	if !validDate(int(year), int(month), int(day)) {
		return 0, false
	}
	d := Days(int(year), int(month), int(day))
	return d, !f.has(fDayOfYear) || d-Days(int(year), 1, 1)+1 == f.values[fDayOfYear]
}

func (f *parsed) byDayOfYear(year int) (int64, bool) {
	n := f.values[fDayOfYear]
	if n < 1 || n > 366 || n == 366 && !IsLeap(year) {
		return 0, false
	}
	d := Days(year, 1, 1) + n - 1
	_, month, day := Civil(d)
	return d, f.get(fMonth, int64(month)) == int64(month) && f.get(fDay, int64(day)) == int64(day)
}

// clock resolves the micros of the day.
func (f *parsed) clock() (int64, bool) {
	hour, ok := f.hour()
	m, s := f.get(fMinute, 0), f.get(fSecond, 0)
	if !ok || m < 0 || m > 59 || s < 0 || s > 59 {
		return 0, false
	}
	return hour*Hour + m*Minute + s*Second + f.get(fNano, 0)/1000, true
}

// hour resolves the hour from whichever letters gave it. Half a day without
// AM or PM is the morning, PM alone is noon.
func (f *parsed) hour() (int64, bool) {
	half, h12 := f.get(fHalf, 0), f.get(fHour12, 0)
	if f.has(fClockHour12) {
		c := f.values[fClockHour12]
		if c < 1 || c > 12 || f.has(fHour12) && h12 != c%12 {
			return 0, false
		}
		h12 = c % 12
	}
	if h12 < 0 || h12 > 11 {
		return 0, false
	}
	hour := half*12 + h12
	has12 := f.has(fClockHour12) || f.has(fHour12)
	for _, letter := range [...]field{fHour, fClockHour24} {
		if !f.has(letter) {
			continue
		}
		h := f.values[letter]
		if letter == fClockHour24 {
			if h < 1 {
				return 0, false
			}
			h %= 24
		}
		if h < 0 || h > 23 || f.values[letter] > 24 ||
			has12 && h%12 != h12 || f.has(fHalf) && h/12 != half {
			return 0, false
		}
		hour, has12, h12 = h, true, h%12
	}
	return hour, true
}

// local resolves date and clock.
func (f *parsed) local() (int64, bool) {
	days, ok := f.days()
	if !ok {
		return 0, false
	}
	ofDay, ok := f.clock()
	if !ok {
		return 0, false
	}
	return join(days, ofDay)
}
