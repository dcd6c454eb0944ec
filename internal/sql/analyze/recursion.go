package analyze

import (
	"strconv"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// self is what its own name means within a query of WITH RECURSIVE.
type self struct {
	id      logical.ID
	out     []*logical.Attr
	refused string // the condition to fail with, "" where a mention is right
	used    bool
}

// mention makes the rows of the last round, with attributes of their own.
func (s *self) mention(a *Analyzer, at sparkerr.Origin) (logical.Node, error) {
	switch s.refused {
	case "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE":
		return nil, fail(at, s.refused, "A query that reads its own rows must join its parts by UNION ALL; UNION, which removes duplicates, is not possible there.")
	case "":
	default:
		return nil, fail(at, s.refused, "A query that reads its own rows is written as start UNION ALL step: two parts, of which only the second names the query itself.")
	}
	s.used = true
	ref := &logical.RecursionRef{At: logical.At{Origin: at}, Of: s.id}
	for _, o := range s.out {
		ref.Out = append(ref.Out, logical.NewAttr(a.IDs, o.Name, o.T, true))
	}
	return ref, nil
}

// recursive analyses a query of WITH RECURSIVE, which may name itself.
func (a *Analyzer) recursive(c *cteScope, e *env) (logical.Node, error) {
	me := &self{id: a.IDs.Next(), refused: "INVALID_RECURSIVE_CTE"}
	inner := e.with(func(d *env) { d.ctes = &cteScope{cte: c.cte, self: me, outer: e.ctes} })
	q := c.cte.Query
	for w, ok := q.(*plan.With); ok; w, ok = q.(*plan.With) {
		var err error
		if inner, err = a.known(w, inner); err != nil {
			return nil, err
		}
		q = w.Child
	}
	u, ok := q.(*plan.SetOp)
	if ok && u.Kind == plan.Union && !u.All {
		me.refused = "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE"
	}
	if !ok || u.Kind != plan.Union || !u.All {
		n, err := a.relation(q, inner)
		if err != nil {
			return nil, err
		}
		return a.columns(c, n)
	}
	anchor, err := a.relation(u.Left, inner)
	if err != nil {
		return nil, err
	}
	if anchor, err = a.columns(c, anchor); err != nil {
		return nil, err
	}
	r := &logical.Recursion{At: logical.At{Origin: u.Origin}, ID: me.id, Name: c.cte.Name, Anchor: anchor}
	for _, t := range anchor.Output() {
		r.Out = append(r.Out, logical.NewAttr(a.IDs, t.Name, t.T, true))
	}
	me.out, me.refused = r.Out, ""
	if r.Step, err = a.relation(u.Right, inner); err != nil {
		return nil, err
	}
	if !me.used {
		n, err := a.relation(q, inner)
		if err != nil {
			return nil, err
		}
		return a.columns(c, n)
	}
	if err := a.step(r, u); err != nil {
		return nil, err
	}
	r.Rounds, err = a.rounds(c, e)
	return r, err
}

// step checks the second part and brings its columns to the types of the first.
func (a *Analyzer) step(r *logical.Recursion, u *plan.SetOp) error {
	out := r.Step.Output()
	if len(out) != len(r.Out) {
		return fail(u.Origin, "NUM_COLUMNS_MISMATCH", "UNION needs inputs with the same number of columns, but the first has "+itoa(len(r.Out))+" and the second "+itoa(len(out))+".",
			"operator", "UNION", "firstNumColumns", itoa(len(r.Out)), "invalidOrdinalNum", expr.Ordinal(1), "invalidNumColumns", itoa(len(out)))
	}
	types := make([]sqltype.Type, len(out))
	for i, t := range out {
		types[i] = r.Out[i].T
		if common, ok := expr.CommonType(types[i], t.T, a.Session.ANSI); !ok || common.String() != types[i].String() {
			return fail(u.Origin, "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", "The column "+plan.Quote(r.Out[i].Name)+" begins as "+quoteType(types[i])+", but the step makes it "+quoteType(t.T)+". Cast it in the step or at the start.",
				"left", quoteType(types[i]), "right", quoteType(t.T))
		}
	}
	if logical.Streaming(r.Anchor) || logical.Streaming(r.Step) {
		return refuse(u.Origin, "A stream in a query that reads its own rows")
	}
	if misplaced(r.Step, r.ID, false) {
		return fail(u.Origin, "INVALID_RECURSIVE_REFERENCE.PLACE", "A query cannot read its own rows below an aggregation or ORDER BY, nor on the side of an outer, semi or anti join whose missing rows matter.")
	}
	r.Step = a.converted(r.Step, types, u.Origin)
	return nil
}

// misplaced reports whether a reference stands where each round needs all rows
// and not only the last ones; below says that n is below such a place.
func misplaced(n logical.Node, id logical.ID, below bool) bool {
	if r, ok := n.(*logical.RecursionRef); ok {
		return below && r.Of == id
	}
	left, right := below, below
	switch x := n.(type) {
	case *logical.Aggregate, *logical.Sort:
		left = true
	case *logical.Join:
		left = below || x.Type == logical.RightOuter || x.Type == logical.FullOuter
		right = below || x.Type == logical.LeftOuter || x.Type == logical.FullOuter || x.Type == logical.LeftSemi || x.Type == logical.LeftAnti
	}
	for i, c := range n.Children() {
		if misplaced(c, id, i == 0 && left || i > 0 && right) {
			return true
		}
	}
	for _, e := range n.Exprs() {
		if expr.Any(e, func(x expr.Node) bool {
			s, ok := x.(*logical.Subquery)
			return ok && misplaced(s.Plan, id, below)
		}) {
			return true
		}
	}
	return false
}

// rounds is MAX RECURSION LEVEL, or what the session allows; negative: no end.
func (a *Analyzer) rounds(c *cteScope, e *env) (int64, error) {
	x := c.cte.MaxRecursion
	if x == nil {
		n, err := a.number("spark.sql.cteRecursionLevelLimit", 100)
		return n, err
	}
	n, err := (&resolver{a: a, env: e}).expr(x)
	if err != nil {
		return 0, err
	}
	if l, ok := a.fold(n).(*expr.Literal); ok {
		if v, ok := l.Value.(int32); ok {
			return int64(v), nil
		}
	}
	return 0, fail(x.Where(), "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "MAX RECURSION LEVEL needs a whole number, not "+quoteExpr(n)+".", "name", "MAX RECURSION LEVEL", "expr", quoteExpr(n), "dataType", quoteType(n.Type()))
}

// number reads a whole number of the configuration.
func (a *Analyzer) number(key string, otherwise int64) (int64, error) {
	if a.Session.Conf == nil || a.Session.Conf(key) == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(a.Session.Conf(key), 10, 64)
	if err != nil {
		return 0, sparkerr.New("INVALID_CONF_VALUE.TYPE_MISMATCH", "The value of "+key+" must be a whole number.", "confName", key, "confValue", a.Session.Conf(key), "confType", "int")
	}
	return n, nil
}
