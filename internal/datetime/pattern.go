package datetime

import (
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

// Pattern is a compiled datetime pattern of Spark, such as
// yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX], in the locale en-US. It is immutable.
//
// Letters: G era, y year, D day of year, M and L month, d day, Q and q quarter,
// E weekday, F day of week counted from the month's first, a AM or PM, h and K
// hour of half a day, k and H hour of the day, m, s, S fraction, V zone id, z
// zone name, O GMT offset, X x Z offset; 'text' is quoted, two quotes are one, [ ] an
// optional section.
type Pattern struct {
	text  string
	items []item
	form  form
}

// form names the patterns that are read and written by a fast path; what that
// does not take is left to the items.
type form uint8

const (
	generalForm form = iota
	isoForm          // the default for timestamps in JSON and CSV
	stampForm        // the default of date_format and from_unixtime
	dateForm         // the default for dates
)

var forms = map[string]form{isoPattern: isoForm, "yyyy-MM-dd HH:mm:ss": stampForm, "yyyy-MM-dd": dateForm}

// kind says what an item is.
type kind uint8

const (
	literalText kind = iota
	number           // field as min to max digits
	reduced          // two digits of the year 2000 to 2099
	fraction9        // field nano as the first digits of a second's fraction
	text             // field by name
	offsetText       // zone offset, form and zero text
	gmtOffset        // "GMT+8"; max 4: "GMT+08:00"
	zoneID
	zoneName
	optional
)

// field is a field of a date-time.
type field uint8

const (
	fEra field = iota
	fYearOfEra
	fYear
	fQuarter
	fMonth
	fDayOfYear
	fDay
	fAlignedDay // day of week, counted from the first of the month
	fWeekday    // 0 is Monday
	fHalf       // 0 AM, 1 PM
	fClockHour24
	fHour12
	fClockHour12
	fHour
	fMinute
	fSecond
	fNano
	fieldCount
)

// sign says how a number's sign is written, as java.time.format.SignStyle.
type sign uint8

const (
	signNormal     sign = iota // '-' for negative ones
	signNever                  // negative ones cannot be written
	signExceedsPad             // and '+' if longer than min digits
)

type item struct {
	kind     kind
	field    field
	min, max uint8
	sign     sign
	follow   uint8  // digits of the fixed numbers that follow at once
	lit      string // literal; text of offset 0
	form     int    // of an offset, see appendOffset
	sub      []item // of an optional section
}

const isoPattern = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"

// CompileFormat compiles a pattern for writing. The error is Spark's:
// INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION for patterns
// only Spark 2 knew, else INVALID_DATETIME_PATTERN with a subclass.
func CompileFormat(pattern string) (*Pattern, error) { return compile(pattern, false) }

// CompileParse compiles a pattern for reading: E, F, Q and q are refused, and a
// fraction of n letters reads one to n digits. Errors are those of
// CompileFormat.
func CompileParse(pattern string) (*Pattern, error) { return compile(pattern, true) }

func compile(pattern string, parsing bool) (*Pattern, error) {
	c := compiler{pattern: pattern, parsing: parsing}
	c.era = hasUnquoted(pattern, 'G')
	err := c.check()
	if err == nil {
		err = c.run()
	}
	if err != nil {
		if knownToSpark2(pattern) {
			return nil, sparkerr.New("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
				"the datetime pattern '"+pattern+"' is one of Spark 2 and no longer accepted: "+err.Message,
				"pattern", pattern, "config", "spark.sql.legacy.timeParserPolicy")
		}
		return nil, err
	}
	return &Pattern{pattern, c.items, forms[pattern]}, nil
}

// String returns the pattern's text.
func (p *Pattern) String() string { return p.text }

// unquoted calls visit for each byte outside quotes; quotes are left out.
func unquoted(pattern string, visit func(i int, c byte)) {
	quoted := false
	for i := range len(pattern) {
		if pattern[i] == '\'' {
			quoted = !quoted
		} else if !quoted {
			visit(i, pattern[i])
		}
	}
}

func hasUnquoted(pattern string, c byte) (found bool) {
	unquoted(pattern, func(_ int, b byte) { found = found || b == c })
	return found
}

// knownToSpark2 tells whether java.text.SimpleDateFormat takes the pattern.
func knownToSpark2(pattern string) bool {
	ok := strings.Count(pattern, "'")%2 == 0 && !strings.Contains(pattern, "XXXX")
	unquoted(pattern, func(_ int, c byte) {
		ok = ok && (!isLetter(c) || strings.IndexByte("GyYMLwWDdFEuaHkKhmsSzZX", c) >= 0)
	})
	return ok
}

// compiler turns a pattern into items, one letter run at a time.
type compiler struct {
	pattern string
	parsing bool
	era     bool
	i       int
	items   []item
	open    [][]item // items before each section that is open
	number  int      // index in items of the number that fixed ones may follow, -1
}

// check refuses what Spark refuses before java.time sees the pattern.
// In each stretch between quotes it looks for week-based letters first.
func (c *compiler) check() (err *sparkerr.Error) {
	var illegal *sparkerr.Error
	after := -1
	unquoted(c.pattern, func(i int, b byte) {
		if i != after && illegal != nil && err == nil { // a quoted text lay between
			err = illegal
		}
		after = i + 1
		switch {
		case err != nil:
		case strings.IndexByte("YWwuec", b) >= 0:
			err = sparkerr.New("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN",
				"week-based letters such as '"+string(b)+"' are not supported; use extract() or date_part()", "c", string(b))
		case illegal != nil:
		case strings.IndexByte("ABnNp", b) >= 0, c.parsing && strings.IndexByte("EFqQ", b) >= 0:
			illegal = sparkerr.New("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
				"the letter '"+string(b)+"' cannot be used in the datetime pattern '"+c.pattern+"'", "c", string(b), "pattern", c.pattern)
		}
	})
	if err == nil {
		err = illegal
	}
	for _, run := range []string{"GGGGG", "MMMMM", "LLLLL", "EEEEE", "QQQQQ", "qqqqq", "yyyyyyy"} {
		if err == nil && strings.Contains(stripQuoted(c.pattern), run) {
			err = sparkerr.New("INVALID_DATETIME_PATTERN.LENGTH",
				"the datetime pattern has too many letters in '"+run+"'; use fewer", "pattern", run)
		}
	}
	return err
}

func stripQuoted(pattern string) string {
	var b strings.Builder
	unquoted(pattern, func(_ int, c byte) { b.WriteByte(c) })
	return b.String()
}

func (c *compiler) fail(why string) *sparkerr.Error {
	return sparkerr.New("INVALID_DATETIME_PATTERN.WITH_SUGGESTION", "the datetime pattern '"+c.pattern+"' is wrong: "+why, "pattern", c.pattern, "docroot", "https://spark.apache.org/docs/latest")
}

func (c *compiler) run() *sparkerr.Error {
	c.number = -1
	for c.i < len(c.pattern) {
		if err := c.step(); err != nil {
			return err
		}
	}
	for len(c.open) > 0 { // java.time closes what is open
		c.closeSection()
	}
	return nil
}

func (c *compiler) step() *sparkerr.Error {
	b := c.pattern[c.i]
	switch {
	case isLetter(b):
		n := 1
		for c.i+n < len(c.pattern) && c.pattern[c.i+n] == b {
			n++
		}
		c.i += n
		return c.letters(b, n)
	case b == '\'':
		return c.quoted()
	case b == '[':
		c.open = append(c.open, c.items)
		c.items, c.number = nil, -1
	case b == ']':
		if len(c.open) == 0 {
			return c.fail("']' closes no '['")
		}
		c.closeSection()
	case b == '{' || b == '}' || b == '#':
		return c.fail("'" + string(b) + "' is reserved")
	default:
		c.literal(string(b))
	}
	c.i++
	return nil
}

// quoted reads 'text', in which two quotes are one; alone they are a quote too.
func (c *compiler) quoted() *sparkerr.Error {
	var s []byte
	for i := c.i + 1; i < len(c.pattern); i++ {
		if c.pattern[i] != '\'' {
			s = append(s, c.pattern[i])
			continue
		}
		if i+1 == len(c.pattern) || c.pattern[i+1] != '\'' {
			if len(s) == 0 {
				s = append(s, '\'')
			}
			c.i = i + 1
			c.literal(string(s))
			return nil
		}
		s = append(s, '\'')
		i++
	}
	return c.fail("a quote is not closed")
}

func (c *compiler) closeSection() {
	last := len(c.open) - 1
	section := item{kind: optional, sub: c.items}
	c.items, c.open = append(c.open[last], section), c.open[:last]
	c.number = -1
}

// add appends an item that breaks a run of numbers.
func (c *compiler) add(it item) {
	c.items = append(c.items, it)
	c.number = -1
}

func (c *compiler) literal(s string) {
	if n := len(c.items); n > 0 && c.items[n-1].kind == literalText {
		c.items[n-1].lit += s
		return
	}
	c.add(item{kind: literalText, lit: s})
}

// addNumber appends a number. Fixed ones that follow a number at once leave it
// the digits before them, so that yyyyMMdd can be read.
func (c *compiler) addNumber(it item) {
	fixed := it.min == it.max && it.sign == signNever
	at := c.number
	c.items = append(c.items, it)
	if fixed && at >= 0 {
		c.items[at].follow += it.max
		return
	}
	c.number = len(c.items) - 1
}
