package parser

import (
	"math"
	"math/big"
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// intervalUnit says what one of a unit is worth and to which field of an
// interval type it belongs.
type intervalUnit struct {
	months, days, micros int64
	field                sqltype.Unit
}

var intervalUnits = map[string]intervalUnit{
	"YEAR": {months: 12, field: sqltype.Year}, "MONTH": {months: 1, field: sqltype.Month},
	"WEEK": {days: 7, field: sqltype.Day}, "DAY": {days: 1, field: sqltype.Day},
	"HOUR": {micros: 3600e6, field: sqltype.Hour}, "MINUTE": {micros: 60e6, field: sqltype.Minute},
	"SECOND": {micros: 1e6, field: sqltype.Second}, "MILLISECOND": {micros: 1e3, field: sqltype.Second},
	"MICROSECOND": {micros: 1, field: sqltype.Second}, "NANOSECOND": {field: sqltype.Second},
}

func init() {
	for name, u := range intervalUnits {
		intervalUnits[name+"S"] = u
	}
}

func (p *parser) isUnit(word string) bool { _, ok := intervalUnits[word]; return ok }

// atInterval reports whether INTERVAL, which comes next, begins a literal of
// the form INTERVAL 1 DAY; INTERVAL '1 day' is a typed literal.
func (p *parser) atInterval() bool {
	n := 1
	if w := p.ahead(1).word; w == "-" || w == "+" {
		n = 2
	}
	v := p.ahead(n)
	return isNumber(v.kind) || p.isString(v)
}

// interval takes INTERVAL 1 DAY 2 HOURS and INTERVAL '1-2' YEAR TO MONTH.
func (p *parser) interval() plan.Expr {
	start := p.i
	p.expect("INTERVAL")
	var b intervalBuilder
	for ok := true; ok; ok = p.atIntervalValue() {
		sign, text, quoted := p.intervalValue()
		unit := p.cur().word
		if !p.isUnit(unit) {
			p.unexpected()
		}
		p.i++
		if p.is("TO") && p.isUnit(p.ahead(1).word) {
			p.i++
			p.oneRange(start, b.fields, quoted)
			return p.unitToUnit(start, sign, text, unit)
		}
		if !b.add(withSign(sign, text), unit) {
			p.badInterval(start, text, unit)
		}
	}
	return p.intervalLiteral(start, &b)
}

// intervalValue takes the number of an interval, which may be quoted.
func (p *parser) intervalValue() (sign, text string, quoted bool) {
	if p.acceptOneOf("+", "-") == "-" {
		sign = "-"
	}
	t := p.cur()
	quoted = p.isString(t)
	if !quoted && t.kind != lex.Integer && t.kind != lex.Decimal {
		p.unexpected()
	}
	p.i++
	text = p.text[t.start:t.end]
	if quoted {
		text = lex.Unquote(text)
	}
	return sign, text, quoted
}

// withSign puts a sign before the text of a number, which may have its own.
func withSign(sign, text string) string {
	text = strings.TrimSpace(text)
	if text != "" && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = map[string]string{"": "-", "-": ""}[sign]
		}
		text = strings.TrimSpace(text[1:])
	}
	return sign + text
}

func (p *parser) badInterval(start int, text, unit string) {
	if strings.ContainsAny(strings.TrimSpace(text), " \t") || strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		p.failFrom(start, "_LEGACY_ERROR_TEMP_0026", "An interval with a unit takes one number: '"+text+"' is none.")
	}
	p.failFrom(start, "INVALID_INTERVAL_FORMAT.INVALID_VALUE", "Error parsing '"+text+"' to interval: it is no number of "+strings.ToLower(unit)+" that fits.", "input", text, "value", text)
}

// oneRange refuses unit TO unit among several values, or behind a number.
func (p *parser) oneRange(start, fields int, quoted bool) {
	if fields > 0 {
		p.rangeOnly(start)
	}
	if !quoted {
		p.failFrom(start, "_LEGACY_ERROR_TEMP_0027", "The value of an interval from unit to unit is a string.")
	}
}

