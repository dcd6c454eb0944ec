package parser

import (
	"github.com/spatestream/spate/internal/plan"
)

// pivots takes the PIVOT and UNPIVOT clauses behind a relation.
func (p *parser) pivots(start int, r plan.Relation) plan.Relation {
	for chain := 0; ; chain++ {
		if chain > maxDepth {
			p.tooComplex()
		}
		switch {
		case p.is("PIVOT", "("):
			r = p.pivot(start, r)
		case p.is("UNPIVOT") && (p.ahead(1).word == "(" || p.ahead(2).word == "NULLS"):
			r = p.unpivot(start, r)
		default:
			return r
		}
		if p.isAlias(true) || p.is("AS") {
			r = p.aliased(start, r)
		}
	}
}

// pivot takes PIVOT (aggregates FOR columns IN (values)).
func (p *parser) pivot(start int, r plan.Relation) plan.Relation {
	p.expect("PIVOT", "(")
	v := &plan.Pivot{Child: r}
	for ok := true; ok; ok = p.accept(",") {
		v.Aggs = append(v.Aggs, p.pivotItem("FOR"))
	}
	p.expect("FOR")
	if p.accept("(") {
		for ok := true; ok; ok = p.accept(",") {
			v.On = append(v.On, p.column())
		}
		p.expect(")")
	} else {
		v.On = []plan.Expr{p.column()}
	}
	p.expect("IN", "(")
	for ok := true; ok; ok = p.accept(",") {
		v.Values = append(v.Values, p.namedExpr())
	}
	p.expect(")", ")")
	v.Node = p.at(start)
	return v
}

// pivotItem takes an expression with an alias that is not the word given.
func (p *parser) pivotItem(not string) plan.Expr {
	start := p.i
	e := p.expr()
	if p.accept("AS") || !p.is(not) && p.isIdentifier(p.cur()) {
		name := p.objectIdent()
		return &plan.Alias{Child: e, Names: []string{name}, Node: p.at(start)}
	}
	return e
}

// column takes the name of a column, with its qualifiers.
func (p *parser) column() plan.Expr {
	start := p.i
	parts := p.parts()
	return &plan.Attribute{Parts: parts, Node: p.at(start)}
}

// unpivot takes UNPIVOT [INCLUDE|EXCLUDE NULLS] (value FOR name IN (columns)),
// where value and the columns may be lists.
func (p *parser) unpivot(start int, r plan.Relation) plan.Relation {
	p.expect("UNPIVOT")
	u := &plan.Unpivot{Child: r}
	if w := p.acceptOneOf("INCLUDE", "EXCLUDE"); w != "" {
		p.expect("NULLS")
		u.IncludeNulls = w == "INCLUDE"
	}
	p.expect("(")
	if p.is("(") {
		u.Values = p.identList()
	} else {
		u.Values = []string{p.objectIdent()}
	}
	p.expect("FOR")
	u.Variable = p.objectIdent()
	p.expect("IN", "(")
	for ok := true; ok; ok = p.accept(",") {
		p.unpivotColumns(u)
	}
	p.expect(")", ")")
	u.Node = p.at(start)
	return u
}

// unpivotColumns takes a column or (a, b), with an alias.
func (p *parser) unpivotColumns(u *plan.Unpivot) {
	var columns []plan.Expr
	if p.accept("(") {
		for ok := true; ok; ok = p.accept(",") {
			columns = append(columns, p.column())
		}
		p.expect(")")
	} else {
		columns = []plan.Expr{p.column()}
	}
	label := ""
	if p.accept("AS") || p.isIdentifier(p.cur()) {
		label = p.objectIdent()
	}
	u.Columns, u.Labels = append(u.Columns, columns), append(u.Labels, label)
}
