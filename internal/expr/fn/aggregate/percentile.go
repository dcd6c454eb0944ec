package aggregate

import (
	"fmt"
	"math"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// percentiles need all the values of a group.
func percentiles() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{
		{Name: "percentile", Group: "aggregate", Usage: "the value at a share of the order, between two values in proportion; the third operand says how often a value counts",
			Example: "percentile(x, 0.5)", Resolve: resolvePercentile, Defaults: []string{"", "", "1"}},
		shareSpec("percentile_cont", "the value at a share of the order of WITHIN GROUP, between two values in proportion", false),
		shareSpec("percentile_disc", "the first value at or beyond a share of the order of WITHIN GROUP", true),
		{Name: "median", Group: "aggregate", Usage: "the value in the middle of the order", Example: "median(x)",
			Resolve: func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
				if len(args) != 1 {
					return expr.AggregateSignature{}, expr.WrongNumArgs("median", "1", len(args))
				}
				half := expr.Lit(0.5, sqltype.Double)
				sig, err := percentileSignature(c, "median", append(args, expr.ArgsOf([]expr.Node{half})...))
				if err == nil {
					sig.Args = sig.Args[:1]
				}
				return sig, err
			}},
		modeSpec(),
	}
}

// shareSpec is a percentile of the one key of WITHIN GROUP.
func shareSpec(name, usage string, discrete bool) *expr.AggregateFunc {
	f := &expr.AggregateFunc{Name: name, Group: "aggregate", Usage: usage, Example: name + "(0.5) WITHIN GROUP (ORDER BY x)", NeedsOrder: true,
		OrderText: func(key string, desc bool) string {
			if desc {
				return key + " DESC"
			}
			return key
		}}
	f.Resolve = func(_ *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
		return expr.AggregateSignature{}, expr.WrongNumArgs(name, "1", len(args))
	}
	f.Within = func(c *expr.Session, args []expr.Arg, by []expr.OrderArg) (expr.AggregateSignature, error) {
		if len(args) != 1 {
			return expr.AggregateSignature{}, expr.WrongNumArgs(name, "1", len(args))
		}
		sig, err := percentileSignature(c, name, []expr.Arg{by[0].Arg, args[0]})
		if err != nil {
			return sig, err
		}
		sig.Args = []sqltype.Type{sig.Args[1], sig.Args[0]}
		inner := sig.Make
		sig.Make = func(x *expr.Context) (expr.Aggregate, error) {
			a, err := inner(x)
			p := a.(*percentile)
			p.desc, p.discrete, p.at = by[0].Desc, discrete, 1
			return p, err
		}
		return sig, nil
	}
	return f
}

// modeSpec is mode(x), mode(x, deterministic) and mode() WITHIN GROUP (ORDER BY x).
func modeSpec() *expr.AggregateFunc {
	signature := func(t sqltype.Type, greatest bool, args ...sqltype.Type) expr.AggregateSignature {
		return expr.AggregateSignature{Args: args, Result: t, Nullable: true, Make: func(*expr.Context) (expr.Aggregate, error) {
			return &mode{collect{t: t}, greatest}, nil
		}}
	}
	return &expr.AggregateFunc{Name: "mode", Group: "aggregate", Usage: "the value that occurs most often, of several the least", Example: "mode(x)",
		OrderText: func(key string, desc bool) string { // Spark prints which of several is taken
			if desc {
				return key
			}
			return key + " DESC"
		},
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
			if len(args) < 1 || len(args) > 2 {
				return expr.AggregateSignature{}, expr.WrongNumArgs("mode", "[0, 1, 2]", len(args))
			}
			if len(args) == 1 {
				return signature(args[0].Type, false, args[0].Type), nil
			}
			return signature(args[0].Type, false, args[0].Type, sqltype.Boolean), modeFlag(args[1])
		},
		Within: func(c *expr.Session, args []expr.Arg, by []expr.OrderArg) (expr.AggregateSignature, error) {
			if len(args) > 0 {
				return expr.AggregateSignature{}, expr.WrongNumArgs("mode", "0", len(args))
			}
			return signature(by[0].Type, by[0].Desc, by[0].Type), nil
		}}
}

// modeFlag checks whether mode is told to choose by order.
func modeFlag(a expr.Arg) error {
	switch {
	case !a.Const:
		return sparkerr.New("NON_FOLDABLE_ARGUMENT", "The second argument of mode must be a constant.",
			"funcName", "`mode`", "paramName", "`deterministic`", "paramType", `"BOOLEAN"`)
	case a.Value == nil:
		return sparkerr.New("DATATYPE_MISMATCH.UNEXPECTED_NULL", "The second argument of mode must not be null.",
			"exprName", "deterministic", "sqlExpr", `"mode"`)
	case a.Type.Kind() != sqltype.KindBoolean:
		return sparkerr.New("UNEXPECTED_INPUT_TYPE", "The second argument of mode must be a boolean.", "functionName", "`mode`", "paramIndex", "second",
			"requiredType", `"BOOLEAN"`, "inputSql", expr.Quoted(a.Node.String()), "inputType", expr.SQLName(a.Type))
	}
	return nil
}

