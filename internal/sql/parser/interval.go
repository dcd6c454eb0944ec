package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// intervalFields are the units of interval literals, each with the field of an
// interval type it belongs to.
var intervalFields = map[string]sqltype.Unit{
	"YEAR": sqltype.Year, "MONTH": sqltype.Month, "WEEK": sqltype.Day, "DAY": sqltype.Day, "HOUR": sqltype.Hour,
	"MINUTE": sqltype.Minute, "SECOND": sqltype.Second, "MILLISECOND": sqltype.Second, "MICROSECOND": sqltype.Second,
	"NANOSECOND": sqltype.Second,
}

func init() {
	for _, name := range []string{"YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND"} {
		intervalFields[name+"S"] = intervalFields[name]
	}
}

func isUnit(word string) bool { _, ok := intervalFields[word]; return ok }

// fieldRange is the largest and smallest field of an interval.
type fieldRange struct {
	from, to sqltype.Unit
	count    int
}

func (r *fieldRange) add(unit string) {
	f := intervalFields[unit]
	if r.count == 0 {
		r.from, r.to = f, f
	}
	r.from, r.to = min(r.from, f), max(r.to, f)
	r.count++
}

// atInterval reports whether INTERVAL, which comes next, begins a literal.
func (p *parser) atInterval() bool {
	n := 1
	if w := p.ahead(1).word; w == "-" || w == "+" {
		n = 2
	}
	v := p.ahead(n)
	return (isNumber(v.kind) || p.isString(v)) && (n == 1 || isUnit(p.ahead(n+1).word))
}

// interval takes INTERVAL 1 DAY 2 HOURS and INTERVAL '1-2' YEAR TO MONTH.
func (p *parser) interval() plan.Expr {
	start := p.i
	p.expect("INTERVAL")
	var fields fieldRange
	var words strings.Builder
	for ok := true; ok; ok = p.atIntervalValue() {
		sign, text, quoted := p.intervalValue()
		unit := p.cur().word
		if !isUnit(unit) {
			p.unexpected()
		}
		p.i++
		if p.is("TO") && isUnit(p.ahead(1).word) {
			p.i++
			p.oneRange(start, fields.count, quoted)
			return p.unitToUnit(start, sign, text, unit)
		}
		if value := withSign(sign, text); strings.ContainsFunc(value, notInNumber) {
			p.failFrom(start, "_LEGACY_ERROR_TEMP_0026", "An interval with a unit takes one number: '"+text+"' is none.")
		} else {
			words.WriteString(value + " " + unit + " ")
		}
		fields.add(unit)
	}
	return p.intervalLiteral(start, words.String(), fields)
}

func notInNumber(r rune) bool { return !strings.ContainsRune("0123456789.+-", r) }

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

// atIntervalValue reports whether one more value with its unit comes next.
func (p *parser) atIntervalValue() bool {
	n := 0
	if w := p.cur().word; w == "-" || w == "+" {
		n = 1
	}
	v := p.ahead(n)
	return (v.kind == lex.Integer || v.kind == lex.Decimal || p.isString(v)) && isUnit(p.ahead(n+1).word)
}

// oneRange refuses unit TO unit behind other values or a bare number.
func (p *parser) oneRange(start, values int, quoted bool) {
	if values > 0 {
		p.rangeOnly(start)
	}
	if !quoted {
		p.failFrom(start, "_LEGACY_ERROR_TEMP_0027", "The value of an interval from unit to unit is a string.")
	}
}

func (p *parser) rangeOnly(start int) {
	p.failFrom(start, "_LEGACY_ERROR_TEMP_0024", "An interval has one value from unit to unit, or any number of values with a unit each.")
}

// intervalText takes the text of INTERVAL '1 day 2 hours'.
func (p *parser) intervalText(start int, text string) plan.Expr {
	if _, err := datetime.ParseInterval([]byte(text)); err != nil {
		p.badLiteral(start, "INTERVAL", text)
	}
	var fields fieldRange
	for _, word := range strings.Fields(strings.ToUpper(text)) {
		if isUnit(word) {
			fields.add(word)
		}
	}
	return p.intervalLiteral(start, text, fields)
}

