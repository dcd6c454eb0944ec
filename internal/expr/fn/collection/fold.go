package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// fold is aggregate, alias reduce: a start value merged with each element in
// turn, and the last value finished.
func fold(name string) *expr.Func {
	f := higher(name, "a start value merged with each element in turn, and finished", name+"(array(1, 2), 0, (acc, x) -> acc + x)", 2,
		func(args []expr.Arg, i int) []expr.Param {
			a, ok := args[0].Type.(*sqltype.Array)
			if !ok || len(args) < 2 || args[1].Type == nil {
				return nil
			}
			acc := expr.Param{T: args[1].Type, Null: true}
			if i == 3 {
				return []expr.Param{acc}
			}
			return []expr.Param{acc, {T: a.Elem, Null: a.ContainsNull}}
		},
		func(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) < 3 || len(args) > 4 {
				return expr.Signature{}, expr.WrongNumArgs(name, "[3, 4]", len(args))
			}
			if args[0].Type.Kind() != sqltype.KindArray {
				return expr.Signature{}, expr.UnexpectedInput(name, args, 0, `"ARRAY"`)
			}
			if !sqltype.SameShape(args[1].Type, args[2].Type) {
				return expr.Signature{}, expr.UnexpectedInput(name, args, 2, expr.SQLName(args[1].Type))
			}
			sig := expr.Signature{Args: []sqltype.Type{args[0].Type, args[1].Type, nil, nil}[:len(args)], Result: args[1].Type, Nullable: true, MakeHigher: folded}
			if len(args) == 4 {
				sig.Result = args[3].Type
			}
			return sig, nil
		})
	f.NullSafe = true
	f.Print = func(args []expr.Node) string {
		text := expr.CallText(name, args)
		if len(args) == 3 {
			text = text[:len(text)-1] + ", lambdafunction(namedlambdavariable(), namedlambdavariable()))"
		}
		return text
	}
	return f
}

// folded merges the k-th elements of all rows that have one at once.
func folded(lambdas []*expr.BoundLambda) expr.Kernel {
	merge := lambdas[2]
	params := newFeeder(merge).params
	var acc *columnar.Vector
	var live []uint16
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		live = live[:0]
		for _, i := range def.RowsOf(sel, n) {
			if args[0].IsNull(int(i)) {
				out.SetNull(int(i))
			} else {
				live = append(live, i)
			}
		}
		if acc == nil {
			acc = columnar.New(args[1].Type)
		}
		acc.Resize(n)
		clear(acc.Views)
		expr.Scatter(acc, args[1], live)
		if err := steps(merge, params, acc, args[0], live); err != nil {
			return err
		}
		if len(lambdas) < 4 || lambdas[3] == nil {
			expr.Scatter(out, acc, live)
			return nil
		}
		return finish(lambdas[3], acc, live, out)
	}
}

// steps runs the merge over the elements of list.
func steps(merge *expr.BoundLambda, params []*columnar.Vector, acc, list *columnar.Vector, rows []uint16) error {
	open := append([]uint16(nil), rows...)
	for k := 0; ; k++ {
		n := 0
		for _, i := range open {
			if lo, hi := list.Span(int(i)); lo+k < hi {
				open[n] = i
				n++
			}
		}
		if open = open[:n]; n == 0 {
			return nil
		}
		for _, p := range params {
			p.Resize(0)
		}
		params[0].AppendRows(acc, open, 0)
		for _, i := range open {
			if len(params) > 1 {
				lo, _ := list.Span(int(i))
				params[1].AppendFrom(list.Child[0], lo+k)
			}
		}
		v, err := merge.Eval(params, open, n)
		if err != nil {
			return err
		}
		for j, i := range open {
			set(acc, int(i), v, j)
		}
	}
}

func finish(l *expr.BoundLambda, acc *columnar.Vector, rows []uint16, out *columnar.Vector) error {
	if len(rows) == 0 {
		return nil
	}
	last := columnar.New(acc.Type)
	last.AppendRows(acc, rows, 0)
	v, err := l.Eval([]*columnar.Vector{last}, rows, len(rows))
	if err != nil {
		return err
	}
	for j, i := range rows {
		set(out, int(i), v, j)
	}
	return nil
}