func resolvePercentile(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
	if len(args) < 2 || len(args) > 3 {
		return expr.AggregateSignature{}, expr.WrongNumArgs("percentile", "[2, 3]", len(args))
	}
	return percentileSignature(c, "percentile", args)
}

func percentileSignature(c *expr.Session, name string, args []expr.Arg) (expr.AggregateSignature, error) {
	if k := args[0].Type.Kind(); c.ANSI && k >= sqltype.KindDate && k <= sqltype.KindTimestampNTZ {
		return expr.AggregateSignature{}, sparkerr.New("UNSUPPORTED_TIME_TYPE", "A "+args[0].Type.String()+" has no percentile. Cast it to a number.",
			"timeType", expr.SQLName(args[0].Type))
	}
	types, err := def.Types(c, name, args, func(i int) def.Want {
		return []def.Want{percentileValue, def.Any, def.Long}[i]
	})
	if err != nil {
		return expr.AggregateSignature{}, err
	}
	shares, list, err := Shares(name, args)
	if err != nil {
		return expr.AggregateSignature{}, err
	}
	result := sqltype.Type(sqltype.Double)
	switch types[0].Kind() {
	case sqltype.KindYearMonth:
		result = sqltype.YearToMonth
	case sqltype.KindDayTime:
		result = sqltype.DayToSecond
	}
	a := percentile{shares: shares, list: list, weighted: len(args) == 3, t: result}
	if list {
		result = &sqltype.Array{Elem: result}
	}
	return expr.AggregateSignature{Args: types, Result: result, Nullable: true, Make: func(*expr.Context) (expr.Aggregate, error) {
		b := a
		return &b, nil
	}}, nil
}

// percentileValue wants numbers, as doubles, and intervals.
var percentileValue = def.Want{SQL: `("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")`,
	Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		if k := t.Kind(); k == sqltype.KindYearMonth || k == sqltype.KindDayTime {
			return t, true
		}
		_, ok := def.Numeric.Pick(t, ansi)
		return sqltype.Double, ok
	}}

// Shares reads the constant second operand of a percentile: a number from 0 to
// 1, or an array of them.
func Shares(name string, args []expr.Arg) (shares []float64, list bool, err error) {
	a := args[1]
	v, err := expr.EvalConst(a.Node, &expr.Context{})
	if err != nil || v == nil || expr.Any(a.Node, func(n expr.Node) bool { _, col := n.(*expr.Column); return col }) {
		return nil, false, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the share must be a constant.",
			"inputName", "`percentage`", "inputType", `"DOUBLE"`, "inputExpr", expr.Quoted(a.Node.String()))
	}
	values, list := v.([]any)
	if !list {
		values = []any{v}
	}
	for _, x := range values {
		f, ok := asFloat(x)
		if !ok || f < 0 || f > 1 {
			return nil, false, expr.Mismatch("VALUE_OUT_OF_RANGE", name, args, fmt.Sprintf("the share must be between 0 and 1, not %v.", x),
				"exprName", "percentage", "valueRange", "[0.0, 1.0]", "currentValue", fmt.Sprint(x))
		}
		shares = append(shares, f)
	}
	return shares, list, nil
}

func asFloat(x any) (float64, bool) {
	switch x := x.(type) {
	case float64:
		return x, true
	case float32:
		return float64(x), true
	case int32:
		return float64(x), true
	case int64:
		return float64(x), true
	case decimal.Decimal:
		return decimal.ToFloat64(x.Unscaled, x.Scale), true
	}
	return 0, false
}

// percentile keeps the values, and how often each counts if that is given.
type percentile struct {
	shares         []float64
	list, weighted bool
	t              sqltype.Type // of the result, or of its elements
	groups         byGroup
	values         []weighed
	at             int  // which argument holds the values
	desc, discrete bool // the order of WITHIN GROUP; no values between two
}

type weighed struct {
	x float64
	n int64
}

func (a *percentile) State() *sqltype.Struct {
	s := &sqltype.Struct{Fields: []sqltype.Field{field("values", listOf(sqltype.Double))}}
	if a.weighted {
		s.Fields = append(s.Fields, field("counts", listOf(sqltype.Long)))
	}
	return s
}

