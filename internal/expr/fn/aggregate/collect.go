package aggregate

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// collections gather values.
func collections() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{
		spec{name: "collect_list", alias: []string{"array_agg"}, usage: "the values that are not null, as an array", example: "collect_list(x)",
			args: def.Args(def.Any), result: arrayOf, make: func(_ *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
				return func(*expr.Context) (expr.Aggregate, error) { return &collect{t: t[0]}, nil }
			}}.build(),
		spec{name: "collect_set", usage: "the different values that are not null, as an array", example: "collect_set(x)",
			args: def.Args(def.Any), result: arrayOf, distinctIsPlain: true, check: noMap, make: func(_ *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
				return func(*expr.Context) (expr.Aggregate, error) { return &collect{t: t[0], set: true}, nil }
			}}.build(),
		joinSpec("listagg"), joinSpec("string_agg"),
	}
}

// noMap refuses maps, which cannot be told apart.
func noMap(_ *expr.Session, name string, args []expr.Arg) error {
	if args[0].Type.Kind() == sqltype.KindMap {
		return expr.Mismatch("UNSUPPORTED_INPUT_TYPE", name, args, "maps cannot be compared.",
			"functionName", "`"+name+"`", "dataType", `"MAP"`)
	}
	return nil
}

func arrayOf(t []sqltype.Type) sqltype.Type { return listOf(t[0]) }

// collect keeps a list of values for each group.
type collect struct {
	t      sqltype.Type
	set    bool
	groups byGroup
}

func (a *collect) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: []sqltype.Field{field("values", listOf(a.t))}}
}

func (a *collect) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	g, v := grow(state[0]), args[0]
	a.groups.visit(rows, func(k int, r uint32) {
		if i := at(sel, k); !v.IsNull(i) && !(a.set && has(state[0], r, v, i)) {
			g.add(r, v, i)
		}
	})
	g.close()
	return nil
}

// has looks for row i of v in list r.
func has(list *columnar.Vector, r uint32, v *columnar.Vector, i int) bool {
	lo, hi := list.Span(int(r))
	for j := lo; j < hi; j++ {
		if expr.Compare(list.Child[0], j, v, i) == 0 {
			return true
		}
	}
	return false
}

func (a *collect) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	g := grow(state[0])
	for k, r := range rows {
		lo, hi := from[0].Span(at(sel, k))
		for j := lo; j < hi; j++ {
			if !(a.set && has(state[0], r, from[0].Child[0], j)) {
				g.add(r, from[0].Child[0], j)
			}
		}
	}
	g.close()
	return nil
}

func (a *collect) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		out.AppendFrom(state[0], int(r))
	}
	return nil
}

// joinSpec is listagg: texts or bytes with a constant between them.
func joinSpec(name string) *expr.AggregateFunc {
	value := def.Want{SQL: `("STRING" or "BINARY")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		if t.Kind() == sqltype.KindBinary {
			return t, true
		}
		return expr.ImplicitCast(t, sqltype.String, ansi)
	}}
	s := def.Spec{Name: name, Args: def.Args(value, value), Optional: 1}
	f := &expr.AggregateFunc{Name: name, Group: "aggregate", Usage: "the texts that are not null, one after the other, with the second operand between them",
		Example: name + "(x, ', ')", Defaults: []string{"", "NULL"}}
	resolve := func(c *expr.Session, args []expr.Arg, by []expr.OrderArg) (expr.AggregateSignature, error) {
		types, err := s.Types(c, args)
		if err != nil {
			return expr.AggregateSignature{}, err
		}
		sep := ""
		if len(args) == 2 {
			if args[1].Type.Kind() != sqltype.KindNull && types[0].Kind() != types[1].Kind() {
				return expr.AggregateSignature{}, expr.Mismatch("DATA_DIFF_TYPES", name, args, "the values and the text between them are of unlike types.",
					"functionName", "`"+name+"`", "dataType", expr.SQLName(types[0])+" "+expr.SQLName(types[1]))
			}
			switch x := args[1].Value.(type) {
			case string:
				sep = x
			case []byte:
				sep = string(x)
			default:
				if !args[1].Const {
					return expr.AggregateSignature{}, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the text between the values must be a constant.",
						"inputName", "`delimiter`", "inputType", expr.SQLName(types[1]), "inputExpr", expr.Quoted(args[1].Node.String()))
				}
			}
		}
		sig := expr.AggregateSignature{Args: types, Result: types[0], Nullable: true,
			Make: func(*expr.Context) (expr.Aggregate, error) { return &join{t: types[0], sep: []byte(sep)}, nil }}
		if len(by) > 0 {
			orderJoin(&sig, by, []byte(sep))
		}
		return sig, nil
	}
	f.Within = resolve
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) { return resolve(c, args, nil) }
	return f
}

// orderJoin makes a signature of listagg one with keys after its operands.
func orderJoin(sig *expr.AggregateSignature, by []expr.OrderArg, sep []byte) {
	n := len(sig.Args)
	types := []sqltype.Type{sig.Args[0]}
	sig.Args = slices.Clone(sig.Args)
	for _, o := range by {
		types, sig.Args = append(types, o.Type), append(sig.Args, o.Type)
	}
	sig.Make = func(*expr.Context) (expr.Aggregate, error) {
		return &orderedJoin{tuples: tuples{types: types, keys: keysOf(by, 1)}, sep: sep, skip: n - 1}, nil
	}
}

// join keeps the text so far.
type join struct {
	t      sqltype.Type
	sep    []byte
	groups byGroup
}

func (a *join) State() *sqltype.Struct { return kept{a.t}.State() }

func (a *join) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	g, v := grow(state[0]), args[0]
	a.groups.visit(rows, func(k int, r uint32) {
		if i := at(sel, k); !v.IsNull(i) {
			a.add(g, state, r, v.Text(i))
		}
	})
	g.close()
	return nil
}

func (a *join) add(g grower, state []*columnar.Vector, r uint32, text []byte) {
	g.open(r)
	v, seen := state[0], columnar.Slice[uint8](state[1])
	before := len(v.Bytes)
	if seen[r] != 0 {
		v.Bytes = append(v.Bytes, a.sep...)
	}
	v.Bytes = append(v.Bytes, text...)
	v.Views[r].Len += uint32(len(v.Bytes) - before)
	seen[r] = 1
}

func (a *join) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	g := grow(state[0])
	for k, r := range rows {
		if i := at(sel, k); columnar.At[uint8](from[1], i) != 0 {
			a.add(g, state, r, from[0].Text(i))
		}
	}
	g.close()
	return nil
}

func (a *join) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	return kept{a.t}.Result(state, rows, out)
}
