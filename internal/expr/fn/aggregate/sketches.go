package aggregate

import (
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sketch"
	"github.com/spatestream/spate/sqltype"
)

func sketches() []*expr.AggregateFunc {
	s := def.Spec{Name: "approx_count_distinct", Args: def.Args(def.Any, def.Double), Optional: 1}
	return []*expr.AggregateFunc{
		{Name: "approx_count_distinct", Group: "aggregate", Usage: "about how many different values there are; the second operand is the deviation, 0.05 by default",
			Example: "approx_count_distinct(x)", DistinctIsPlain: true,
			Resolve: func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
				types, err := s.Types(c, args)
				if err != nil {
					return expr.AggregateSignature{}, err
				}
				rsd := 0.05
				if len(args) == 2 {
					rsd, _ = asFloat(args[1].Value)
				}
				shape, err := sketch.NewRegisters(rsd)
				if err != nil {
					return expr.AggregateSignature{}, expr.Mismatch("VALUE_OUT_OF_RANGE", s.Name, args, err.Error(),
						"exprName", "relativeSD", "valueRange", "(0, 0.39]", "currentValue", fmt.Sprint(rsd))
				}
				return expr.AggregateSignature{Args: types, Result: sqltype.Long,
					Make: func(*expr.Context) (expr.Aggregate, error) { return &distinct{shape: shape}, nil }}, nil
			}},
	}
}

// distinct keeps the registers of a group as an array of words, made when the
// first value comes.
type distinct struct {
	shape sketch.Registers
	hash  []uint64
}

var distinctState = &sqltype.Struct{Fields: []sqltype.Field{field("registers", listOf(sqltype.Long))}}

func (*distinct) State() *sqltype.Struct { return distinctState }

// words returns the registers of row r.
func (a *distinct) words(v *columnar.Vector, r int) []uint64 {
	lo, hi := v.Span(r)
	return columnar.Slice[uint64](v.Child[0])[lo:hi]
}

func (a *distinct) fresh(v *columnar.Vector, r uint32) []uint64 {
	if v.Views[r].Len == 0 {
		at := v.Child[0].Len
		for range a.shape.Words() {
			v.Child[0].AppendZero()
		}
		v.Views[r] = columnar.View{Off: uint32(at), Len: uint32(a.shape.Words())}
	}
	return a.words(v, int(r))
}

func (a *distinct) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	v := args[0]
	if len(a.hash) < v.Len {
		a.hash = make([]uint64, v.Len)
	}
	columnar.HashRows64(a.hash[:v.Len], args[:1], sel)
	for k, r := range rows {
		if i := at(sel, k); !v.IsNull(i) {
			a.shape.Add(a.fresh(state[0], r), a.hash[i])
		}
	}
	return nil
}

func (a *distinct) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if other := a.words(from[0], at(sel, k)); len(other) > 0 {
			a.shape.Merge(a.fresh(state[0], r), other)
		}
	}
	return nil
}

func (a *distinct) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		n := int64(0)
		if w := a.words(state[0], int(r)); len(w) > 0 {
			n = a.shape.Estimate(w)
		}
		columnar.AppendFixed(out, n)
	}
	return nil
}
