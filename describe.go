package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sqltype"
)

// statistics are the rows of Describe, with the aggregate of each.
var statistics = [][2]string{{"count", "count"}, {"mean", "avg"}, {"stddev", "stddev"}, {"min", "min"}, {"max", "max"}}

// Describe computes count, mean, stddev, min and max of columns, all numeric
// and text columns if none is named, as texts in rows of those names.
func (d *DataFrame) Describe(columns ...string) *DataFrame { return d.describe(statistics, columns) }

// Summary is Describe with the quartiles.
func (d *DataFrame) Summary() *DataFrame {
	return d.describe([][2]string{{"count", "count"}, {"mean", "avg"}, {"stddev", "stddev"}, {"min", "min"},
		{"25%", "percentile_approx"}, {"50%", "percentile_approx"}, {"75%", "percentile_approx"}, {"max", "max"}}, nil)
}

// quartiles are the percentages of the rows of Summary.
var quartiles = map[string]float64{"25%": 0.25, "50%": 0.5, "75%": 0.75}

func (d *DataFrame) describe(rows [][2]string, columns []string) *DataFrame {
	b := d.build()
	fields := (&NAFunctions{d}).fields(b, columns)
	var out plan.Relation
	for _, r := range rows {
		list := []plan.Expr{&plan.Alias{Node: b.node(), Child: b.take(literal(r[0], b.at)), Names: []string{"summary"}}}
		for _, f := range fields {
			if !sqltype.IsNumeric(f.Type) && f.Type.Kind() != sqltype.KindString {
				continue
			}
			list = append(list, &plan.Alias{Node: b.node(), Child: b.statistic(r, f), Names: []string{f.Name}})
		}
		one := plan.Relation(&plan.Aggregate{Node: b.node(), Child: d.rel, Aggs: list})
		if out == nil {
			out = one
			continue
		}
		out = &plan.SetOp{Node: b.node(), Kind: plan.Union, All: true, Left: out, Right: one}
	}
	return b.frame(out)
}

// statistic is one cell of Describe, as text; of texts there is no mean.
func (b *builder) statistic(r [2]string, f sqltype.Field) plan.Expr {
	c := named(plan.QuoteIfNeeded(f.Name), 0, b.at)
	args := []any{c}
	if f.Type.Kind() == sqltype.KindString && r[1] != "count" && r[1] != "min" && r[1] != "max" {
		args[0] = Column{e: &plan.Cast{Node: b.node(), Child: c.e, Type: sqltype.Double, Mode: plan.CastTry}}
	}
	if q, ok := quartiles[r[0]]; ok {
		args = append(args, literal(q, b.at))
	}
	return &plan.Cast{Node: b.node(), Child: call(b.at, r[1], args...).e, Type: sqltype.String}
}
