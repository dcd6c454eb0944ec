package exprtest

import (
	"math"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// aggregate computes the aggregate over the table: at once, row by row through
// selections, and by merging the partial results of every second row. Group 0
// gets all rows, group 1 none.
func (r *runner) aggregate(a *aggregate) ([]string, sqltype.Type, error) {
	sig, err := a.f.Resolve(r.session, expr.ArgsOf(a.args))
	if err != nil {
		return nil, nil, err
	}
	args, err := r.vectors(a.args, sig.Args)
	if err != nil {
		return nil, nil, err
	}
	var want []string
	for _, way := range []func(expr.Aggregate, []*columnar.Vector) ([]*columnar.Vector, error){r.atOnce, r.oneByOne, r.merged} {
		agg, err := sig.Make(r.context())
		if err != nil {
			return nil, nil, err
		}
		state, err := way(agg, args)
		if err != nil {
			return nil, nil, err
		}
		out := columnar.New(sig.Result)
		if err := agg.Result(state, []uint32{1, 0}, out); err != nil {
			return nil, nil, err
		}
		got := print(out, nil, 2, r.session)[1:]
		if want != nil && !near(want[0], got[0]) {
			r.errorf("%s: %v, in another way %v", a.f.Name, want, got)
		}
		if want == nil {
			want = got
		}
	}
	return want, sig.Result, nil
}

// near compares texts, numbers up to rounding.
func near(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return a == b || err1 == nil && err2 == nil && math.Abs(x-y) <= 1e-12*math.Max(math.Abs(x), math.Abs(y))
}

func (r *runner) vectors(nodes []expr.Node, types []sqltype.Type) ([]*columnar.Vector, error) {
	var out []*columnar.Vector
	for i, n := range nodes {
		e, err := expr.Compile(expr.CastTo(n, types[i], r.session), r.context())
		if err != nil {
			return nil, err
		}
		v, err := e.Eval(r.data, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func fresh(a expr.Aggregate) []*columnar.Vector {
	var state []*columnar.Vector
	for _, f := range a.State().Fields {
		v := columnar.New(f.Type)
		v.AppendZero()
		v.AppendZero()
		state = append(state, v)
	}
	return state
}

func (r *runner) atOnce(a expr.Aggregate, args []*columnar.Vector) ([]*columnar.Vector, error) {
	state := fresh(a)
	return state, a.Update(state, make([]uint32, r.data.Len), args, nil)
}

func (r *runner) oneByOne(a expr.Aggregate, args []*columnar.Vector) ([]*columnar.Vector, error) {
	state := fresh(a)
	for i := range r.data.Len {
		if err := a.Update(state, []uint32{0}, args, []uint16{uint16(i)}); err != nil {
			return nil, err
		}
	}
	return state, nil
}

// merged aggregates single rows as groups of their own and merges these, some
// of which have seen nothing.
func (r *runner) merged(a expr.Aggregate, args []*columnar.Vector) ([]*columnar.Vector, error) {
	parts := fresh(a)
	for _, v := range parts {
		for range r.data.Len {
			v.AppendZero()
		}
	}
	for i := range r.data.Len {
		if err := a.Update(parts, []uint32{uint32(i + 1)}, args, []uint16{uint16(i)}); err != nil {
			return nil, err
		}
	}
	state := fresh(a)
	return state, a.Merge(state, make([]uint32, r.data.Len+2), parts, nil)
}
