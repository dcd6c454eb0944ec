package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sqltype"
)

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }

// primary takes an operand: a literal, a column, a call, something in
// parentheses, or one of the forms with words inside.
func (p *parser) primary() plan.Expr {
	start, t := p.i, p.cur()
	switch {
	case p.is("("):
		return p.paren(start)
	case p.isString(t):
		s := p.str()
		return &plan.Literal{Value: s, Type: sqltype.String, Text: p.between(start), Node: p.at(start)}
	case isNumber(t.kind) || p.is("-"):
		return p.numberLiteral()
	case p.accept("*"):
		return p.star(nil, start)
	case p.accept("?"):
		p.params++
		return &plan.Parameter{Index: p.params - 1, Node: p.at(start)}
	case p.is(":") && p.isIdentifier(p.ahead(1)):
		p.i++
		name := p.ident()
		return &plan.Parameter{Name: name, Node: p.at(start)}
	case t.kind == lex.Ident:
		if e := p.wordForm(start, t.word); e != nil {
			return e
		}
	}
	return p.columnOrCall(start)
}

// wordForm takes the operands that begin with a certain word; nil if the word
// is an ordinary name here.
func (p *parser) wordForm(start int, word string) plan.Expr {
	following := p.ahead(1)
	switch {
	case p.isString(following):
		if word == "INTERVAL" && isUnit(p.ahead(2).word) {
			return p.interval()
		}
		if word != "CASE" && word != "DISTINCT" {
			return p.typedLiteral(start, word)
		}
	case following.word == "(":
		if form := callForms[word]; form != nil {
			if e := form(p, start); e != nil {
				return e
			}
			p.i = start
		}
	}
	switch word {
	case "NULL":
		p.i++
		return &plan.Literal{Type: sqltype.Null, Text: "NULL", Node: p.at(start)}
	case "TRUE", "FALSE":
		if following.word != "." && following.word != "(" {
			p.i++
			return &plan.Literal{Value: word == "TRUE", Type: sqltype.Boolean, Text: p.between(start), Node: p.at(start)}
		}
	case "CASE":
		if !p.endsAt(following) && following.word != "." {
			return p.caseExpr()
		}
	case "INTERVAL":
		if p.atInterval() {
			return p.interval()
		}
	}
	return nil
}

// paren takes what is in parentheses: a lambda's parameters, a query, a row,
// or one expression.
func (p *parser) paren(start int) plan.Expr {
	p.enter()
	defer p.leave()
	if m := p.match[p.i]; m > 0 && p.toks[m+1].word == "->" {
		params := p.identList()
		return p.lambda(start, params)
	}
	if p.atQuery(p.i) {
		return &plan.Subquery{Kind: plan.ScalarSubquery, Query: p.parenQuery(), Node: p.at(start)}
	}
	p.expect("(")
	list := p.namedExprs()
	p.expect(")")
	if len(list) == 1 {
		if _, named := list[0].(*plan.Alias); !named {
			return list[0]
		}
	}
	return &plan.Call{Name: "struct", Args: list, Operator: true, Node: p.at(start)}
}

// lambda takes the body of a lambda, behind its parameters.
func (p *parser) lambda(start int, params []string) plan.Expr {
	p.expect("->")
	body := p.expr()
	return &plan.Lambda{Params: params, Body: body, Node: p.at(start)}
}

// columnOrCall takes a name and, if it is a function's, its arguments.
func (p *parser) columnOrCall(start int) plan.Expr {
	if p.is("IDENTIFIER", "(") {
		return p.identifierExpr(start)
	}
	quoted := p.cur().kind == lex.Quoted
	first := p.ident()
	if p.is("->") {
		return p.lambda(start, []string{first})
	}
	dots := 0
	for p.ahead(2*dots).word == "." {
		dots++
	}
	parts := append(make([]string, 0, dots+1), first)
	for p.is(".") && p.isIdentifier(p.ahead(1)) {
		p.i++
		parts = append(parts, p.ident())
	}
	if p.is("(") {
		n := len(parts) - 1
		return p.call(start, &plan.Call{Name: parts[n], Qualifier: parts[:n:n]})
	}
	if quoted && p.o.RegexColumns && len(parts) == 1 {
		return &plan.ColRegex{Pattern: first, Node: p.at(start)}
	}
	return &plan.Attribute{Parts: parts, Node: p.at(start)}
}

