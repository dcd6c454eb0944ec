package aggregate

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func counts() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{
		{Name: "count", Group: "aggregate", Usage: "how many rows have no null among the operands", Example: "count(x)",
			Resolve: func(_ *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
				if len(args) == 0 {
					return expr.AggregateSignature{}, sparkerr.New("WRONG_NUM_ARGS.WITH_SUGGESTION", "The function count needs an argument: count(*) counts rows.",
						"functionName", "`count`", "expectedNum", " >= 1", "actualNum", "0", "legacyNum", "0",
						"legacyConfKey", `"spark.sql.legacy.allowParameterlessCount"`, "legacyConfValue", `"true"`)
				}
				sig := expr.AggregateSignature{Result: sqltype.Long, Make: fixed(count{})}
				for _, a := range args {
					sig.Args = append(sig.Args, a.Type)
				}
				return sig, nil
			}},
		spec{name: "count_if", usage: "how many rows have true", example: "count_if(x > 0)", args: def.Args(def.Boolean),
			result: func([]sqltype.Type) sqltype.Type { return sqltype.Long },
			make: func(*expr.Session, []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
				return fixed(countIf{})
			}}.build(),
	}
}

var countState = &sqltype.Struct{Fields: []sqltype.Field{field("count", sqltype.Long)}}

// count counts rows.
type count struct{}

func (count) State() *sqltype.Struct { return countState }

func (count) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	n := columnar.Slice[int64](state[0])
	var with *columnar.Vector
	for _, v := range args {
		switch {
		case v.Const && v.IsNull(0), v.Type.Kind() == sqltype.KindNull:
			return nil
		case v.Const || !v.HasNulls():
		case with != nil:
			return countAll(n, rows, args, sel)
		default:
			with = v
		}
	}
	if with == nil {
		for _, r := range rows {
			n[r]++
		}
		return nil
	}
	if sel == nil {
		for k, r := range rows {
			n[r] += int64(with.Valid.Bit(k))
		}
		return nil
	}
	for k, r := range rows {
		n[r] += int64(with.Valid.Bit(int(sel[k])))
	}
	return nil
}

func countAll(n []int64, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		null := false
		for _, v := range args {
			null = null || v.IsNull(at(sel, k))
		}
		if !null {
			n[r]++
		}
	}
	return nil
}

func (count) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	n, m := columnar.Slice[int64](state[0]), from[0].Flat(nil)
	add := columnar.Slice[int64](m)
	if sel == nil {
		add = add[:len(rows)]
		for k, r := range rows {
			n[r] += add[k]
		}
		return nil
	}
	sel = sel[:len(rows)]
	for k, r := range rows {
		n[r] += add[sel[k]]
	}
	return nil
}

func (count) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	out.AppendIDs(state[0], rows)
	return nil
}

// countIf counts rows that are true.
type countIf struct{ count }

func (countIf) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	n, v := columnar.Slice[int64](state[0]), args[0]
	for k, r := range rows {
		i := at(sel, k)
		if !v.IsNull(i) {
			n[r] += int64(columnar.At[uint8](v, i))
		}
	}
	return nil
}
