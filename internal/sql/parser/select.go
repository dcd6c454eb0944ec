package parser

import (
	"github.com/spatestream/spate/internal/plan"
)

// selectQuery takes SELECT ... up to WINDOW. from is the relation when FROM
// came first, else nil.
func (p *parser) selectQuery(start int, from plan.Relation) plan.Relation {
	p.expect("SELECT")
	hints := p.hints()
	if p.is("TRANSFORM", "(") && p.hasTransform() {
		p.notAllowed(start, "SELECT TRANSFORM; use a Go function")
	}
	distinct := false
	if p.isOneOf("DISTINCT", "ALL") && !p.endsAt(p.ahead(1)) {
		distinct = p.next().word == "DISTINCT"
	}
	list := p.namedExprs()
	if from == nil {
		from = &plan.OneRow{Node: p.at(start)}
		if p.is("FROM") {
			from = p.fromClause()
		}
	}
	from = p.lateralViews(from)
	if at := p.i; p.accept("WHERE") {
		cond := p.expr()
		from = &plan.Filter{Child: from, Cond: cond, Node: p.at(at)}
	}
	r := p.projection(start, from, list)
	if at := p.i; p.accept("HAVING") {
		if _, grouped := r.(*plan.Aggregate); !grouped {
			r = &plan.Aggregate{Child: from, Aggs: list, Node: p.at(start)}
		}
		cond := p.expr()
		r = &plan.Having{Child: r, Cond: cond, Node: p.at(at)}
	}
	if at := p.i; p.is("QUALIFY") && !p.endsAt(p.ahead(1)) {
		p.i++
		cond := p.expr()
		r = &plan.Qualify{Child: r, Cond: cond, Node: p.at(at)}
	}
	if distinct {
		r = &plan.Distinct{Child: r, Node: p.at(start)}
	}
	r = p.windows(start, r)
	for i := len(hints) - 1; i >= 0; i-- {
		hints[i].Child = r
		r = hints[i]
	}
	return r
}

// hasTransform reports whether SELECT TRANSFORM(...), which comes next, is the
// script form: USING follows it.
func (p *parser) hasTransform() bool {
	end := p.match[p.i+1]
	return end > 0 && (p.toks[end+1].word == "USING" || p.toks[end+1].word == "ROW")
}

// projection makes the Project, or with GROUP BY the Aggregate.
func (p *parser) projection(start int, from plan.Relation, list []plan.Expr) plan.Relation {
	if !p.is("GROUP", "BY") {
		return &plan.Project{Child: from, Exprs: list, Node: p.at(start)}
	}
	p.i += 2
	a := &plan.Aggregate{Child: from, Aggs: list}
	if next := p.ahead(1).word; p.is("ALL") && next != "." && next != "(" && next != "," {
		p.i++
		a.All = true
	} else {
		a.Group = p.grouping()
	}
	a.Node = p.at(start)
	return a
}

// grouping takes the list of GROUP BY.
func (p *parser) grouping() []plan.Expr {
	start := p.i
	var list []plan.Expr
	for ok := true; ok; ok = p.accept(",") {
		list = append(list, p.groupingElement())
	}
	switch {
	case p.accept("WITH", "ROLLUP"):
		return []plan.Expr{p.groupingOf(start, plan.Rollup, list)}
	case p.accept("WITH", "CUBE"):
		return []plan.Expr{p.groupingOf(start, plan.Cube, list)}
	case p.accept("GROUPING", "SETS"):
		g := &plan.Grouping{Kind: plan.GroupingSets, By: list, Sets: p.groupingSets()}
		g.Node = p.at(start)
		return []plan.Expr{g}
	}
	return list
}

func (p *parser) groupingOf(start int, kind plan.GroupingKind, list []plan.Expr) plan.Expr {
	g := &plan.Grouping{Kind: kind, Node: p.at(start)}
	for _, e := range list {
		g.Sets = append(g.Sets, []plan.Expr{e})
	}
	return g
}

// groupingElement takes an expression, ROLLUP, CUBE or GROUPING SETS.
func (p *parser) groupingElement() plan.Expr {
	start := p.i
	kind := plan.GroupingSets
	switch {
	case p.is("ROLLUP", "("):
		kind = plan.Rollup
		p.i++
	case p.is("CUBE", "("):
		kind = plan.Cube
		p.i++
	case p.is("GROUPING", "SETS", "("):
		p.i += 2
	default:
		return p.expr()
	}
	g := &plan.Grouping{Kind: kind, Sets: p.groupingSets()}
	g.Node = p.at(start)
	for _, s := range g.Sets {
		if len(s) == 0 && kind != plan.GroupingSets {
			p.failFrom(start, "_LEGACY_ERROR_TEMP_0051", "ROLLUP and CUBE have no empty element; it is in the result anyway.")
		}
	}
	return g
}

// groupingSets takes (a, (b, c), (), CUBE(d)).
func (p *parser) groupingSets() [][]plan.Expr {
	p.enter()
	defer p.leave()
	p.expect("(")
	var sets [][]plan.Expr
	for ok := true; ok; ok = p.accept(",") {
		switch {
		case p.accept("(", ")"):
			sets = append(sets, []plan.Expr{})
		case p.is("(") && p.wholeItem():
			p.i++
			sets = append(sets, p.exprs())
			p.expect(")")
		default:
			sets = append(sets, []plan.Expr{p.groupingElement()})
		}
	}
	p.expect(")")
	return sets
}

// wholeItem reports whether the parenthesis that comes next ends where the
// list item does.
func (p *parser) wholeItem() bool {
	m := p.match[p.i]
	return m > 0 && (p.toks[m+1].word == "," || p.toks[m+1].word == ")") && !p.atQuery(p.i)
}

// hints takes the hint comments behind SELECT.
func (p *parser) hints() []*plan.Hint {
	var hints []*plan.Hint
	for p.accept("/*+") {
		for !p.is("*", "/") {
			at := p.i
			h := &plan.Hint{Name: p.ident()}
			if p.accept("(") {
				h.Args = p.hintArguments()
			}
			h.Node = p.at(at)
			hints = append(hints, h)
			p.accept(",")
		}
		p.i += 2
	}
	return hints
}

func (p *parser) hintArguments() []plan.Expr {
	var args []plan.Expr
	for !p.accept(")") {
		args = append(args, p.primary())
		if !p.is(")") {
			p.expect(",")
		}
	}
	return args
}
