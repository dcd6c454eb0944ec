package parser

import "github.com/spatestream/spate/internal/plan"

// pipes takes the operators of pipe syntax behind a query.
func (p *parser) pipes(start int, r plan.Relation) plan.Relation {
	for chain := 0; p.accept("|>"); chain++ {
		if chain > maxDepth {
			p.tooComplex()
		}
		r = p.pipe(start, r)
	}
	return r
}

// pipe takes one operator of pipe syntax.
func (p *parser) pipe(start int, r plan.Relation) plan.Relation {
	at := p.i
	switch {
	case p.is("SELECT"):
		return p.selectQuery(at, r)
	case p.accept("EXTEND"):
		list := append([]plan.Expr{&plan.Star{Node: p.at(at)}}, p.namedExprs()...)
		return &plan.Project{Child: r, Exprs: list, Node: p.at(at)}
	case p.accept("SET"):
		return p.pipeSet(at, r)
	case p.accept("DROP"):
		d := &plan.DropColumns{Child: r}
		for ok := true; ok; ok = p.accept(",") {
			d.Columns = append(d.Columns, p.column())
		}
		d.Node = p.at(at)
		return d
	case p.accept("AS"):
		name := p.objectIdent()
		return &plan.Aliased{Child: r, Name: name, Node: p.at(at)}
	case p.accept("WHERE"):
		cond := p.expr()
		return &plan.Filter{Child: r, Cond: cond, Node: p.at(at)}
	case p.accept("AGGREGATE"):
		return p.pipeAggregate(at, r)
	case p.is("PIVOT"), p.is("UNPIVOT"):
		return p.pivots(at, r)
	case p.is("TABLESAMPLE"):
		return p.sample(at, r)
	case p.isOneOf("UNION", "EXCEPT", "MINUS", "INTERSECT"):
		return p.pipeSetOp(at, r)
	case p.is("LATERAL", "VIEW"):
		return p.lateralViews(r)
	}
	if j := p.join(at, r); j != r {
		return j
	}
	return p.pipeOrder(at, r)
}

// pipeOrder takes one of the clauses that order, and LIMIT with OFFSET.
func (p *parser) pipeOrder(at int, r plan.Relation) plan.Relation {
	if o := p.ordered(r); o != r {
		if p.isOneOf("LIMIT", "OFFSET") && !p.endsAt(p.ahead(1)) {
			first, second := p.toks[at].word+" BY", p.cur().word
			p.failFrom(at, "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS", first+" and "+second+" need a |> each.", "clause1", first, "clause2", second)
		}
		return o
	}
	if o := p.limits(r); o != r {
		return o
	}
	p.unexpected()
	return nil
}

// pipeSet takes SET column = value, ...
func (p *parser) pipeSet(at int, r plan.Relation) plan.Relation {
	w := &plan.WithColumns{Child: r}
	for ok := true; ok; ok = p.accept(",") {
		begin := p.i
		name := p.objectIdent()
		p.expect("=")
		value := p.expr()
		w.Columns = append(w.Columns, &plan.Alias{Child: value, Names: []string{name}, Node: p.at(begin)})
	}
	w.Node = p.at(at)
	return w
}

// pipeAggregate takes AGGREGATE [list] [GROUP BY list]; the grouping columns
// come out first.
func (p *parser) pipeAggregate(at int, r plan.Relation) plan.Relation {
	a := &plan.Aggregate{Child: r, Keyed: true}
	if !p.is("GROUP", "BY") {
		a.Aggs = p.namedExprs()
	}
	if p.accept("GROUP", "BY") {
		for ok := true; ok; ok = p.accept(",") {
			p.plainGroup(at)
			a.Group = append(a.Group, p.namedExpr())
		}
		p.plainGroup(at)
	}
	if a.Aggs == nil && a.Group == nil {
		p.unexpected()
	}
	a.Node = p.at(at)
	return a
}

// plainGroup refuses the forms of GROUP BY that pipe syntax does not have.
func (p *parser) plainGroup(at int) {
	form := ""
	switch {
	case p.is("ALL") && p.endsAt(p.ahead(1)):
		form = "GROUP BY ALL"
	case p.is("ROLLUP", "("), p.is("WITH", "ROLLUP"):
		form = "ROLLUP"
	case p.is("CUBE", "("), p.is("WITH", "CUBE"):
		form = "CUBE"
	case p.is("GROUPING", "SETS"):
		form = "GROUPING SETS"
	default:
		return
	}
	p.failFrom(at, "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", "|> AGGREGATE has no "+form+"; use SELECT ... GROUP BY.", "case", form)
}

func (p *parser) pipeSetOp(at int, r plan.Relation) plan.Relation {
	kinds := map[string]plan.SetKind{"UNION": plan.Union, "EXCEPT": plan.Except, "MINUS": plan.Except, "INTERSECT": plan.Intersect}
	s := &plan.SetOp{Kind: kinds[p.next().word], Left: r}
	p.setQuantifier(s)
	s.Right = p.queryPrimary()
	s.Node = p.at(at)
	return s
}
