package spate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/sparkerr"
)

// Column is an expression over the columns of a DataFrame: a column, a literal,
// a function of others. It is immutable; the zero Column is not valid.
type Column struct {
	e     plan.Expr
	err   error // the first mistake made in building it
	desc  bool  // sort order, for OrderBy
	nulls plan.NullOrder
}

// ColumnOrName is a Column or a string that names one: "a", "t.a",
// "person.name", "`odd.name`", "*".
type ColumnOrName = any

// ColumnOrSQL is a Column or the SQL text of an expression.
type ColumnOrSQL = any

// ColumnOrValue is a Column or a Go value, which Lit makes one; a string is a
// text here.
type ColumnOrValue = any

// Col returns the column of that name.
func Col(name string) Column { return named(name, 0, callSite()) }

func named(name string, id int64, at sparkerr.Origin) Column {
	e, err := plan.Column(at, name, id)
	return Column{e: e, err: err}
}

// Expr returns the column that an SQL expression describes:
// Expr("upper(name) AS n").
func Expr(sql string) Column {
	e, err := parser.Expr(sql, parser.Options{})
	return Column{e: e, err: written(err, callSite())}
}

// CallFunction calls a function by its SQL name: a built-in one or one that was
// registered. The package functions has a Go function for each built-in one.
func CallFunction(name string, args ...ColumnOrName) Column { return call(callSite(), name, args...) }

// call calls a function over columns or names.
func call(at sparkerr.Origin, name string, args ...ColumnOrName) Column {
	c := &plan.Call{Node: plan.At(at), Name: name}
	out := Column{e: c}
	for _, a := range args {
		x := columnOf(a, at)
		out.note(x.err)
		c.Args = append(c.Args, x.e)
	}
	return out
}

// note keeps the first error.
func (c *Column) note(err error) {
	if c.err == nil {
		c.err = err
	}
}

// columnOf returns x, which is a Column or the name of one.
func columnOf(x ColumnOrName, at sparkerr.Origin) Column {
	switch x := x.(type) {
	case Column:
		return x.valid(at)
	case *Column:
		return x.valid(at)
	case string:
		return named(x, 0, at)
	}
	return Column{e: &plan.Literal{Node: plan.At(at)}, err: sparkerr.New("NOT_COLUMN_OR_STR",
		fmt.Sprintf("a Column or the name of one belongs here, not a %T; spate.Lit makes a column of a value", x),
		"arg_name", "col", "arg_type", fmt.Sprintf("%T", x)).At(at)}
}

// valueOf returns x, which is a Column or a Go value.
func valueOf(x ColumnOrValue, at sparkerr.Origin) Column {
	switch x := x.(type) {
	case Column:
		return x.valid(at)
	case *Column:
		return x.valid(at)
	}
	return literal(x, at)
}

// valid refuses the zero Column.
func (c Column) valid(at sparkerr.Origin) Column {
	if c.e == nil {
		c.e = &plan.Literal{Node: plan.At(at)}
		c.note(sparkerr.New("NOT_COLUMN_OR_STR", "this Column is empty: make one with spate.Col, spate.Lit or spate.Expr", "arg_name", "col", "arg_type", "Column{}").At(at))
	}
	return c
}

// String returns the expression for error messages and debugging; the name of
// a column in a result is DataFrame.Columns.
func (c Column) String() string { return plan.ExprString(c.e) }

// As names the column. Several names belong to functions that make several
// columns, such as posexplode.
func (c Column) As(names ...string) Column {
	return c.wrap(&plan.Alias{Node: plan.At(callSite()), Child: c.e, Names: names})
}

// AsWithMetadata is As that also puts metadata on the column: JSON values.
func (c Column) AsWithMetadata(name string, metadata map[string]any) Column {
	return c.wrap(&plan.Alias{Node: plan.At(callSite()), Child: c.e, Names: []string{name}, Metadata: metadata})
}

// wrap is an expression over c, which inherits its error.
func (c Column) wrap(e plan.Expr) Column { return Column{e: e, err: c.err} }

// Asc sorts by the column, smallest first and nulls before everything.
func (c Column) Asc() Column { return c.ordered(false, plan.NullsDefault) }

// AscNullsFirst is Asc.
func (c Column) AscNullsFirst() Column { return c.ordered(false, plan.NullsFirst) }

// AscNullsLast is Asc with nulls at the end.
func (c Column) AscNullsLast() Column { return c.ordered(false, plan.NullsLast) }

// Desc sorts by the column, largest first and nulls at the end.
func (c Column) Desc() Column { return c.ordered(true, plan.NullsDefault) }

// DescNullsFirst is Desc with nulls at the front.
func (c Column) DescNullsFirst() Column { return c.ordered(true, plan.NullsFirst) }

// DescNullsLast is Desc.
func (c Column) DescNullsLast() Column { return c.ordered(true, plan.NullsLast) }

func (c Column) ordered(desc bool, nulls plan.NullOrder) Column {
	c.desc, c.nulls = desc, nulls
	return c
}

// CallDistinct calls an aggregate over the distinct values of its arguments.
func CallDistinct(name string, args ...ColumnOrName) Column {
	c := call(callSite(), name, args...)
	c.e.(*plan.Call).Distinct = true
	return c
}

// Lambda makes the argument of a higher-order function: body gets as many
// columns, at most three, as there are parameters. The package functions has
// friendlier forms. body may be called more than once.
func Lambda(parameters int, body func(params []Column) Column) Column {
	at := callSite()
	inner := plan.ExprString(body(lambdaParams(at, parameters, "")).valid(at).e)
	suffix := ""
	if n := strings.Count(inner, ") -> "); n > 0 { // lambdas within have the shorter names
		suffix = "_" + strconv.Itoa(n)
	}
	l := &plan.Lambda{Node: plan.At(at)}
	params := lambdaParams(at, parameters, suffix)
	for _, p := range params {
		l.Params = append(l.Params, p.e.(*plan.Attribute).Parts[0])
	}
	b := body(params).valid(at)
	l.Body = b.e
	return Column{e: l, err: b.err}
}

func lambdaParams(at sparkerr.Origin, n int, suffix string) []Column {
	params := make([]Column, n)
	for i := range params {
		params[i] = Column{e: &plan.Attribute{Node: plan.At(at), Parts: []string{string(rune('x'+i)) + suffix}}}
	}
	return params
}

// Failed returns a column that carries a mistake to where work starts, for
// packages that build columns.
func Failed(err error) Column {
	at := callSite()
	return Column{e: &plan.Literal{Node: plan.At(at)}, err: locate(err, at)}
}
