package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sqltype"
)

// NAFunctions is what a frame does about NULLs, and NaN of numbers.
type NAFunctions struct{ d *DataFrame }

// NA returns what the frame does about NULLs.
func (d *DataFrame) NA() *NAFunctions { return &NAFunctions{d} }

// Drop leaves out the rows with a NULL or NaN in one of the columns, in any
// column if none is named.
func (n *NAFunctions) Drop(columns ...string) *DataFrame { return n.drop("and", columns) }

// DropAll leaves out the rows where all of the columns are NULL or NaN.
func (n *NAFunctions) DropAll(columns ...string) *DataFrame { return n.drop("or", columns) }

// drop keeps the rows whose columns are there, all of them ("and") or one
// ("or").
func (n *NAFunctions) drop(how string, columns []string) *DataFrame {
	b := n.d.build()
	var cond plan.Expr
	for _, f := range n.fields(b, columns) {
		there := b.take(present(f, b))
		if cond == nil {
			cond = there
			continue
		}
		cond = &plan.Call{Node: b.node(), Name: how, Args: []plan.Expr{cond, there}, Operator: true}
	}
	if cond == nil {
		return b.frame(n.d.rel)
	}
	return b.frame(&plan.Filter{Node: b.node(), Child: n.d.rel, Cond: cond})
}

// present is true where a column is neither NULL nor NaN.
func present(f sqltype.Field, b *builder) Column {
	c := named(plan.QuoteIfNeeded(f.Name), 0, b.at)
	there := operate(b.at, "isnotnull", c)
	if isFloat(f.Type) {
		there = operate(b.at, "and", there, operate(b.at, "not", call(b.at, "isnan", c)))
	}
	return there
}

func isFloat(t sqltype.Type) bool {
	return t.Kind() == sqltype.KindFloat || t.Kind() == sqltype.KindDouble
}

// Fill puts a value in place of NULL, and of NaN in numbers, in the columns, in
// all if none is named. A number goes into numeric columns only, a string into
// texts, a bool into booleans; a value keeps the column's type.
func (n *NAFunctions) Fill(value any, columns ...string) *DataFrame {
	b := n.d.build()
	lit := literal(value, b.at)
	b.note(lit.err)
	l, ok := lit.e.(*plan.Literal)
	if !ok {
		b.failf("_LEGACY_ERROR_TEMP_1166", "Fill takes a number, a string or a bool")
		return b.frame(n.d.rel)
	}
	w := &plan.WithColumns{Node: b.node(), Child: n.d.rel}
	for _, f := range n.fields(b, columns) {
		if !fills(l.Type, f.Type) {
			continue
		}
		c := named(plan.QuoteIfNeeded(f.Name), 0, b.at)
		if isFloat(f.Type) {
			c = call(b.at, "nanvl", c, literal(nil, b.at))
		}
		filled := call(b.at, "coalesce", c, lit.wrap(&plan.Cast{Node: b.node(), Child: l, Type: f.Type}))
		w.Columns = append(w.Columns, &plan.Alias{Node: b.node(), Child: b.take(filled), Names: []string{f.Name}})
	}
	return b.frame(w)
}

func fills(value, column sqltype.Type) bool {
	return sqltype.IsNumeric(value) && sqltype.IsNumeric(column) || value.Kind() == column.Kind()
}

// fields returns the columns of those names, all if there are none.
func (n *NAFunctions) fields(b *builder, columns []string) []sqltype.Field {
	s, err := n.d.Schema()
	if err != nil {
		b.note(err)
		return nil
	}
	if len(columns) == 0 {
		return s.Fields
	}
	var out []sqltype.Field
	for _, c := range columns {
		i := s.IndexFold(c)
		if i < 0 {
			b.failf("UNRESOLVED_COLUMN.WITH_SUGGESTION", "there is no column "+plan.Quote(c)+"; there are "+joined(s.Names()), "objectName", plan.Quote(c), "proposal", joined(s.Names()))
			continue
		}
		out = append(out, s.Fields[i])
	}
	return out
}
