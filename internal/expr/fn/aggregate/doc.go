// Package aggregate is the aggregate functions.
//
// State is columns and a fresh row is zeros, so where a zero is a value (sum,
// min) a boolean column seen says whether there was one. Update and Merge run
// over rows []uint32, one entry a selected row: the loops for numbers without
// nulls do nothing else. Arguments are flat or constant.
package aggregate

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.AggregateFunc {
	return concat(counts(), sums(), extremes(), moments(), pairs(), picks(), bitwise(), collections(), percentiles(), sketches(), approximations(), histograms())
}

func concat[T any](lists ...[]T) []T {
	var all []T
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// spec is an aggregate function with one form.
type spec struct {
	name, usage, example string
	alias                []string
	args                 []def.Want
	optional             int
	nullable             bool
	distinctIsPlain      bool
	result               func(args []sqltype.Type) sqltype.Type
	make                 func(c *expr.Session, args []sqltype.Type) func(*expr.Context) (expr.Aggregate, error)
	check                func(c *expr.Session, name string, args []expr.Arg) error
}

func (s spec) build() *expr.AggregateFunc {
	counted := def.Spec{Name: s.name, Args: s.args, Optional: s.optional}
	return &expr.AggregateFunc{Name: s.name, Alias: s.alias, Group: "aggregate", Usage: s.usage, Example: s.example,
		DistinctIsPlain: s.distinctIsPlain,
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
			types, err := counted.Types(c, args)
			if err == nil && s.check != nil {
				err = s.check(c, s.name, args)
			}
			if err != nil {
				return expr.AggregateSignature{}, err
			}
			return expr.AggregateSignature{Args: types, Result: s.result(types), Nullable: s.nullable, Make: s.make(c, types)}, nil
		}}
}

// fixed makes a maker of a value that holds nothing between calls.
func fixed(a expr.Aggregate) func(*expr.Context) (expr.Aggregate, error) {
	return func(*expr.Context) (expr.Aggregate, error) { return a, nil }
}

func field(name string, t sqltype.Type) sqltype.Field { return sqltype.Field{Name: name, Type: t} }

// at returns the row of entry k of a selection.
func at(sel []uint16, k int) int {
	if sel == nil {
		return k
	}
	return int(sel[k])
}

// orderable refuses operands without an order.
func orderable(i int) func(c *expr.Session, name string, args []expr.Arg) error {
	return func(_ *expr.Session, name string, args []expr.Arg) error {
		t := args[i].Type
		if def.Orderable(t) {
			return nil
		}
		return expr.Mismatch("INVALID_ORDERING_TYPE", name, args, "values of the type "+expr.SQLName(t)+" have no order.",
			"functionName", "`"+name+"`", "dataType", expr.SQLName(t))
	}
}