func (a *percentile) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	v := a.doubles(args[a.at])
	g := grow(state[0])
	a.groups.visit(rows, func(k int, r uint32) {
		i := at(sel, k)
		if v.IsNull(i) || a.weighted && (args[2].IsNull(i) || columnar.At[int64](args[2], i) <= 0) {
			return
		}
		g.add(r, v, i)
		if a.weighted {
			grow(state[1]).add(r, args[2], i)
		}
	})
	g.close()
	if a.weighted {
		grow(state[1]).close()
	}
	return nil
}

// doubles reads intervals as numbers.
func (a *percentile) doubles(v *columnar.Vector) *columnar.Vector {
	if v.Type.Kind() == sqltype.KindDouble {
		return v
	}
	d := columnar.New(sqltype.Double)
	for i := range v.Stored() {
		switch {
		case v.IsNull(i):
			d.AppendNull()
		case v.Type.Kind() == sqltype.KindYearMonth:
			columnar.AppendFixed(d, float64(columnar.At[int32](v, i)))
		default:
			columnar.AppendFixed(d, float64(columnar.At[int64](v, i)))
		}
	}
	d.Const, d.Len = v.Const, v.Len
	return d
}

func (a *percentile) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	for c, v := range state {
		g := grow(v)
		for k, r := range rows {
			lo, hi := from[c].Span(at(sel, k))
			for j := lo; j < hi; j++ {
				g.add(r, from[c].Child[0], j)
			}
		}
		g.close()
	}
	return nil
}

func (a *percentile) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		total := a.sorted(state, int(r))
		if total == 0 {
			out.AppendNull()
			continue
		}
		if !a.list {
			a.append(out, a.value(a.shares[0], total))
			continue
		}
		lo := out.Child[0].Len
		for _, s := range a.shares {
			a.append(out.Child[0], a.value(s, total))
		}
		out.AppendList(lo)
	}
	return nil
}

// sorted loads the values of a group in order and returns how many they are.
func (a *percentile) sorted(state []*columnar.Vector, r int) int64 {
	lo, hi := state[0].Span(r)
	a.values = a.values[:0]
	total := int64(0)
	in := columnar.Slice[float64](state[0].Child[0])
	for j := lo; j < hi; j++ {
		w := weighed{in[j], 1}
		if a.weighted {
			first, _ := state[1].Span(r)
			w.n = columnar.At[int64](state[1].Child[0], first+j-lo)
		}
		a.values = append(a.values, w)
		total += w.n
	}
	slices.SortFunc(a.values, func(x, y weighed) int { return expr.CompareFloat(x.x, y.x) })
	if a.desc {
		slices.Reverse(a.values)
	}
	return total
}

// value is the value at a share of the order, between its neighbours.
func (a *percentile) value(share float64, total int64) float64 {
	if a.discrete {
		return a.nth(max(int64(math.Ceil(share*float64(total)))-1, 0))
	}
	at := share * float64(total-1)
	lo, hi := math.Floor(at), math.Ceil(at)
	x := a.nth(int64(lo))
	if lo == hi {
		return x
	}
	y := a.nth(int64(hi))
	if x == y {
		return x
	}
	return (hi-at)*x + (at-lo)*y
}

func (a *percentile) nth(k int64) float64 {
	for _, w := range a.values {
		if k < w.n {
			return w.x
		}
		k -= w.n
	}
	return a.values[len(a.values)-1].x
}

func (a *percentile) append(out *columnar.Vector, x float64) {
	switch a.t.Kind() {
	case sqltype.KindYearMonth:
		columnar.AppendFixed(out, int32(x))
	case sqltype.KindDayTime:
		columnar.AppendFixed(out, int64(x))
	default:
		columnar.AppendFixed(out, x)
	}
}

// mode keeps all values; of several that are most frequent it gives the least,
// or the greatest.
type mode struct {
	collect
	greatest bool
}

func (a *mode) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		lo, hi := state[0].Span(int(r))
		if lo == hi {
			out.AppendNull()
			continue
		}
		order := make([]int, hi-lo)
		for k := range order {
			order[k] = lo + k
		}
		v := state[0].Child[0]
		slices.SortFunc(order, func(i, j int) int { return expr.Compare(v, i, v, j) })
		if a.greatest {
			slices.Reverse(order)
		}
		out.AppendFrom(v, longestRun(v, order))
	}
	return nil
}

func longestRun(v *columnar.Vector, order []int) int {
	best, length, run := order[0], 0, 0
	for k, i := range order {
		if k > 0 && expr.Compare(v, order[k-1], v, i) == 0 {
			run++
		} else {
			run = 1
		}
		if run > length {
			best, length = i, run
		}
	}
	return best
}
