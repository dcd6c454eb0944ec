package parser

import (
	"slices"
	"strings"

	"github.com/spatestream/spate/internal/plan"
)

// organised takes ORDER BY, SORT BY, DISTRIBUTE BY, CLUSTER BY, WINDOW, LIMIT
// and OFFSET. OFFSET is applied below LIMIT.
func (p *parser) organised(start int, r plan.Relation) plan.Relation {
	return p.limits(p.windows(start, p.ordered(r)))
}

// ordered takes ORDER BY, SORT BY, DISTRIBUTE BY and CLUSTER BY.
func (p *parser) ordered(r plan.Relation) plan.Relation {
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
	if p.is("SORT", "BY") || p.is("CLUSTER", "BY") || p.is("DISTRIBUTE", "BY") {
		r = p.secondSort(at, r)
	}
	return r
}

// limits takes LIMIT and OFFSET.
func (p *parser) limits(r plan.Relation) plan.Relation {
	var limit, offset plan.Expr
	at := p.i
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
