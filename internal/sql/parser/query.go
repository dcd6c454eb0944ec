package parser

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/plan"
)

// query takes a query: CTEs, set operations, and order and limits.
func (p *parser) query() plan.Relation {
	p.enter()
	defer p.leave()
	start := p.i
	if !p.is("WITH") {
		return p.queryNoWith()
	}
	w := p.with()
	w.Child = p.queryNoWith()
	w.Node = p.at(start)
	return w
}

func (p *parser) queryNoWith() plan.Relation {
	start := p.i
	r := p.setOps(start)
	for {
		r = p.organised(start, r)
		if !p.is("|>") {
			return r
		}
		r = p.pipes(start, r)
	}
}

// with takes WITH [RECURSIVE] and its CTEs.
func (p *parser) with() *plan.With {
	start := p.i
	p.expect("WITH")
	w := &plan.With{Recursive: p.accept("RECURSIVE")}
	names := map[string]bool{}
	for ok := true; ok; ok = p.accept(",") {
		at := p.i
		c := p.cte()
		if c.MaxRecursion != nil && !w.Recursive {
			p.notAllowed(at, "MAX RECURSION LEVEL without WITH RECURSIVE")
		}
		if folded := strings.ToLower(c.Name); names[folded] {
			p.failFrom(start, "DUPLICATED_CTE_NAMES", "WITH defines `"+c.Name+"` twice; rename one of them.", "duplicateNames", "`"+folded+"`")
		}
		names[strings.ToLower(c.Name)] = true
		w.CTEs = append(w.CTEs, c)
	}
	return w
}

func (p *parser) cte() plan.CTE {
	c := plan.CTE{Name: p.objectIdent()}
	if p.is("(") {
		c.Columns = p.identList()
	}
	if p.accept("MAX", "RECURSION", "LEVEL") {
		c.MaxRecursion = p.value(0)
	}
	p.accept("AS")
	c.Query = p.parenQuery()
	return c
}

// parenQuery takes a query in parentheses.
func (p *parser) parenQuery() plan.Relation {
	p.expect("(")
	r := p.query()
	p.expect(")")
	return r
}

// atQuery reports whether the parenthesis at token i holds a query, not an
// expression or relation.
func (p *parser) atQuery(i int) bool {
	for n := 0; n < maxDepth; n++ {
		if i >= len(p.toks) || p.toks[i].word != "(" || p.match[i] == 0 {
			return i < len(p.toks) && p.toks[i].word == "(" && p.beginsQuery(i+1)
		}
		if p.beginsQuery(i + 1) {
			return true
		}
		if p.toks[i+1].word != "(" || p.match[i+1] == 0 {
			return false
		}
		switch p.toks[p.match[i+1]+1].word {
		case ")", "UNION", "EXCEPT", "MINUS", "INTERSECT", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET", "WINDOW", "|>":
			i++
		default:
			return false
		}
	}
	return false
}

// beginsQuery reports whether a query begins at token i, which is behind a
// parenthesis or at the start of a statement.
func (p *parser) beginsQuery(i int) bool {
	next := p.toks[min(i+1, len(p.toks)-1)]
	name := p.isIdentifier(&next)
	switch p.toks[i].word {
	case "SELECT":
		return !p.endsAt(&next) && next.word != "." && next.word != "="
	case "WITH", "TABLE":
		return name
	case "FROM":
		return name || next.word == "("
	case "VALUES":
		return next.word == "(" || name || p.isString(&next) || isNumber(next.kind) || next.word == "-"
	case "MAP", "REDUCE":
		return name || p.isString(&next)
	}
	return false
}

// setOps takes queries joined by set operations; INTERSECT binds tighter.
func (p *parser) setOps(start int) plan.Relation {
	left := p.intersections(start)
	for chain := 0; p.isOneOf("UNION", "EXCEPT", "MINUS"); chain++ {
		if chain > maxChain {
			p.tooComplex()
		}
		s := &plan.SetOp{Kind: plan.Union, Left: left}
		if p.next().word != "UNION" {
			s.Kind = plan.Except
		}
		p.setQuantifier(s)
		at := p.i
		s.Right = p.intersections(at)
		s.Node = p.at(start)
		left = s
	}
	return left
}