// identifierExpr takes IDENTIFIER(...) as a column or function.
func (p *parser) identifierExpr(start int) plan.Expr {
	n := p.identifierClause()
	if p.is("(") {
		if n.Expr != nil {
			return p.call(start, &plan.Call{Ident: n.Expr})
		}
		last := len(n.Parts) - 1
		return p.call(start, &plan.Call{Name: n.Parts[last], Qualifier: n.Parts[:last:last]})
	}
	if n.Expr != nil {
		return &plan.Identifier{Expr: n.Expr, Node: p.at(start)}
	}
	return &plan.Attribute{Parts: n.Parts, Node: p.at(start)}
}

// call takes the arguments of a function and what may follow them.
func (p *parser) call(start int, c *plan.Call) plan.Expr {
	p.enter()
	defer p.leave()
	p.expect("(")
	if !p.accept(")") {
		if (p.isOneOf("DISTINCT", "ALL")) && !p.endsAt(p.ahead(1)) {
			c.Distinct = p.next().word == "DISTINCT"
		}
		c.Args = p.arguments()
		p.nulls(c)
		p.expect(")")
	}
	return p.afterCall(start, c)
}

// arguments takes the arguments of a call: expressions, name => value,
// TABLE(query).
func (p *parser) arguments() []plan.Expr {
	var list []plan.Expr
	for ok := true; ok; ok = p.accept(",") {
		list = append(list, p.argument())
	}
	return list
}

func (p *parser) argument() plan.Expr {
	p.enter()
	defer p.leave()
	start := p.i
	if p.isIdentifier(p.cur()) && p.ahead(1).word == "=>" {
		name := p.ident()
		p.i++
		value := p.argument()
		return &plan.NamedArg{Name: name, Value: value, Node: p.at(start)}
	}
	if p.is("TABLE", "(") {
		return p.tableArgument(start)
	}
	if p.is("TABLE") && p.isIdentifier(p.ahead(1)) {
		return &plan.Subquery{Kind: plan.TableSubquery, Query: p.tableQuery(), Node: p.at(start)}
	}
	return p.expr()
}

func (p *parser) tableArgument(start int) plan.Expr {
	p.i++
	if p.atQuery(p.i) {
		return &plan.Subquery{Kind: plan.TableSubquery, Query: p.parenQuery(), Node: p.at(start)}
	}
	p.expect("(")
	at := p.i
	q := &plan.Table{Name: p.name(), Node: p.at(at)}
	p.expect(")")
	return &plan.Subquery{Kind: plan.TableSubquery, Query: q, Node: p.at(start)}
}

// nulls takes IGNORE NULLS and RESPECT NULLS.
func (p *parser) nulls(c *plan.Call) {
	switch {
	case p.accept("IGNORE", "NULLS"):
		c.IgnoreNulls = true
	case p.accept("RESPECT", "NULLS"):
		c.RespectNulls = true
	}
}

// afterCall takes WITHIN GROUP, FILTER, IGNORE NULLS and OVER.
func (p *parser) afterCall(start int, c *plan.Call) plan.Expr {
	if p.accept("WITHIN", "GROUP", "(") {
		p.expect("ORDER", "BY")
		c.Within = p.sortKeys()
		p.expect(")")
	}
	if p.accept("FILTER", "(", "WHERE") {
		c.Filter = p.expr()
		p.expect(")")
	}
	p.nulls(c)
	if p.is("OVER", "(") || p.is("OVER") && p.isIdentifier(p.ahead(1)) && !clause[p.ahead(1).word] {
		p.i++
		c.Over = p.window()
	}
	c.Node = p.at(start)
	return c
}

func (p *parser) caseExpr() plan.Expr {
	start := p.i
	p.enter()
	defer p.leave()
	p.expect("CASE")
	var operand plan.Expr
	weight, shared := 0, p.shared
	if at := p.i; !p.is("WHEN") {
		operand = p.expr()
		weight = p.weight(at, shared)
	}
	c := &plan.Case{}
	for ok := true; ok; ok = p.is("WHEN") {
		at := p.i
		p.expect("WHEN")
		when := p.expr()
		if operand != nil {
			p.share(weight)
			when = p.operator("=", at, operand, when)
		}
		p.expect("THEN")
		c.Whens, c.Thens = append(c.Whens, when), append(c.Thens, p.expr())
	}
	if p.accept("ELSE") {
		c.Else = p.expr()
	}
	p.expect("END")
	c.Node = p.at(start)
	return c
}
