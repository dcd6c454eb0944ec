package spate

import (
	"fmt"
	"reflect"

	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Map calls f with every row and returns a frame of the results. A is a struct,
// whose fields take the columns of their names (only those are read), or, of a
// frame of one column, anything else; B likewise becomes columns. Types map as
// CreateDataFrame's do, functions behave as UserFunc says. It works on streams.
//
//	type view struct{ Page string; Ms int64 }
//	seconds := spate.Map(views, func(v view) float64 { return float64(v.Ms) / 1000 })
func Map[A, B any](d *DataFrame, f func(A) B) *DataFrame {
	return typed[A](d, rowFunc[A, B](placeOf(f), func(x A, out []B) []B { return append(out, f(x)) }))
}

// FlatMap is Map of a function that makes any number of rows of one.
func FlatMap[A, B any](d *DataFrame, f func(A) []B) *DataFrame {
	return typed[A](d, rowFunc[A, B](placeOf(f), func(x A, _ []B) []B { return f(x) }))
}

// Filter keeps the rows, with all their columns, for which f says true. A is as
// in Map.
func Filter[A any](d *DataFrame, f func(A) bool) *DataFrame {
	b := d.build()
	keep := UDF1(f).Call(rowOf[A](b))
	return b.frame(&plan.Filter{Node: b.node(), Child: d.rel, Cond: b.take(keep)})
}

// MapGroups calls f with each group's key and rows and returns a frame of the
// results. K takes the grouping columns: a struct by their order, anything else
// one column. A is a struct, as in Map. A group's rows are in memory together,
// in no promised order. On a stream this is an aggregation, whose groups are
// kept whole.
func MapGroups[K, A, B any](g *GroupedData, f func(key K, rows []A) B) *DataFrame {
	return groups[K, A](g, UDTF2(func(k K, rows []A) []B { return []B{f(k, rows)} }))
}

// FlatMapGroups is MapGroups of a function that makes any number of rows of a
// group.
func FlatMapGroups[K, A, B any](g *GroupedData, f func(key K, rows []A) []B) *DataFrame {
	return groups[K, A](g, UDTF2(f))
}

// rowFunc is a table function over rows; f may append to out, which is empty.
func rowFunc[A, B any](p place, f func(x A, out []B) []B) *UserFunc {
	var err error
	row := parameterOf[A](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return tableFunc(p, []anyParameter{row}, func(types []sqltype.Type) ([]loader, func() []B) {
		a, out := row.bind(types[0]), []B(nil)
		return []loader{a}, func() []B {
			out = f(a.x, out[:0])
			return out
		}
	})
}

// typed selects what a function over rows makes.
func typed[A any](d *DataFrame, f *UserFunc) *DataFrame {
	b := d.build()
	rows := f.Call(rowOf[A](b))
	return b.frame(&plan.Project{Node: b.node(), Child: d.rel, Exprs: []plan.Expr{b.take(rows)}})
}

// rowOf returns the columns that an A is made of as one: a struct, or the only
// column.
func rowOf[A any](b *builder) Column {
	e, err := encoder.Of[A]()
	if err != nil {
		return Column{err: locate(err, b.at)}
	}
	t, ok := e.Type().(*sqltype.Struct)
	if !ok || e.Nullable() {
		return Column{e: &plan.Star{Node: b.node()}}
	}
	row := &plan.Call{Node: b.node(), Name: "struct"}
	for _, f := range t.Fields {
		row.Args = append(row.Args, &plan.Attribute{Node: b.node(), Parts: []string{f.Name}})
	}
	return Column{e: row}
}

// groups collects the rows of each group and hands them to f.
func groups[K, A any](g *GroupedData, f *UserFunc) *DataFrame {
	b := g.begin()
	if g.pivot != nil {
		b.failf("UNSUPPORTED_FEATURE", "the groups of a Pivot have no rows; group without it")
	}
	if t := reflect.TypeFor[A](); t.Kind() != reflect.Struct {
		b.failf("ENCODER_NOT_FOUND", fmt.Sprintf("the rows of a group are read as structs, not as %s", t), "typeName", t.String())
	}
	rows := &plan.Call{Node: b.node(), Name: "collect_list", Args: []plan.Expr{b.take(rowOf[A](b))}}
	lists := b.frame(&plan.Aggregate{Node: b.node(), Child: g.d.rel, Group: g.group, Aggs: []plan.Expr{
		&plan.Alias{Node: b.node(), Child: keyOf[K](b, g.group), Names: []string{"key"}},
		&plan.Alias{Node: b.node(), Child: rows, Names: []string{"rows"}},
	}})
	made := f.Call("key", "rows")
	return b.frame(&plan.Project{Node: b.node(), Child: lists.rel, Exprs: []plan.Expr{b.take(made)}})
}

// keyOf returns the grouping columns as a K.
func keyOf[K any](b *builder, group []plan.Expr) plan.Expr {
	e, err := encoder.Of[K]()
	b.note(err)
	if err != nil || len(group) == 0 {
		b.note(sparkerr.New("", "typed groups need a key: GroupBy(\"column\")"))
		return &plan.Literal{Node: b.node()}
	}
	t, ok := e.Type().(*sqltype.Struct)
	switch {
	case !ok && len(group) == 1:
		return group[0]
	case !ok || len(t.Fields) != len(group):
		b.failf("", fmt.Sprintf("the key %T of the groups does not take %d columns: a struct has as many fields, anything else is one column", *new(K), len(group)))
		return &plan.Literal{Node: b.node()}
	}
	key := &plan.Call{Node: b.node(), Name: "named_struct"}
	for i, f := range t.Fields {
		key.Args = append(key.Args, &plan.Literal{Node: b.node(), Value: f.Name, Type: sqltype.String}, group[i])
	}
	return key
}
