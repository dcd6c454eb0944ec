package datetime

import (
	"strings"
	"sync"
	"time"

	"github.com/spatestream/spate/sparkerr"
)

// LoadZone returns the zone of an id in the forms Spark takes: "Z", an offset
// (+8, +08:00, -0730, +01:02:03, also +8:00 and +08:0), "UTC", "GMT" or "UT"
// with or without one, a short id of Java such as "PST", or a region such as
// "Europe/Paris". The error is INVALID_TIMEZONE.
func LoadZone(id string) (*Zone, error) {
	if z := lookup([]byte(id)); z != nil {
		return z, nil
	}
	return nil, sparkerr.New("INVALID_TIMEZONE",
		"there is no time zone '"+id+"'; name a region such as Europe/Berlin or an offset such as +01:00",
		"timeZone", id)
}

func lookup(id []byte) *Zone {
	if string(id) == "UTC" {
		return UTC
	}
	if offset, prefix, ok := fixedZone(id); ok {
		return &Zone{id: fixedID(string(id[:prefix]), offset), offset: offset, prefix: prefix}
	}
	return region(id)
}

// fixedZone reads ids that name an offset. prefix is the length of the "UTC",
// "GMT" or "UT" before it. It allocates nothing.
func fixedZone(b []byte) (offset int64, prefix int, ok bool) {
	switch {
	case len(b) == 1 && b[0] == 'Z':
		return 0, 0, true
	case hasPrefix(b, "UTC"), hasPrefix(b, "GMT"):
		prefix = 3
	case hasPrefix(b, "UT"):
		prefix = 2
	}
	if prefix == len(b) {
		return 0, prefix, prefix > 0
	}
	offset, ok = parseOffset(b[prefix:])
	return offset, prefix, ok
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// parseOffset reads +h, +hh, +hh:mm, +hhmm, +hh:mm:ss, +hhmmss, and with Spark
// +h:..., +hh:m. At most 18 hours.
func parseOffset(b []byte) (int64, bool) {
	if len(b) < 2 || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	var part [3]int64
	rest, colon := b[1:], false
	for i := range part {
		if len(rest) == 0 {
			break
		}
		if i == 1 {
			colon = rest[0] == ':'
		}
		if i > 0 && colon {
			if rest[0] != ':' {
				return 0, false
			}
			rest = rest[1:]
		}
		n := 0
		for n < len(rest) && n < 2 && isDigit(rest[n]) {
			part[i] = part[i]*10 + int64(rest[n]-'0')
			n++
		}
		// One digit: an hour before a colon or the end, or a minute that ends.
		short := n == 1 && (i == 0 && (len(rest) == 1 || rest[1] == ':') || i == 1 && colon && len(rest) == 1)
		if n < 2 && !short {
			return 0, false
		}
		rest = rest[n:]
	}
	if len(rest) > 0 || part[1] > 59 || part[2] > 59 {
		return 0, false
	}
	offset := part[0]*Hour + part[1]*Minute + part[2]*Second
	if b[0] == '-' {
		offset = -offset
	}
	return offset, offset <= 18*Hour && offset >= -18*Hour
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// fixedID is the id java.time gives an offset: "Z", "+08:00", "UTC+08:00".
func fixedID(prefix string, offset int64) string {
	if offset == 0 && prefix != "" {
		return prefix
	}
	return string(appendOffset([]byte(prefix), offset, 6, "Z"))
}

// shortIDs are the three-letter ids that java.time accepts beside regions.
var shortIDs = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
	"ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
	"CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
	"EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis",
	"IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan",
	"NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
	"PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
	"EST": "-05:00", "MST": "-07:00", "HST": "-10:00",
}

// regions remembers the zones of regions by id. Zones are immutable facts and
// there are some 600 of them, so the map neither grows stale nor without bound.
var regions = struct {
	sync.RWMutex
	byID map[string]*Zone // guarded by the lock
}{byID: map[string]*Zone{}}

func region(id []byte) *Zone {
	regions.RLock()
	z := regions.byID[string(id)]
	regions.RUnlock()
	if z != nil {
		return z
	}
	name := string(id)
	if long, ok := shortIDs[name]; ok {
		return lookup([]byte(long))
	}
	if !regionName(name) {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	z = newZone(name, loc)
	regions.Lock()
	defer regions.Unlock()
	regions.byID[name] = z
	return z
}

// regionName keeps out what is no id of java.time, such as "", "Local" and
// paths into the machine's zone files.
func regionName(id string) bool {
	if len(id) < 2 || !isLetter(id[0]) || id == "Local" || id == "ROC" || id == "Factory" {
		return false
	}
	for _, c := range []byte(id) {
		if !isLetter(c) && !isDigit(c) && strings.IndexByte("~/._+-", c) < 0 {
			return false
		}
	}
	return !strings.HasPrefix(id, "posix/") && !strings.HasPrefix(id, "right/") &&
		!strings.HasPrefix(id, "posixrules") && !strings.Contains(id, "..")
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// appendOffset appends an offset in one of Java's forms: 1 +HHmm, 3 +HHMM,
// 4 +HH:MM, 5 +HHMMss, 6 +HH:MM:ss; capitals are always there, small letters
// unless 0. Offset 0 is the text zero.
func appendOffset(dst []byte, offset int64, form int, zero string) []byte {
	if offset == 0 {
		return append(dst, zero...)
	}
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	total := offset / Second
	h, m, s := total/3600, total/60%60, total%60
	dst = append(dst, sign, pairs[2*h], pairs[2*h+1])
	if form == 1 && m == 0 {
		return dst
	}
	if form == 4 || form == 6 {
		dst = append(dst, ':')
	}
	dst = append(dst, pairs[2*m], pairs[2*m+1])
	if form < 5 || s == 0 {
		return dst
	}
	if form == 6 {
		dst = append(dst, ':')
	}
	return append(dst, pairs[2*s], pairs[2*s+1])
}
