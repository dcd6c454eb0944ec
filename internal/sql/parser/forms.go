package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sqltype"
)

// has reports whether the word stands among the arguments of the call whose
// name is token start, not within inner parentheses. It is what tells a form
// from plain arguments without reading them twice.
func (p *parser) has(start int, word string) bool {
	for i, end := start+2, int(p.match[start+1]); i < end; i++ {
		if p.toks[i].word == word {
			return true
		}
		if p.match[i] > 0 {
			i = int(p.match[i])
		}
	}
	return false
}

// callForms are the functions whose arguments have words between them. A form
// begins at the function's name and returns nil when the arguments are plain;
// the name is then read as that of any function.
var callForms map[string]func(p *parser, start int) plan.Expr

func init() {
	callForms = map[string]func(*parser, int) plan.Expr{
		"CAST": (*parser).cast, "TRY_CAST": (*parser).cast,
		"EXTRACT": (*parser).extract, "TRIM": (*parser).trim, "POSITION": (*parser).position,
		"SUBSTRING": (*parser).substring, "SUBSTR": (*parser).substring, "OVERLAY": (*parser).overlay,
		"STRUCT": (*parser).structCall,
	}
	for _, w := range []string{"TIMESTAMPADD", "DATEADD", "DATE_ADD", "TIMESTAMPDIFF", "DATEDIFF", "DATE_DIFF", "TIMEDIFF"} {
		callForms[w] = (*parser).unitCall
	}
}

func (p *parser) cast(start int) plan.Expr {
	if !p.has(start, "AS") && p.match[start+1] > 0 {
		return nil
	}
	mode := plan.CastSession
	if p.next().word == "TRY_CAST" {
		mode = plan.CastTry
	}
	p.enter()
	defer p.leave()
	p.expect("(")
	e := p.expr()
	p.expect("AS")
	t := p.dataType()
	p.expect(")")
	return &plan.Cast{Child: e, Type: t, Mode: mode, Node: p.at(start)}
}

// function makes the call of a named function, and takes what may follow it.
func (p *parser) function(start int, name string, args ...plan.Expr) plan.Expr {
	return p.afterCall(start, &plan.Call{Name: name, Args: args})
}

// extract takes EXTRACT(field FROM source).
func (p *parser) extract(start int) plan.Expr {
	p.i += 2
	at := p.i
	if !p.isIdentifier(p.cur()) && !p.isString(p.cur()) || p.ahead(1).word != "FROM" {
		return nil
	}
	t := p.next()
	field := &plan.Literal{Value: strings.Trim(p.text[t.start:t.end], "'\"`"), Type: sqltype.String, Node: p.at(at)}
	p.expect("FROM")
	e := p.value(0)
	p.expect(")")
	return p.function(start, "extract", field, e)
}

// trim takes TRIM([BOTH|LEADING|TRAILING] [chars] FROM s) as trim, ltrim and
// rtrim, which take the characters first, as Spark's functions do.
func (p *parser) trim(start int) plan.Expr {
	if !p.has(start, "FROM") {
		return nil
	}
	p.i += 2
	name, side := "trim", ""
	if p.isOneOf("BOTH", "LEADING", "TRAILING") && !p.endsAt(p.ahead(1)) {
		side = p.next().word
		name = map[string]string{"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
	}
	if side != "" && p.accept("FROM") {
		s := p.value(0)
		p.expect(")")
		return p.function(start, name, s)
	}
	chars := p.value(0)
	p.expect("FROM")
	s := p.value(0)
	p.expect(")")
	return p.function(start, name, chars, s)
}

// position takes POSITION(part IN s).
func (p *parser) position(start int) plan.Expr {
	if !p.has(start, "IN") {
		return nil
	}
	p.i += 2
	part := p.value(0)
	p.expect("IN")
	s := p.value(0)
	p.expect(")")
	return p.function(start, "locate", part, s)
}

// substring takes SUBSTRING(s FROM n [FOR m]).
func (p *parser) substring(start int) plan.Expr {
	if !p.has(start, "FROM") {
		return nil
	}
	p.i += 2
	args := []plan.Expr{p.value(0)}
	p.expect("FROM")
	args = append(args, p.value(0))
	if p.accept("FOR") {
		args = append(args, p.value(0))
	}
	p.expect(")")
	return p.function(start, "substring", args...)
}

// overlay takes OVERLAY(s PLACING r FROM n [FOR m]).
func (p *parser) overlay(start int) plan.Expr {
	if !p.has(start, "PLACING") {
		return nil
	}
	p.i += 2
	args := []plan.Expr{p.value(0)}
	p.expect("PLACING")
	args = append(args, p.value(0))
	p.expect("FROM")
	args = append(args, p.value(0))
	if p.accept("FOR") {
		args = append(args, p.value(0))
	}
	p.expect(")")
	return p.function(start, "overlay", args...)
}

// structCall takes STRUCT(a AS x, b).
func (p *parser) structCall(start int) plan.Expr {
	p.i += 2
	c := &plan.Call{Name: "struct"}
	p.enter()
	defer p.leave()
	if !p.is(")") {
		c.Args = p.namedExprs()
	}
	p.expect(")")
	return p.afterCall(start, c)
}

var dateUnits = set("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFYEAR", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND")

// unitCall takes TIMESTAMPADD(unit, n, t) and TIMESTAMPDIFF(unit, a, b) under
// their many names.
func (p *parser) unitCall(start int) plan.Expr {
	name := "timestampadd"
	if strings.HasSuffix(p.next().word, "DIFF") {
		name = "timestampdiff"
	}
	p.i++
	at, unit := p.i, p.cur()
	if p.ahead(1).word != "," || !dateUnits[unit.word] && !p.isString(unit) {
		return nil
	}
	if p.isString(unit) && p.commas(p.i) < 2 {
		return nil
	}
	if p.isString(unit) {
		text := p.str()
		p.failFrom(start, "INVALID_PARAMETER_VALUE.DATETIME_UNIT", name+" takes a unit without quotes, for example DAY.",
			"parameter", "`unit`", "functionName", "`"+name+"`", "invalidValue", "'"+text+"'")
	}
	p.i++
	lit := &plan.Literal{Value: unit.word, Type: sqltype.String, Node: p.at(at)}
	p.expect(",")
	args := append([]plan.Expr{lit}, p.exprs()...)
	p.expect(")")
	return p.function(start, name, args...)
}

// commas counts the commas from token i to the end of its parentheses.
func (p *parser) commas(i int) int {
	n := 0
	for ; i < len(p.toks) && p.toks[i].word != ")"; i++ {
		switch {
		case p.toks[i].word == ",":
			n++
		case p.match[i] > 0:
			i = int(p.match[i])
		}
	}
	return n
}