func (p *parser) intersections(start int) plan.Relation {
	left := p.queryPrimary()
	for chain := 0; p.is("INTERSECT"); chain++ {
		if chain > maxChain {
			p.tooComplex()
		}
		p.i++
		s := &plan.SetOp{Kind: plan.Intersect, Left: left}
		p.setQuantifier(s)
		s.Right = p.queryPrimary()
		s.Node = p.at(start)
		left = s
	}
	return left
}

// setQuantifier takes ALL and DISTINCT. By name is of the DataFrame API only.
func (p *parser) setQuantifier(s *plan.SetOp) { s.All = p.acceptOneOf("ALL", "DISTINCT") == "ALL" }

func (p *parser) queryPrimary() plan.Relation {
	p.enter()
	defer p.leave()
	start := p.i
	switch p.cur().word {
	case "SELECT":
		return p.selectQuery(start, nil)
	case "FROM":
		return p.fromQuery()
	case "TABLE":
		return p.tableQuery()
	case "VALUES":
		p.i++
		return p.inlineTable(start)
	case "(":
		return p.parenQuery()
	case "MAP", "REDUCE":
		p.notAllowed(start, "SELECT TRANSFORM; use a Go function")
	}
	p.unexpected()
	return nil
}

// tableQuery takes TABLE name.
func (p *parser) tableQuery() plan.Relation {
	start := p.i
	p.expect("TABLE")
	name := p.name()
	return &plan.Table{Name: name, Node: p.at(start)}
}

// fromQuery takes FROM relation with a SELECT, or without: FROM t |> ...
func (p *parser) fromQuery() plan.Relation {
	start := p.i
	from := p.fromClause()
	if p.is("SELECT") {
		return p.selectQuery(start, from)
	}
	return from
}

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

// organised takes ORDER BY, SORT BY, DISTRIBUTE BY, CLUSTER BY, WINDOW, LIMIT
// and OFFSET. OFFSET is applied below LIMIT.
func (p *parser) organised(start int, r plan.Relation) plan.Relation {
	at := p.i
	switch {
	case p.accept("ORDER", "BY"):
		r = p.sorted(at, r, true)
	case p.accept("CLUSTER", "BY"):
		keys := p.ascending(p.exprs())
		r = &plan.Repartition{Child: r, Kind: plan.ByHash, Keys: keys, Node: p.at(at)}
		r = &plan.Sort{Child: r, Keys: keys, Node: p.at(at)}
	case p.accept("DISTRIBUTE", "BY"):
		r = &plan.Repartition{Child: r, Kind: plan.ByHash, Keys: p.ascending(p.exprs()), Node: p.at(at)}
	}
	if p.is("SORT", "BY") || p.is("ORDER", "BY") || p.is("CLUSTER", "BY") || p.is("DISTRIBUTE", "BY") {
		r = p.secondSort(at, r)
	}
	r = p.windows(start, r)
	var limit, offset plan.Expr
	at = p.i
	if p.accept("LIMIT") && !p.accept("ALL") {
		limit = p.expr()
	}
	if p.accept("OFFSET") {
		offset = p.expr()
	}
	if offset != nil {
		r = &plan.Offset{Child: r, Count: offset, Node: p.at(at)}
	}
	if limit != nil {
		r = &plan.Limit{Child: r, Count: limit, Node: p.at(at)}
	}
	return r
}

// secondSort takes SORT BY, which may stand alone or behind DISTRIBUTE BY; any
// other two of the clauses exclude each other.
func (p *parser) secondSort(first int, r plan.Relation) plan.Relation {
	at := p.i
	if !p.accept("SORT", "BY") || at > first && p.toks[first].word != "DISTRIBUTE" {
		p.failFrom(first, "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", "A query has one of ORDER BY, SORT BY, CLUSTER BY and DISTRIBUTE BY; only the last takes SORT BY too.")
	}
	return p.sorted(at, r, false)
}

