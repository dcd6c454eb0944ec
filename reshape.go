package spate

import (
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/plan"
)

// Unpivot turns columns into rows: for each row, one with the ids, the name of
// a column in the column variable, and its value in the column value. Without
// values all columns that are no ids are turned.
func (d *DataFrame) Unpivot(ids, values []ColumnOrName, variable, value string) *DataFrame {
	b := d.build()
	u := &plan.Unpivot{Node: b.node(), Child: d.rel, HasIDs: true, IDs: b.exprs(ids), Variable: variable, Values: []string{value}, IncludeNulls: true}
	for _, e := range b.exprs(values) {
		u.Columns, u.Labels = append(u.Columns, []plan.Expr{e}), append(u.Labels, "")
	}
	return b.frame(u)
}

// Melt is Unpivot.
func (d *DataFrame) Melt(ids, values []ColumnOrName, variable, value string) *DataFrame {
	return d.Unpivot(ids, values, variable, value)
}

// ColRegex selects the columns whose name matches a Java regular expression.
func (d *DataFrame) ColRegex(pattern string) Column {
	return Column{e: &plan.ColRegex{Node: plan.At(callSite()), Pattern: pattern, PlanID: d.id}}
}

// RandomSplit cuts the frame into frames of about the given weights, the same
// at every run of a seed if the rows come in the same order.
func (d *DataFrame) RandomSplit(weights []float64, seed ...int64) []*DataFrame {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	s := int64(env.RandomSeed())
	if len(seed) > 0 {
		s = seed[0]
	}
	out, at := make([]*DataFrame, len(weights)), 0.0
	for i, w := range weights {
		b := d.build()
		if w < 0 || sum <= 0 {
			b.failf("", "the weights of RandomSplit are not negative, and not all 0")
		}
		out[i] = b.frame(&plan.Sample{Node: b.node(), Child: d.rel, Lower: at / sum, Upper: (at + w) / sum, Seed: &s})
		at += w
	}
	return out
}
