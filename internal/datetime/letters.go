package datetime

import "github.com/spatestream/spate/sparkerr"

// numeric are the letters that stand for a number of one or two digits.
var numeric = map[byte]field{'d': fDay, 'h': fClockHour12, 'H': fHour, 'k': fClockHour24, 'K': fHour12, 'm': fMinute, 's': fSecond}

// named are the letters that stand for a number or a name.
var named = map[byte]field{'M': fMonth, 'L': fMonth, 'Q': fQuarter, 'q': fQuarter, 'E': fWeekday, 'G': fEra}

// letters adds the item of n equal letters, by the rules of java.time's
// DateTimeFormatterBuilder.appendPattern.
func (c *compiler) letters(b byte, n int) *sparkerr.Error {
	tooMany := func(limit int) *sparkerr.Error {
		if n <= limit {
			return nil
		}
		return c.fail("too many letters '" + string(b) + "' in a row")
	}
	if f, ok := numeric[b]; ok {
		c.plain(f, n)
		return tooMany(2)
	}
	if f, ok := named[b]; ok {
		if n < 3 && b != 'E' && b != 'G' {
			c.plain(f, n)
		} else {
			c.add(item{kind: text, field: f, max: uint8(max(n, 3))})
		}
		return tooMany(4)
	}
	switch b {
	case 'y':
		c.year(n)
		return nil
	case 'D':
		if n == 1 {
			c.plain(fDayOfYear, 1)
		} else {
			c.addNumber(item{kind: number, field: fDayOfYear, min: uint8(min(n, 3)), max: 3, sign: signNever})
		}
		return tooMany(3)
	case 'F':
		c.plain(fAlignedDay, 1)
		return tooMany(1)
	case 'a':
		c.add(item{kind: text, field: fHalf, max: 3})
		return tooMany(1)
	case 'S':
		c.fraction(n)
		return tooMany(9)
	}
	return c.zoneLetters(b, n)
}

// plain adds a number: n letters are n digits, one letter any number of them.
func (c *compiler) plain(f field, n int) {
	if n == 1 {
		c.addNumber(item{kind: number, field: f, min: 1, max: 19})
		return
	}
	c.addNumber(item{kind: number, field: f, min: 2, max: 2, sign: signNever})
}

func (c *compiler) year(n int) {
	f := fYear
	if c.era {
		f = fYearOfEra
	}
	switch {
	case n == 2:
		c.addNumber(item{kind: reduced, field: f, min: 2, max: 2, sign: signNever})
	case n < 4:
		c.addNumber(item{kind: number, field: f, min: uint8(n), max: 19})
	default:
		c.addNumber(item{kind: number, field: f, min: uint8(n), max: 19, sign: signExceedsPad})
	}
}

func (c *compiler) fraction(n int) {
	it := item{kind: fraction9, field: fNano, min: uint8(n), max: uint8(n), sign: signNever}
	if c.parsing {
		it.min = 1
	}
	if it.min == it.max {
		c.addNumber(it)
		return
	}
	c.add(it)
}

func (c *compiler) zoneLetters(b byte, n int) *sparkerr.Error {
	it, limit := item{}, 5
	switch b {
	case 'V':
		it = item{kind: zoneID}
		if n != 2 {
			return c.fail("V comes in pairs")
		}
	case 'z':
		it, limit = item{kind: zoneName, max: uint8(min(n, 4))}, 4
	case 'O':
		it = item{kind: gmtOffset, max: uint8(n)}
		if n != 1 && n != 4 {
			return c.fail("O comes once or four times")
		}
	case 'X':
		it = item{kind: offsetText, form: offsetForm(n), lit: "Z"}
	case 'x':
		it = item{kind: offsetText, form: offsetForm(n), lit: [...]string{"+00:00", "+0000"}[(n+1)%2]}
		if n == 1 {
			it.lit = "+00"
		}
	case 'Z':
		switch {
		case n < 4:
			it = item{kind: offsetText, form: 3, lit: "+0000"}
		case n == 4:
			it = item{kind: gmtOffset, max: 4}
		default:
			it = item{kind: offsetText, form: 6, lit: "Z"}
		}
	default:
		return c.fail("'" + string(b) + "' is no pattern letter")
	}
	if n > limit {
		return c.fail("too many letters '" + string(b) + "' in a row")
	}
	c.add(it)
	return nil
}

// offsetForm is the form (see appendOffset) that n letters X or x name.
func offsetForm(n int) int {
	if n == 1 {
		return 1
	}
	return n + 1
}