func (p *parser) sorted(at int, r plan.Relation, global bool) plan.Relation {
	s := &plan.Sort{Child: r, Global: global}
	if p.is("ALL") && (p.endsAt(p.ahead(1)) || p.ahead(1).word != "." && p.ahead(1).word != "(" && !isOperator(p.ahead(1).word)) {
		p.i++
		s.All, s.Keys = true, []plan.SortKey{{}}
		p.order(&s.Keys[0])
	} else {
		s.Keys = p.sortKeys()
	}
	s.Node = p.at(at)
	return s
}

func isOperator(word string) bool {
	return word != "" && strings.IndexByte("+-*/%<>=!|&^[:", word[0]) >= 0
}

func (p *parser) ascending(list []plan.Expr) []plan.SortKey {
	keys := make([]plan.SortKey, len(list))
	for i, e := range list {
		keys[i].Expr = e
	}
	return keys
}

// windows takes WINDOW name AS (...), ...
func (p *parser) windows(start int, r plan.Relation) plan.Relation {
	if !p.is("WINDOW") || p.ahead(2).word != "AS" && !p.is("WINDOW", "IDENTIFIER", "(") {
		return r
	}
	p.i++
	w := &plan.Windows{Child: r}
	for ok := true; ok; ok = p.accept(",") {
		name := p.objectIdent()
		if slices.ContainsFunc(w.Names, func(n string) bool { return equalFold(n, name) }) {
			p.failFrom(start, "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", "The window "+plan.Quote(name)+" is defined twice.", "windowName", plan.Quote(name))
		}
		w.Names = append(w.Names, name)
		p.expect("AS")
		w.Specs = append(w.Specs, p.window())
	}
	w.Node = p.at(start)
	return w
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

// inlineTable takes the rows behind VALUES and an alias.
func (p *parser) inlineTable(start int) plan.Relation {
	v := &plan.Values{}
	for ok := true; ok; ok = p.accept(",") {
		v.Rows = append(v.Rows, p.valuesRow())
	}
	v.Node = p.at(start)
	for i, row := range v.Rows {
		if len(row) != len(v.Rows[0]) {
			p.columnsMismatch(start, len(v.Rows[0]), len(row), i)
		}
	}
	if p.is("AS", "(") {
		p.i++
		return &plan.Aliased{Child: v, Columns: p.identList(), Node: p.at(start)}
	}
	r := p.aliased(start, v)
	if a, ok := r.(*plan.Aliased); ok && a.Columns != nil && len(a.Columns) != len(v.Rows[0]) {
		p.columnsMismatch(start, len(a.Columns), len(v.Rows[0]), 0)
	}
	return r
}

func (p *parser) columnsMismatch(start, want, got, row int) {
	p.failFrom(start, "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
		fmt.Sprintf("Row %d of VALUES has %d columns where %d are expected.", row, got, want),
		"expectedNumCols", strconv.Itoa(want), "actualNumCols", strconv.Itoa(got), "rowIndex", strconv.Itoa(row))
}

// valuesRow takes (a, b) or a single expression.
func (p *parser) valuesRow() []plan.Expr {
	e := p.valuesItem()
	if row, ok := e.(*plan.Call); ok && row.Name == "struct" && len(row.Args) > 0 {
		return row.Args
	}
	return []plan.Expr{e}
}

// valuesItem takes an expression of VALUES; an alias needs AS, since
// the name of the table may follow.
func (p *parser) valuesItem() plan.Expr {
	if p.is("DEFAULT") && p.endsAt(p.ahead(1)) {
		p.i++
		return &plan.DefaultValue{Node: p.at(p.i - 1)}
	}
	return p.expr()
}
