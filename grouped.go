package spate

import (
	"github.com/spatestream/spate/internal/plan"
)

// GroupedData is a frame with grouping columns, waiting for aggregates.
type GroupedData struct {
	d     *DataFrame
	b     *builder
	group []plan.Expr
	// pivot and values are those of Pivot; nil for none.
	pivot  plan.Expr
	values []plan.Expr
	column ColumnOrName // as it was given to Pivot
}

// GroupBy groups the rows by columns: by names, columns, or expressions such as
// functions.Window("time", "10 minutes"). Without any there is one group of
// all rows.
func (d *DataFrame) GroupBy(columns ...ColumnOrName) *GroupedData {
	b := d.build()
	return &GroupedData{d: d, b: b, group: b.exprs(columns)}
}

// Rollup groups by the columns, by all but the last, and so on down to one
// group of all rows.
func (d *DataFrame) Rollup(columns ...ColumnOrName) *GroupedData {
	return d.grouping(plan.Rollup, columns)
}

// Cube groups by every subset of the columns.
func (d *DataFrame) Cube(columns ...ColumnOrName) *GroupedData { return d.grouping(plan.Cube, columns) }

func (d *DataFrame) grouping(kind plan.GroupingKind, columns []ColumnOrName) *GroupedData {
	b := d.build()
	g := &plan.Grouping{Node: b.node(), Kind: kind}
	for _, e := range b.exprs(columns) {
		g.Sets = append(g.Sets, []plan.Expr{e})
	}
	return &GroupedData{d: d, b: b, group: []plan.Expr{g}}
}

// Agg aggregates all rows: GroupBy().Agg.
func (d *DataFrame) Agg(aggregates ...Column) *DataFrame { return d.GroupBy().Agg(aggregates...) }

// begin starts the operation that ends the grouping.
func (g *GroupedData) begin() *builder {
	b := g.d.build()
	if g.b.err != nil {
		b.err = g.b.err
	}
	return b
}

// Agg computes aggregates of each group: functions.Sum("x").As("total"). The
// grouping columns come first.
func (g *GroupedData) Agg(aggregates ...Column) *DataFrame {
	b := g.begin()
	if len(aggregates) == 0 {
		b.failf("CANNOT_BE_EMPTY", "Agg needs at least one aggregate", "item", "aggregate expressions")
	}
	list := make([]plan.Expr, len(aggregates))
	for i, a := range aggregates {
		list[i] = b.take(a.valid(b.at))
	}
	return g.end(b, list)
}

func (g *GroupedData) end(b *builder, aggs []plan.Expr) *DataFrame {
	if g.pivot == nil {
		return b.frame(&plan.Aggregate{Node: b.node(), Child: g.d.rel, Group: g.group, Aggs: aggs, Keyed: true})
	}
	if g.values == nil {
		g.values = g.distinct(b)
	}
	group := g.group
	if group == nil {
		group = []plan.Expr{}
	}
	return b.frame(&plan.Pivot{Node: b.node(), Child: g.d.rel, Group: group, Aggs: aggs, On: []plan.Expr{g.pivot}, Values: g.values})
}

// Count counts the rows of each group in a column count.
func (g *GroupedData) Count() *DataFrame {
	b := g.begin()
	one := &plan.Literal{Node: b.node(), Value: int32(1), Type: intType}
	return g.end(b, []plan.Expr{&plan.Alias{Node: b.node(), Names: []string{"count"}, Child: &plan.Call{Node: b.node(), Name: "count", Args: []plan.Expr{one}}}})
}

// Sum adds up numeric columns of each group.
func (g *GroupedData) Sum(columns ...string) *DataFrame { return g.each("sum", columns) }

// Avg is the mean of numeric columns of each group.
func (g *GroupedData) Avg(columns ...string) *DataFrame { return g.each("avg", columns) }

// Mean is Avg.
func (g *GroupedData) Mean(columns ...string) *DataFrame { return g.each("avg", columns) }

// Min is the smallest value of columns in each group.
func (g *GroupedData) Min(columns ...string) *DataFrame { return g.each("min", columns) }

// Max is the largest value of columns in each group.
func (g *GroupedData) Max(columns ...string) *DataFrame { return g.each("max", columns) }

// each applies one aggregate to columns; to all numeric ones that are not
// grouped by if none is named.
func (g *GroupedData) each(fn string, columns []string) *DataFrame {
	b := g.begin()
	if len(columns) == 0 {
		columns = g.numeric(b)
	}
	aggs := make([]plan.Expr, len(columns))
	for i, c := range columns {
		aggs[i] = &plan.Call{Node: b.node(), Name: fn, Args: []plan.Expr{b.expr(c)}}
	}
	return g.end(b, aggs)
}
