package aggregate

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// picks keep one of the values: the first, the last, that of the greatest
// other operand.
func picks() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{
		firstSpec("first", "the first value; with true the first that is not null", false, "first_value"),
		firstSpec("any_value", "some value; with true one that is not null", false),
		firstSpec("last", "the last value; with true the last that is not null", true, "last_value"),
		bySpec("max_by", "the first operand of the row whose second is greatest", 1),
		bySpec("min_by", "the first operand of the row whose second is least", -1),
	}
}

func firstType(t []sqltype.Type) sqltype.Type { return t[0] }

// firstSpec takes whether to skip nulls as a constant second operand, which is
// also how IGNORE NULLS is passed.
func firstSpec(name, usage string, last bool, alias ...string) *expr.AggregateFunc {
	s := def.Spec{Name: name, Args: def.Args(def.Any, def.Boolean), Optional: 1}
	return &expr.AggregateFunc{Name: name, Alias: alias, Group: "aggregate", Usage: usage, Example: name + "(x)",
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
			types, err := s.Types(c, args)
			if err != nil {
				return expr.AggregateSignature{}, err
			}
			a := firstAgg{kept{types[0]}, last, false}
			if len(args) == 2 {
				skip, ok := args[1].Value.(bool)
				if !ok {
					return expr.AggregateSignature{}, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "whether to skip nulls must be a constant.",
						"inputName", "`ignoreNulls`", "inputType", `"BOOLEAN"`, "inputExpr", expr.Quoted(args[1].Node.String()))
				}
				a.skipNulls = skip
			}
			return expr.AggregateSignature{Args: types, Result: types[0], Nullable: true, Make: fixed(a)}, nil
		}}
}

// firstAgg keeps the first or last value.
type firstAgg struct {
	kept
	last, skipNulls bool
}

func (a firstAgg) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	seen, v := columnar.Slice[uint8](state[1]), args[0]
	for k, r := range rows {
		i := at(sel, k)
		if seen[r] != 0 && !a.last || a.skipNulls && v.IsNull(i) {
			continue
		}
		set(state[0], int(r), v, i)
		seen[r] = 1
	}
	return nil
}

func (a firstAgg) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	seen := columnar.Slice[uint8](state[1])
	for k, r := range rows {
		i := at(sel, k)
		if columnar.At[uint8](from[1], i) != 0 && (a.last || seen[r] == 0) {
			set(state[0], int(r), from[0], i)
			seen[r] = 1
		}
	}
	return nil
}

func bySpec(name, usage string, sign int) *expr.AggregateFunc {
	one := byOne(name, usage, sign)
	f := *one
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
		if len(args) != 3 {
			return one.Resolve(c, args)
		}
		return resolveByK(c, name, sign, args)
	}
	return &f
}

// resolveByK is max_by and min_by of the first k rows.
func resolveByK(c *expr.Session, name string, sign int, args []expr.Arg) (expr.AggregateSignature, error) {
	var none expr.AggregateSignature
	types, err := def.Types(c, name, args, func(i int) def.Want { return []def.Want{def.Any, def.Any, def.Int}[i] })
	if err == nil {
		err = orderable(1)(c, name, args)
	}
	if err != nil {
		return none, err
	}
	if !args[2].Const {
		return none, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the number of rows must be a constant.",
			"inputName", "`k`", "inputType", `"INT"`, "inputExpr", expr.Quoted(args[2].Node.String()))
	}
	k, ok := asFloat(args[2].Value)
	if !ok || k < 1 || k > 100000 {
		return none, expr.Mismatch("VALUE_OUT_OF_RANGE", name, args, "the number of rows must be from 1 to 100000.",
			"exprName", "`k`", "valueRange", "[1, 100000]", "currentValue", args[2].Node.String())
	}
	return expr.AggregateSignature{Args: types, Result: &sqltype.Array{Elem: types[0], ContainsNull: true}, Nullable: true,
		Make: func(*expr.Context) (expr.Aggregate, error) {
			return &byK{tuples{types: types[:2], keys: []sortKey{{at: 1, desc: sign > 0}}}, int(k)}, nil
		}}, nil
}

func byOne(name, usage string, sign int) *expr.AggregateFunc {
	return spec{name: name, usage: usage, example: name + "(x, y)", args: def.Args(def.Any, def.Any), nullable: true, result: firstType, check: orderable(1),
		make: func(_ *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(byAgg{kept{t[0]}, t[1], sign})
		}}.build()
}

// byAgg is max_by and min_by; rows with a null key do not count.
type byAgg struct {
	kept
	key  sqltype.Type
	sign int
}

func (a byAgg) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: []sqltype.Field{field("value", a.t), field("seen", sqltype.Byte), field("key", a.key)}}
}

func (a byAgg) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if i := at(sel, k); !args[1].IsNull(i) {
			a.offer(state, r, args[0], args[1], i)
		}
	}
	return nil
}

func (a byAgg) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if i := at(sel, k); columnar.At[uint8](from[1], i) != 0 {
			a.offer(state, r, from[0], from[2], i)
		}
	}
	return nil
}

// offer keeps the first of equal keys.
func (a byAgg) offer(state []*columnar.Vector, r uint32, value, key *columnar.Vector, i int) {
	seen := columnar.Slice[uint8](state[1])
	if seen[r] == 0 || a.sign*expr.Compare(key, i, state[2], int(r)) > 0 {
		set(state[0], int(r), value, i)
		set(state[2], int(r), key, i)
		seen[r] = 1
	}
}
