package parser

import (
	"fmt"
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
