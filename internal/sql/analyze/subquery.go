package analyze

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// subquery resolves a query within an expression.
func (r *resolver) subquery(x *plan.Subquery) (expr.Node, error) {
	outer := &scope{grouped: r.grouped}
	for _, s := range r.scopes {
		outer.attrs = append(outer.attrs, s.attrs...)
	}
	n, err := r.a.relation(x.Query, r.env.with(func(d *env) { d.outer = outer }))
	if err != nil {
		return nil, err
	}
	if logical.Streaming(n) {
		return nil, fail(x.Origin, "INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY", "A stream cannot stand in a subquery expression. Join with it instead.")
	}
	q := &logical.Subquery{Plan: n, Origin: x.Origin}
	switch x.Kind {
	case plan.ScalarSubquery:
		if w := len(n.Output()); w != 1 {
			return nil, fail(x.Origin, "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN", "A subquery used as a value must have one column, but has "+itoa(w)+".", "number", itoa(w))
		}
		return q, nil
	case plan.ExistsSubquery:
		q.Form = logical.Exists
		return q, nil
	case plan.InSubquery:
		q.Form = logical.InQuery
		return r.inSubquery(q, x)
	}
	return nil, refuse(x.Origin, "A TABLE argument")
}

// inSubquery brings the values and the columns of the query to common types.
func (r *resolver) inSubquery(q *logical.Subquery, x *plan.Subquery) (expr.Node, error) {
	args, err := r.exprs(x.Values)
	if err != nil {
		return nil, err
	}
	out := q.Plan.Output()
	if len(args) == 1 && len(out) > 1 {
		if st, ok := args[0].Type().(*sqltype.Struct); ok && len(st.Fields) == len(out) {
			args = structFields(args[0])
		}
	}
	if len(args) != len(out) {
		return nil, fail(x.Origin, "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", "IN compares "+itoa(len(args))+" values with a subquery of "+itoa(len(out))+" columns.",
			"leftLength", itoa(len(args)), "rightLength", itoa(len(out)), "leftColumns", quoteList(args), "rightColumns", quoteList(logical.Nodes(out)))
	}
	types := make([]sqltype.Type, len(args))
	for i, n := range args {
		t, ok := expr.ComparisonType(n.Type(), out[i].T, r.a.Session.ANSI)
		if !ok {
			return nil, fail(x.Origin, "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH", "IN compares "+quoteType(n.Type())+" with "+quoteType(out[i].T)+", which have no common type. Cast one.",
				"mismatchedColumns", "("+quoteExpr(n)+", "+quoteExpr(out[i])+")", "leftType", quoteType(n.Type()), "rightType", quoteType(out[i].T))
		}
		args[i], types[i] = r.a.coerce(n, t), t
	}
	q.Args, q.Plan = args, r.a.converted(q.Plan, types, x.Origin)
	return q, nil
}

func structFields(e expr.Node) []expr.Node {
	if c, ok := e.(*expr.Call); ok && c.Fn.Name == "named_struct" {
		var out []expr.Node
		for i := 1; i < len(c.Args); i += 2 {
			out = append(out, c.Args[i])
		}
		return out
	}
	var out []expr.Node
	for i, f := range fieldsOf(e) {
		out = append(out, &expr.Field{Arg: e, Ordinal: i, Name: f.Name})
	}
	return out
}

func quoteList(es []expr.Node) string {
	s := "["
	for i, e := range es {
		if i > 0 {
			s += ", "
		}
		s += quoteExpr(e)
	}
	return s + "]"
}