// intervalLiteral makes the literal of the narrowest type that has the fields.
func (p *parser) intervalLiteral(start int, words string, fields fieldRange) plan.Expr {
	v, err := datetime.ParseInterval([]byte(words))
	if e := sparkerr.As(err); e != nil {
		panic(bail{e.At(p.from(start))})
	}
	lit := &plan.Literal{Text: p.between(start), Node: p.at(start)}
	switch {
	case p.o.LegacyInterval:
		lit.Value, lit.Type = v, sqltype.Calendar
	case fields.to <= sqltype.Month:
		lit.Value, lit.Type = v.Months, sqltype.YearMonth{From: fields.from, To: fields.to}
	case fields.from <= sqltype.Month:
		p.failFrom(start, "_LEGACY_ERROR_TEMP_0029", "An interval has years and months, or days and less, not both: "+lit.Text+".", "literal", lit.Text)
	default:
		micros, ok := v.Duration(0)
		if !ok {
			p.failFrom(start, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", "The interval is longer than 64 bits of microseconds.")
		}
		lit.Value, lit.Type = micros, sqltype.DayTime{From: fields.from, To: fields.to}
	}
	return lit
}

// unitToUnit takes the last unit of INTERVAL 'text' unit TO unit.
func (p *parser) unitToUnit(start int, sign, text, unit string) plan.Expr {
	last := p.next().word
	if p.atIntervalValue() {
		p.rangeOnly(start)
	}
	from, to := intervalFields[unit], intervalFields[last]
	if from >= to || (from <= sqltype.Month) != (to <= sqltype.Month) {
		unit, last = strings.ToLower(unit), strings.ToLower(last)
		p.failFrom(start, "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
			"Error parsing '"+text+"' to interval: there is no interval of "+unit+" to "+last+".", "input", text, "from", unit, "to", last)
	}
	lit := &plan.Literal{Text: p.between(start), Node: p.at(start)}
	value, ok := []byte(withSign(sign, text)), false
	if from == sqltype.Year {
		lit.Type = sqltype.YearMonth{From: from, To: to}
		lit.Value, ok = datetime.ParseYearMonth(value, datetime.Field(from), datetime.Field(to))
	} else {
		lit.Type = sqltype.DayTime{From: from, To: to}
		lit.Value, ok = datetime.ParseDayTime(value, datetime.Field(from), datetime.Field(to))
	}
	if bare := strings.TrimLeft(strings.TrimSpace(text), "+-"); bare != strings.TrimSpace(bare) {
		ok = false // a blank behind the sign
	}
	if !ok {
		p.intervalValues(start, text, from, to)
		class := "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE"
		if from == sqltype.Year {
			class = "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING"
		}
		p.failFrom(start, class,
			"Error parsing '"+text+"' to interval: it does not have the fields "+strings.ToLower(unit+" to "+last)+".", "input", text)
	}
	if p.o.LegacyInterval {
		lit.Type, lit.Value = sqltype.Calendar, calendar(lit.Value)
	}
	return lit
}

// intervalValues fails if the text has the fields, so that it must be a value
// that is out of range.
func (p *parser) intervalValues(start int, text string, from, to sqltype.Unit) {
	text = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), "-"), "+")
	separators := "-"
	if from != sqltype.Year {
		separators = " ::"[from-sqltype.Day : to-sqltype.Day]
	}
	var shape strings.Builder
	for _, c := range text {
		if c < '0' || c > '9' {
			shape.WriteRune(c)
		}
	}
	if s := shape.String(); s != separators && (to != sqltype.Second || s != separators+".") {
		return
	}
	if from == sqltype.Year {
		p.failFrom(start, "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", "Error parsing '"+text+"' to interval: years fit 32 bits of months, months are below 12.",
			"input", text, "interval", "year-month")
	}
	p.failFrom(start, "_LEGACY_ERROR_TEMP_0063", "A field of the interval '"+text+"' is out of range; fields after the first are below 24 or 60.", "msg", "'"+text+"' is out of range")
}

// calendar makes months or microseconds an interval with whole days apart.
func calendar(v any) plan.Interval {
	if months, ok := v.(int32); ok {
		return plan.Interval{Months: months}
	}
	micros := v.(int64)
	return plan.Interval{Days: int32(micros / datetime.Day), Micros: micros % datetime.Day}
}
