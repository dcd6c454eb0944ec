package aggregate

import (
	"fmt"
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sketch"
	"github.com/spatestream/spate/sqltype"
)

func histograms() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{{Name: "histogram_numeric", Group: "aggregate",
		Usage: "so many bars of a histogram of the values: where they lie and how many values they stand for", Example: "histogram_numeric(x, 5)",
		Resolve: resolveHistogram}}
}

func resolveHistogram(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
	const name = "histogram_numeric"
	if len(args) != 2 {
		return expr.AggregateSignature{}, expr.WrongNumArgs(name, "2", len(args))
	}
	types, err := def.Types(c, name, args, func(i int) def.Want { return []def.Want{approxValue, def.Int}[i] })
	if err != nil {
		return expr.AggregateSignature{}, err
	}
	bins, err := barsOf(name, args)
	if err != nil {
		return expr.AggregateSignature{}, err
	}
	bar := sqltype.NewStruct(sqltype.Field{Name: "x", Type: types[0], Nullable: true}, sqltype.Field{Name: "y", Type: sqltype.Double, Nullable: true})
	return expr.AggregateSignature{Args: types, Result: &sqltype.Array{Elem: bar, ContainsNull: true}, Nullable: true,
		Make: func(*expr.Context) (expr.Aggregate, error) {
			return &histogram{summaries[*sketch.Histogram]{make: func() *sketch.Histogram { return sketch.NewHistogram(bins) }}}, nil
		}}, nil
}

// barsOf reads the number of bars.
func barsOf(name string, args []expr.Arg) (int, error) {
	n := args[1].Node
	var v any
	var err error
	varies := expr.Any(n, func(n expr.Node) bool { _, literal := n.(*expr.Literal); return !literal && len(n.Children()) == 0 })
	if !varies {
		v, err = expr.EvalConst(n, &expr.Context{})
	}
	x, ok := asFloat(v)
	switch {
	case err != nil || varies:
		return 0, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the number of bars must be a constant.",
			"inputName", "`nb`", "inputType", `"INT"`, "inputExpr", expr.Quoted(n.String()))
	case v == nil:
		return 0, expr.Mismatch("UNEXPECTED_NULL", name, args, "the number of bars must not be null.", "exprName", "nb")
	case !ok || x < 2 || x > math.MaxInt32:
		return 0, expr.Mismatch("VALUE_OUT_OF_RANGE", name, args, fmt.Sprintf("the number of bars must be 2 or more, not %v.", v),
			"exprName", "nb", "valueRange", "[2, 2147483647]", "currentValue", fmt.Sprint(v))
	}
	return int(x), nil
}

type histogram struct{ summaries[*sketch.Histogram] }

func (a *histogram) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	return a.each(state[0], rows, func(k int, h *sketch.Histogram) error {
		if i := at(sel, k); !args[0].IsNull(i) {
			h.Add(asNumber(args[0], i))
		}
		return nil
	})
}

func (a *histogram) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	return a.each(state[0], rows, func(k int, h *sketch.Histogram) error {
		other, err := a.load(from[0], at(sel, k))
		if err == nil {
			h.Merge(other)
		}
		return err
	})
}

func (a *histogram) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		h, err := a.load(state[0], int(r))
		if err != nil {
			return err
		}
		if len(h.Bins()) == 0 {
			out.AppendNull()
			continue
		}
		bars := out.Child[0]
		lo := bars.Len
		for _, b := range h.Bins() {
			appendNumber(bars.Child[0], b.X)
			columnar.AppendFixed(bars.Child[1], b.Count)
			bars.AppendStruct()
		}
		out.AppendList(lo)
	}
	return nil
}
