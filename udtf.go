package spate

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// UDTF1 makes a table function of one argument: each element of what it returns
// is a row, whose columns are the fields of the struct R, or one column value of
// another R. Select it as a column, or register it for LATERAL VIEW.
//
//	words := spate.UDTF1(func(line string) []string { return strings.Fields(line) })
//	lines.Select(words.Call("value").As("word"))
func UDTF1[A, R any](f func(A) []R) *UserFunc {
	var err error
	p1 := parameterOf[A](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return tableFunc(placeOf(f), []anyParameter{p1}, func(types []sqltype.Type) ([]loader, func() []R) {
		a := p1.bind(types[0])
		return []loader{a}, func() []R { return f(a.x) }
	})
}

// UDTF2 is UDTF1 of two arguments.
func UDTF2[A, B, R any](f func(A, B) []R) *UserFunc {
	var err error
	p1, p2 := parameterOf[A](&err), parameterOf[B](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return tableFunc(placeOf(f), []anyParameter{p1, p2}, func(types []sqltype.Type) ([]loader, func() []R) {
		a, b := p1.bind(types[0]), p2.bind(types[1])
		return []loader{a, b}, func() []R { return f(a.x, b.x) }
	})
}

func tableFunc[R any](p place, want []anyParameter, body func(types []sqltype.Type) ([]loader, func() []R)) *UserFunc {
	res, err := encoder.Of[R]()
	if err != nil {
		return &UserFunc{err: err}
	}
	f := &expr.TableFunc{Name: strings.ToLower(p.name), Group: "user"}
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.TableSignature, error) {
		types, err := signature(c, p.name, want, args)
		return expr.TableSignature{Args: types, Out: res.Schema(), Make: func() expr.Generator {
			loaders, call := body(types)
			return (&tableKernel[R]{p: p, res: res, args: loaders, call: call}).run
		}}, err
	}
	return &UserFunc{name: p.name, fn: f}
}

// tableKernel makes rows of rows. What is left of a row that did not fit waits
// in rest.
type tableKernel[R any] struct {
	p    place
	res  *encoder.Encoder[R]
	args []loader
	call func() []R
	rest []R
}

// run implements expr.Generator.
func (k *tableKernel[R]) run(_ *expr.Context, args []*columnar.Vector, sel []uint16, out []*columnar.Vector, from []uint16, skip int) (consumed, skipNext int, rows []uint16, err error) {
	for i, a := range k.args {
		a.begin(args[i])
	}
	b := &columnar.Batch{Schema: k.res.Schema(), Cols: out}
	row := 0
	err = k.p.guarded(&row, func() error {
		for ; consumed < len(sel); consumed++ {
			row = int(sel[consumed])
			if skip == 0 {
				if err := k.open(row); err != nil {
					return err
				}
			}
			n := min(len(k.rest), columnar.MaxRows-len(from))
			for i := range n {
				if err := k.res.AppendRow(b, &k.rest[i]); err != nil {
					return k.p.failed(row, err, k.p.at)
				}
				from = append(from, uint16(consumed))
			}
			if k.rest = k.rest[n:]; len(k.rest) > 0 {
				skipNext = skip + n
				return nil
			}
			skip = 0
		}
		return nil
	})
	return consumed, skipNext, from, err
}

// open calls the function for a row; a NULL it cannot see makes no rows.
func (k *tableKernel[R]) open(row int) error {
	k.rest = nil
	for _, a := range k.args {
		if ok, err := a.load(row); !ok || err != nil {
			return err
		}
	}
	k.rest = k.call()
	return nil
}