func (p *parser) rangeOnly(start int) {
	p.failFrom(start, "_LEGACY_ERROR_TEMP_0024", "An interval has one value from unit to unit, or any number of values with a unit each.")
}

// atIntervalValue reports whether one more value with its unit comes next.
func (p *parser) atIntervalValue() bool {
	n := 0
	if w := p.cur().word; w == "-" || w == "+" {
		n = 1
	}
	v := p.ahead(n)
	return (v.kind == lex.Integer || v.kind == lex.Decimal || p.isString(v)) && p.isUnit(p.ahead(n+1).word)
}

// intervalText takes the text of INTERVAL '...'.
func (p *parser) intervalText(start int, text string) plan.Expr {
	var b intervalBuilder
	if !b.parse(text) {
		p.badLiteral(start, "INTERVAL", text)
	}
	return p.intervalLiteral(start, &b)
}

// intervalLiteral makes the literal of the narrowest type that has the fields.
func (p *parser) intervalLiteral(start int, b *intervalBuilder) plan.Expr {
	v, ok := b.interval()
	if !ok {
		p.failFrom(start, "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", "The interval is out of range.", "input", p.between(start))
	}
	lit := &plan.Literal{Text: p.between(start)}
	switch {
	case p.o.LegacyInterval:
		lit.Value, lit.Type = v, sqltype.Calendar
	case b.last <= sqltype.Month:
		lit.Value, lit.Type = v.Months, sqltype.YearMonth{From: b.first, To: b.last}
	case b.first <= sqltype.Month:
		text := p.between(start)
		p.failFrom(start, "_LEGACY_ERROR_TEMP_0029", "An interval has years and months, or days and less, not both: "+text+".", "literal", text)
	default:
		micros, fits := dayTime(v)
		if !fits {
			p.failFrom(start, "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", "The interval is out of range.", "input", p.between(start))
		}
		lit.Value, lit.Type = micros, sqltype.DayTime{From: b.first, To: b.last}
	}
	lit.Node = p.at(start)
	return lit
}

func dayTime(v plan.Interval) (int64, bool) {
	days := new(big.Int).Mul(big.NewInt(int64(v.Days)), big.NewInt(86400e6))
	days.Add(days, big.NewInt(v.Micros))
	return days.Int64(), days.IsInt64()
}

// intervalBuilder sums values of units.
type intervalBuilder struct {
	months, days, micros big.Int
	first, last          sqltype.Unit
	fields               int
}

// add adds value units; false if value is no number or may not have a fraction.
func (b *intervalBuilder) add(value, unit string) bool {
	u := intervalUnits[unit]
	whole, frac, point := strings.Cut(value, ".")
	n, ok := new(big.Int).SetString(strings.TrimPrefix(whole, "+"), 10)
	if !ok && point && (whole == "" || whole == "-" || whole == "+") && frac != "" {
		n, ok = new(big.Int), true
	}
	if !ok || point && u.micros != 1e6 || strings.Trim(frac, "0123456789") != "" || len(frac) > 9 {
		return false
	}
	b.months.Add(&b.months, new(big.Int).Mul(n, big.NewInt(u.months)))
	b.days.Add(&b.days, new(big.Int).Mul(n, big.NewInt(u.days)))
	b.micros.Add(&b.micros, new(big.Int).Mul(n, big.NewInt(u.micros)))
	switch {
	case strings.HasPrefix(unit, "NANO"):
		b.micros.Add(&b.micros, n.Quo(n, big.NewInt(1000)))
	case frac != "":
		f, _ := new(big.Int).SetString((frac + "000000")[:6], 10)
		if strings.HasPrefix(value, "-") {
			f.Neg(f)
		}
		b.micros.Add(&b.micros, f)
	}
	if b.fields == 0 || u.field < b.first {
		b.first = u.field
	}
	if b.fields == 0 || u.field > b.last {
		b.last = u.field
	}
	b.fields++
	return true
}

