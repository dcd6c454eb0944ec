package expr_test

import (
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// sumOf is a higher-order function for this test: the lambda's values over the
// elements of an array, summed.
var sumOf = &expr.Func{Name: "sum_of"}

func sumCall(array expr.Node, l *expr.Lambda) expr.Node {
	return &expr.Call{Fn: sumOf, Args: []expr.Node{array, l}, Sig: expr.Signature{Result: sqltype.Long, MakeHigher: func(bound []*expr.BoundLambda) expr.Kernel {
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			if sel == nil {
				sel = columnar.All(n)
			}
			for _, i := range sel {
				lo, hi := args[0].Span(int(i))
				elems, rows := columnar.New(sqltype.Long), []uint16{}
				for j := lo; j < hi; j++ {
					elems.AppendFrom(args[0].Child[0], j)
					rows = append(rows, i)
				}
				v, err := bound[1].Eval([]*columnar.Vector{elems}, rows, hi-lo)
				if err != nil {
					return err
				}
				sum := int64(0)
				for j := range hi - lo {
					sum += columnar.At[int64](v, j)
				}
				columnar.Slice[int64](out)[i] = sum
			}
			return nil
		}
	}}}
}

// TestNestedLambdas sums x*y + c over x, y of one array: the inner lambda sees
// the outer one's parameter and a column.
func TestNestedLambdas(t *testing.T) {
	list := &sqltype.Array{Elem: sqltype.Long}
	array, c := columnar.New(list), columnar.New(sqltype.Long)
	array.AppendValue([]any{int64(1), int64(2)})
	array.AppendValue([]any{})
	array.AppendNull()
	array.AppendValue([]any{int64(5)})
	for i := range 4 {
		c.AppendValue(int64(10 * i))
	}
	col := &expr.Column{Ordinal: 0, Name: "a", T: list, Null: true}
	x, y := &expr.Param{Name: "x", T: sqltype.Long}, &expr.Param{Name: "y", T: sqltype.Long}
	inner := &expr.Lambda{Params: []*expr.Param{y}, Body: call(t, "+", call(t, "*", x, y), &expr.Column{Ordinal: 1, Name: "c", T: sqltype.Long})}
	n := sumCall(col, &expr.Lambda{Params: []*expr.Param{x}, Body: sumCall(col, inner)})
	e, err := expr.Compile(n, ctx)
	if err != nil {
		t.Fatal(err)
	}
	b := &columnar.Batch{Len: 4, Cols: []*columnar.Vector{array, c}}
	for range 2 {
		v, err := e.Eval(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []any{int64(9), int64(0), nil, int64(55)} { // (1+2)²+4·0, (5·5)+30
			if got := v.Value(i); got != want {
				t.Errorf("row %d: %v, want %v", i, got, want)
			}
		}
	}
	if want := "sum_of(a, lambdafunction(sum_of(a, lambdafunction(((namedlambdavariable() * namedlambdavariable()) + c), namedlambdavariable())), namedlambdavariable()))"; n.String() != want {
		t.Errorf("prints as %s", n)
	}
}
