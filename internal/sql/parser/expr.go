package parser

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sqltype"
)

// expr takes a boolean expression: NOT, AND, OR over predicates.
func (p *parser) expr() plan.Expr {
	p.enter()
	defer p.leave()
	start := p.i
	terms := []plan.Expr{p.conjunction()}
	for p.accept("OR") {
		terms = append(terms, p.conjunction())
	}
	return p.balanced("or", start, terms)
}

func (p *parser) conjunction() plan.Expr {
	start := p.i
	terms := []plan.Expr{p.negation()}
	for p.accept("AND") {
		terms = append(terms, p.negation())
	}
	return p.balanced("and", start, terms)
}

// balanced combines terms into a tree of logarithmic depth, the one that Spark
// makes, since it shows in the names of columns.
func (p *parser) balanced(op string, start int, terms []plan.Expr) plan.Expr {
	if len(terms) == 1 {
		return terms[0]
	}
	mid := (len(terms)-1)/2 + 1
	return p.operator(op, start, p.balanced(op, start, terms[:mid]), p.balanced(op, start, terms[mid:]))
}

func (p *parser) negation() plan.Expr {
	start := p.i
	switch {
	case p.is("NOT") && !p.endsAt(p.ahead(1)) && !p.is("NOT", "."):
		p.i++
		p.enter()
		defer p.leave()
		return p.operator("not", start, p.negation())
	case p.is("EXISTS", "(") && p.atQuery(p.i+1):
		p.i++
		return &plan.Subquery{Kind: plan.ExistsSubquery, Query: p.parenQuery(), Node: p.at(start)}
	}
	return p.predicate(start)
}

// operator makes the call of an operator whose text began at token start.
func (p *parser) operator(name string, start int, args ...plan.Expr) plan.Expr {
	return &plan.Call{Name: name, Args: args, Operator: true, Node: p.at(start)}
}

// predicate takes a value and at most one of IS, IN, BETWEEN, LIKE behind it.
func (p *parser) predicate(start int) plan.Expr {
	shared := p.shared
	e := p.value(0)
	mark, weight := p.i, p.weight(start, shared)
	not := p.accept("NOT")
	var made plan.Expr
	switch {
	case p.accept("BETWEEN"):
		low := p.value(0)
		p.expect("AND")
		made = p.operator("between", start, e, low, p.value(0))
	case p.is("IN", "("):
		p.i++
		made = p.in(start, e)
	case p.isOneOf("LIKE", "ILIKE"):
		return p.like(start, e, weight, not)
	case p.isOneOf("RLIKE", "REGEXP"):
		p.i++
		made = p.operator("rlike", start, e, p.value(0))
	case !not && p.accept("IS"):
		return p.isPredicate(start, e)
	default:
		p.i = mark
		return e
	}
	if not {
		return p.operator("not", start, made)
	}
	return made
}

// in takes what stands behind IN.
func (p *parser) in(start int, e plan.Expr) plan.Expr {
	if p.atQuery(p.i) {
		values := []plan.Expr{e}
		if row, ok := e.(*plan.Call); ok && row.Name == "struct" && row.Operator {
			values = row.Args
		}
		return &plan.Subquery{Kind: plan.InSubquery, Values: values, Query: p.parenQuery(), Node: p.at(start)}
	}
	at := p.i
	p.expect("(")
	if p.accept(")") {
		p.failFrom(at-1, "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", "IN needs at least one value.")
	}
	list := append([]plan.Expr{e}, p.exprs()...)
	p.expect(")")
	return p.operator("in", start, list...)
}

// isPredicate takes what stands behind IS.
func (p *parser) isPredicate(start int, e plan.Expr) plan.Expr {
	not := p.accept("NOT")
	truth := func(v bool) plan.Expr {
		return p.operator("<=>", start, e, &plan.Literal{Value: v, Type: sqltype.Boolean, Node: p.at(p.i - 1)})
	}
	var made plan.Expr
	switch {
	case p.accept("NULL"), p.accept("UNKNOWN"):
		if not {
			return p.operator("isnotnull", start, e)
		}
		return p.operator("isnull", start, e)
	case p.accept("TRUE"):
		made = truth(true)
	case p.accept("FALSE"):
		made = truth(false)
	case p.accept("DISTINCT"):
		p.expect("FROM")
		not = !not
		made = p.operator("<=>", start, e, p.value(0))
	default:
		p.unexpected()
	}
	if not {
		return p.operator("not", start, made)
	}
	return made
}