// parse reads "[interval] 1 day -2 hours ...".
func (b *intervalBuilder) parse(text string) bool {
	words := strings.Fields(strings.ToUpper(text))
	if len(words) > 0 && words[0] == "INTERVAL" {
		words = words[1:]
	}
	for i := 0; i < len(words); i++ {
		value := words[i]
		if (value == "-" || value == "+") && i+1 < len(words) {
			i++
			value += words[i]
		}
		if i++; i >= len(words) {
			return false
		}
		if _, ok := intervalUnits[words[i]]; !ok || !b.add(value, words[i]) {
			return false
		}
	}
	return b.fields > 0
}

// interval returns the sum; false if it is out of range.
func (b *intervalBuilder) interval() (plan.Interval, bool) {
	in := func(n *big.Int, limit int64) bool { return n.IsInt64() && n.Int64() <= limit && n.Int64() >= -limit-1 }
	if !in(&b.months, math.MaxInt32) || !in(&b.days, math.MaxInt32) || !b.micros.IsInt64() {
		return plan.Interval{}, false
	}
	return plan.Interval{Months: int32(b.months.Int64()), Days: int32(b.days.Int64()), Micros: b.micros.Int64()}, true
}

// Interval parses the text of an interval as window and withWatermark take it:
// "10 minutes", "1 day 2.5 seconds", "interval -1 month".
func Interval(text string) (plan.Interval, error) {
	var b intervalBuilder
	if b.parse(text) {
		if v, ok := b.interval(); ok {
			return v, nil
		}
	}
	return plan.Interval{}, sparkerr.New("CANNOT_PARSE_INTERVAL", "'"+text+"' is no interval; write it as '10 minutes' or '1 day 2 hours'.", "intervalString", "'"+text+"'")
}

// unitToUnit takes the last unit of INTERVAL 'text' unit TO unit.
func (p *parser) unitToUnit(start int, sign, text, unit string) plan.Expr {
	to := p.cur().word
	if !p.isUnit(to) {
		p.unexpected()
	}
	p.i++
	if p.atIntervalValue() {
		p.rangeOnly(start)
	}
	first, last := intervalUnits[unit].field, intervalUnits[to].field
	if first >= last || (first <= sqltype.Month) != (last <= sqltype.Month) {
		from, until := strings.ToLower(unit), strings.ToLower(to)
		p.failFrom(start, "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
			"Error parsing '"+text+"' to interval: there is no interval of "+from+" to "+until+".", "input", text, "from", from, "to", until)
	}
	b := intervalBuilder{first: first, last: last, fields: 1}
	if !b.fieldText(sign, text, first, last) {
		p.failFrom(start, "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE",
			"Error parsing '"+text+"' to interval: it does not have the fields "+strings.ToLower(unit+" to "+to)+".", "input", text)
	}
	return p.intervalLiteral(start, &b)
}

var fieldNames = [...]string{"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}

// fieldLimits are the largest values of fields that are not the first.
var fieldLimits = [...]int{0, 11, 0, 23, 59, 59}

// fieldText reads y-m, or d h:m:s.f cut to the fields from first to last.
func (b *intervalBuilder) fieldText(sign, text string, first, last sqltype.Unit) bool {
	text = withSign(sign, text)
	text, sign = strings.TrimPrefix(text, "-"), text[:len(text)-len(strings.TrimPrefix(text, "-"))]
	var values []string
	if first == sqltype.Year {
		values = strings.Split(text, "-")
	} else if day, rest, ok := strings.Cut(text, " "); first == sqltype.Day {
		if !ok {
			return false
		}
		values = append([]string{day}, strings.Split(strings.TrimSpace(rest), ":")...)
	} else {
		values = strings.Split(text, ":")
	}
	if len(values) != int(last-first)+1 {
		return false
	}
	for i, v := range values {
		f := first + sqltype.Unit(i)
		whole, _, _ := strings.Cut(v, ".")
		if whole == "" || strings.Trim(whole, "0123456789") != "" || i > 0 && !atMost(whole, fieldLimits[f]) || !b.add(sign+v, fieldNames[f]) {
			return false
		}
	}
	b.first, b.last = first, last
	return true
}

func atMost(digits string, limit int) bool {
	n := 0
	for _, c := range []byte(digits) {
		if n = n*10 + int(c-'0'); n > limit {
			return false
		}
	}
	return true
}
