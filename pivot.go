package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sqltype"
)

// intType is the type of counts that the API itself writes.
var intType = sqltype.Int

// Pivot makes a column of each value of a column, filled by the aggregates that
// follow. Without values they are looked up at once by a query of their own,
// which a stream does not allow.
func (g *GroupedData) Pivot(column ColumnOrName, values ...any) *GroupedData {
	b := g.begin()
	p := *g
	p.b, p.column = b, column
	p.pivot = b.expr(column)
	for _, v := range flattenedValues(values) {
		p.values = append(p.values, b.take(valueOf(v, b.at)))
	}
	return &p
}

func flattenedValues(values []any) []any {
	if len(values) == 1 {
		if list, ok := elements(values[0]); ok {
			return list
		}
	}
	return values
}

// maxPivotValues is spark.sql.pivotMaxValues by default.
const maxPivotValues = 10000

// distinct looks up the values of the pivot column, in order.
func (g *GroupedData) distinct(b *builder) []plan.Expr {
	if b.err != nil {
		return []plan.Expr{}
	}
	rows, err := g.d.Select(g.column).Distinct().Limit(maxPivotValues + 1).ToDF("value").OrderBy("value").Collect(b.s.root)
	b.note(err)
	if len(rows) > maxPivotValues {
		b.failf("_LEGACY_ERROR_TEMP_1324", "the pivot column has more than 10000 values; name those that matter in Pivot")
	}
	values := []plan.Expr{}
	for _, r := range rows {
		values = append(values, b.take(valueOf(r.Get(0), b.at)))
	}
	return values
}

// numeric returns the numeric columns that are not grouped by.
func (g *GroupedData) numeric(b *builder) []string {
	schema, err := g.d.Schema()
	if err != nil {
		b.note(err)
		return nil
	}
	grouped := map[string]bool{}
	for _, e := range g.group {
		if a, ok := e.(*plan.Attribute); ok {
			grouped[folded(a.Parts[len(a.Parts)-1])] = true
		}
	}
	var out []string
	for _, f := range schema.Fields {
		if sqltype.IsNumeric(f.Type) && !grouped[folded(f.Name)] {
			out = append(out, plan.QuoteIfNeeded(f.Name))
		}
	}
	return out
}