// like takes LIKE and ILIKE with their quantifiers and ESCAPE, behind an operand
// of that weight.
func (p *parser) like(start int, e plan.Expr, weight int, not bool) plan.Expr {
	begin := p.i
	name := map[string]string{"LIKE": "like", "ILIKE": "ilike"}[p.next().word]
	negate := func(e plan.Expr) plan.Expr {
		if not {
			return p.operator("not", start, e)
		}
		return e
	}
	if p.is("ALL", "(") || p.is("ANY", "(") || p.is("SOME", "(") {
		all := p.next().word == "ALL"
		p.expect("(")
		if p.accept(")") {
			p.failFrom(begin, "INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN", "There must be a pattern between '(' and ')'.")
		}
		patterns := p.exprs()
		p.expect(")")
		terms := make([]plan.Expr, len(patterns))
		for i, pat := range patterns {
			p.share(weight)
			terms[i] = negate(p.operator(name, start, e, pat))
		}
		return p.balanced(map[bool]string{true: "and", false: "or"}[all], start, terms)
	}
	args := []plan.Expr{e, p.value(0)}
	if p.accept("ESCAPE") {
		at := p.i
		esc := p.str()
		if len([]rune(esc)) != 1 {
			p.failFrom(begin, "INVALID_ESC", "The escape string '"+esc+"' must be one character.", "invalidEscape", "'"+esc+"'")
		}
		args = append(args, &plan.Literal{Value: esc, Type: sqltype.String, Text: p.between(at), Node: p.at(at)})
	}
	return negate(p.operator(name, start, args...))
}

// binary returns the precedence and Spark's name of the binary operator that
// comes next, and how many tokens it has; 0 if there is none.
func (p *parser) binary() (prec int, name string, tokens int) {
	t := p.cur()
	if t.word == "" {
		return 0, "", 0
	}
	switch t.word[0] {
	case '*', '/', '%':
		return 7, t.word, 1
	case 'D':
		if t.word == "DIV" && !p.endsAt(p.ahead(1)) {
			return 7, "div", 1
		}
	case '+', '-':
		if len(t.word) == 1 {
			return 6, t.word, 1
		}
	case '|':
		switch t.word {
		case "||":
			return 6, "concat", 1
		case "|":
			return 2, "|", 1
		}
	case '&':
		return 4, "&", 1
	case '^':
		return 3, "^", 1
	case '<', '>', '=', '!': // != !< !>
		return p.comparison(t.word)
	}
	return 0, "", 0
}

func (p *parser) comparison(word string) (int, string, int) {
	switch word {
	case "<<":
		return 5, "<<", 1
	case ">":
		if n := p.adjacent(); n > 1 {
			return 5, ">>>"[:n], n
		}
		return 1, ">", 1
	case "=", "==":
		return 1, "=", 1
	case "<=", "!>":
		return 1, "<=", 1
	case ">=", "!<":
		return 1, ">=", 1
	case "<", "<=>":
		return 1, word, 1
	case "<>", "!=":
		return 1, "<>", 1
	}
	return 0, "", 0
}

// adjacent counts the > signs that come next without space between, to 3.
func (p *parser) adjacent() int {
	n := 1
	for n < 3 && p.ahead(n).word == ">" && p.ahead(n).start == p.ahead(n-1).end {
		n++
	}
	return n
}

// value takes operands joined by operators of a precedence above min.
func (p *parser) value(min int) plan.Expr {
	start := p.i
	left := p.unary()
	for chain := 0; ; chain++ {
		prec, name, tokens := p.binary()
		if tokens == 0 || prec <= min {
			return left
		}
		if chain > maxChain {
			p.tooComplex()
		}
		p.i += tokens
		right := p.value(prec)
		if name == "<>" {
			left = p.operator("not", start, p.operator("=", start, left, right))
			continue
		}
		left = p.operator(name, start, left, right)
	}
}

// unary takes + - ~ before an operand; a minus before a number is part of it.
func (p *parser) unary() plan.Expr {
	start := p.i
	name := ""
	switch {
	case p.is("-") && !isNumber(p.ahead(1).kind):
		name = "negative"
	case p.is("+"):
		name = "positive"
	case p.is("~"):
		name = "~"
	default:
		return p.postfix(p.primary())
	}
	p.i++
	p.enter()
	defer p.leave()
	return p.operator(name, start, p.unary())
}

// postfix takes what follows an operand: [key], .field, :: type.
func (p *parser) postfix(e plan.Expr) plan.Expr {
	if !p.isOneOf("[", ".", "::", "COLLATE") {
		return e
	}
	start := p.startOf(e)
	for chain := 0; ; chain++ {
		if chain > maxDepth {
			p.tooComplex()
		}
		switch {
		case p.accept("["):
			key := p.expr()
			p.expect("]")
			e = &plan.Extract{Child: e, Key: key, Node: p.at(start)}
		case p.is(".", "*"):
			e = p.qualifiedStar(e, start)
		case p.accept("."):
			e = p.field(e, start)
		case p.accept("::"):
			e = &plan.Cast{Child: e, Type: p.dataType(), Node: p.at(start)}
		case p.is("COLLATE") && p.isIdentifier(p.ahead(1)):
			p.i++
			at := p.i
			name := p.parts()
			if last := name[len(name)-1]; !equalFold(last, "UTF8_BINARY") {
				p.failFrom(at, "UNSUPPORTED_COLLATION", "Strings compare by bytes (UTF8_BINARY) only; compare lower(column) instead.", "collationName", last)
			}
		default:
			return e
		}
	}
}

// startOf returns the token where e begins.
func (p *parser) startOf(e plan.Expr) int {
	at, i := e.Where().Start, p.i-1
	for i > 0 && p.toks[i].start > at {
		i--
	}
	return max(i, 0)
}

// field takes the name behind a dot.
func (p *parser) field(e plan.Expr, start int) plan.Expr {
	at := p.i
	name := p.ident()
	if a, ok := e.(*plan.Attribute); ok {
		parts := append(a.Parts[:len(a.Parts):len(a.Parts)], name)
		return &plan.Attribute{Parts: parts, Node: p.at(start)}
	}
	key := &plan.Literal{Value: name, Type: sqltype.String, Node: p.at(at)}
	return &plan.Extract{Child: e, Key: key, Node: p.at(start)}
}

func (p *parser) qualifiedStar(e plan.Expr, start int) plan.Expr {
	a, ok := e.(*plan.Attribute)
	if !ok {
		p.i++
		p.unexpected()
	}
	p.i += 2
	return p.star(a.Parts, start)
}

// star takes the EXCEPT list behind a star.
func (p *parser) star(target []string, start int) plan.Expr {
	s := &plan.Star{Target: target}
	if p.is("EXCEPT", "(") && !p.atQuery(p.i+1) {
		p.i += 2
		for ok := true; ok; ok = p.accept(",") {
			s.Except = append(s.Except, p.parts())
		}
		p.expect(")")
	}
	s.Node = p.at(start)
	return s
}

// exprs takes a list of at least one expression.
func (p *parser) exprs() []plan.Expr {
	list := []plan.Expr{p.expr()}
	for p.accept(",") {
		list = append(list, p.expr())
	}
	return list
}

// namedExpr takes an expression with an optional alias or list of aliases.
func (p *parser) namedExpr() plan.Expr {
	start := p.i
	e := p.expr()
	var names []string
	switch {
	case p.accept("AS"):
		if p.is("(") {
			names = p.identList()
		} else {
			names = []string{p.objectIdent()}
		}
	case p.is("(") && p.match[p.i] > 0 && p.isIdentifier(p.ahead(1)):
		names = p.identList()
	case p.isAlias(false):
		names = []string{p.objectIdent()}
	default:
		return e
	}
	return &plan.Alias{Child: e, Names: names, Node: p.at(start)}
}

func (p *parser) namedExprs() []plan.Expr {
	list := []plan.Expr{p.namedExpr()}
	for p.accept(",") {
		list = append(list, p.namedExpr())
	}
	return list
}

// sortKeys takes the list of ORDER BY.
func (p *parser) sortKeys() []plan.SortKey {
	var keys []plan.SortKey
	for ok := true; ok; ok = p.accept(",") {
		k := plan.SortKey{Expr: p.expr()}
		p.order(&k)
		keys = append(keys, k)
	}
	return keys
}

// order takes ASC or DESC and the place of nulls.
func (p *parser) order(k *plan.SortKey) {
	k.Desc = p.acceptOneOf("ASC", "DESC") == "DESC"
	if p.accept("NULLS") {
		switch {
		case p.accept("FIRST"):
			k.Nulls = plan.NullsFirst
		default:
			p.expect("LAST")
			k.Nulls = plan.NullsLast
		}
	}
}
