package aggregate

import (
	"bytes"
	"cmp"
	"encoding/binary"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func extremes() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{
		extremeSpec("max", "the greatest value", 1), extremeSpec("min", "the least value", -1),
	}
}

func extremeSpec(name, usage string, sign int) *expr.AggregateFunc {
	return spec{name: name, usage: usage, example: name + "(x)", args: def.Args(def.Any), nullable: true, distinctIsPlain: true,
		check: orderable(0), result: func(t []sqltype.Type) sqltype.Type { return t[0] },
		make: func(_ *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(newExtreme(t[0], sign))
		}}.build()
}

func newExtreme(t sqltype.Type, sign int) expr.Aggregate {
	s := kept{t: t}
	switch t.Kind() {
	case sqltype.KindByte:
		return number[int8]{s, sign}
	case sqltype.KindShort:
		return number[int16]{s, sign}
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return number[int32]{s, sign}
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		return number[int64]{s, sign}
	case sqltype.KindDouble:
		return floatExtreme{extreme{s, sign}}
	case sqltype.KindString, sqltype.KindBinary:
		return textExtreme{extreme{s, sign}}
	}
	return extreme{s, sign}
}

// kept is the state of an aggregate that keeps one value.
type kept struct{ t sqltype.Type }

func (s kept) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: []sqltype.Field{field("value", s.t), field("seen", sqltype.Byte)}}
}

func (kept) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	seen := columnar.Slice[uint8](state[1])
	for _, r := range rows {
		if seen[r] == 0 {
			out.AppendNull()
		} else {
			out.AppendFrom(state[0], int(r))
		}
	}
	return nil
}

// number is min and max of integers.
type number[T cmp.Ordered] struct {
	kept
	sign int
}

func (a number[T]) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	best, seen, v := columnar.Slice[T](state[0]), columnar.Slice[uint8](state[1]), args[0]
	in := columnar.Slice[T](v)
	if sel == nil && !v.Const && v.Valid == nil {
		a.all(best, seen, rows, in)
		return nil
	}
	for k, r := range rows {
		if i := at(sel, k); !v.IsNull(i) {
			a.offer(best, seen, r, in[v.Row(i)])
		}
	}
	return nil
}

func (a number[T]) all(best []T, seen []uint8, rows []uint32, in []T) {
	in = in[:len(rows)]
	if a.sign > 0 {
		for k, r := range rows {
			if x := in[k]; x > best[r] || seen[r] == 0 {
				best[r], seen[r] = x, 1
			}
		}
		return
	}
	for k, r := range rows {
		if x := in[k]; x < best[r] || seen[r] == 0 {
			best[r], seen[r] = x, 1
		}
	}
}

func (a number[T]) offer(best []T, seen []uint8, r uint32, x T) {
	if seen[r] == 0 || a.sign > 0 && x > best[r] || a.sign < 0 && x < best[r] {
		best[r], seen[r] = x, 1
	}
}

func (a number[T]) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	best, seen := columnar.Slice[T](state[0]), columnar.Slice[uint8](state[1])
	for k, r := range rows {
		if i := at(sel, k); columnar.At[uint8](from[1], i) != 0 {
			a.offer(best, seen, r, columnar.At[T](from[0], i))
		}
	}
	return nil
}

// extreme is min and max of any type with an order.
type extreme struct {
	kept
	sign int
}

func (a extreme) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if i := at(sel, k); !args[0].IsNull(i) {
			a.offer(state, r, args[0], i)
		}
	}
	return nil
}

func (a extreme) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if i := at(sel, k); columnar.At[uint8](from[1], i) != 0 {
			a.offer(state, r, from[0], i)
		}
	}
	return nil
}

func (a extreme) offer(state []*columnar.Vector, r uint32, v *columnar.Vector, i int) {
	seen := columnar.Slice[uint8](state[1])
	if seen[r] == 0 || a.sign*expr.Compare(v, i, state[0], int(r)) > 0 {
		set(state[0], int(r), v, i)
		seen[r] = 1
	}
}

// set copies row i of v to row r of a state column.
func set(state *columnar.Vector, r int, v *columnar.Vector, i int) {
	if v.IsNull(i) {
		state.SetNull(r)
		return
	}
	if state.Valid != nil {
		state.Valid.Set(r)
	}
	if v.Dict != nil {
		set(state, r, v.Dict, int(v.Codes[v.Row(i)]))
		return
	}
	switch state.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary:
		setText(state, r, v.Text(i))
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		start := state.Child[0].Len
		for k, c := range state.Child {
			for j := lo; j < hi; j++ {
				c.AppendFrom(v.Child[k], j)
			}
		}
		state.Views[r] = columnar.View{Off: uint32(start), Len: uint32(hi - lo)}
	case sqltype.KindStruct:
		for k, c := range state.Child {
			set(c, r, v.Child[k], v.Row(i))
		}
	default:
		w := sqltype.Width(state.Type)
		copy(state.Data[r*w:(r+1)*w], v.Data[v.Row(i)*w:])
	}
}

// setText overwrites in place where the new text is not longer.
func setText(state *columnar.Vector, r int, b []byte) {
	if w := state.Views[r]; int(w.Len) >= len(b) {
		copy(state.Bytes[w.Off:], b)
		state.Views[r].Len = uint32(len(b))
		return
	}
	state.SetText(r, b)
}

// floatExtreme is extreme with a loop for doubles without nulls.
type floatExtreme struct{ extreme }

func (a floatExtreme) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	v := args[0]
	if sel != nil || v.Const || v.Valid != nil {
		return a.extreme.Update(state, rows, args, sel)
	}
	best, seen := columnar.Slice[float64](state[0]), columnar.Slice[uint8](state[1])
	in := columnar.Slice[float64](v)[:len(rows)]
	for k, r := range rows {
		if x := in[k]; seen[r] == 0 || a.sign*expr.CompareFloat(x, best[r]) > 0 {
			best[r], seen[r] = x, 1
		}
	}
	return nil
}

// textExtreme is extreme with a loop for texts without nulls.
type textExtreme struct{ extreme }

func (a textExtreme) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	v := args[0]
	if v.Const || v.Valid != nil || v.Dict != nil {
		return a.extreme.Update(state, rows, args, sel)
	}
	best, seen := state[0], columnar.Slice[uint8](state[1])
	for k, r := range rows {
		w := v.Views[at(sel, k)]
		x, b := v.Bytes[w.Off:w.Off+w.Len], best.Views[r]
		if seen[r] != 0 && a.sign*compareText(x, best.Bytes[b.Off:b.Off+b.Len]) <= 0 {
			continue
		}
		if best.Valid != nil {
			best.Valid.Set(int(r))
		}
		setText(best, int(r), x)
		seen[r] = 1
	}
	return nil
}

// compareText is bytes.Compare that decides by the first eight bytes, as numbers,
// if it can.
func compareText(a, b []byte) int {
	if len(a) >= 8 && len(b) >= 8 {
		if x, y := binary.BigEndian.Uint64(a), binary.BigEndian.Uint64(b); x != y {
			if x < y {
				return -1
			}
			return 1
		}
		a, b = a[8:], b[8:]
	}
	return bytes.Compare(a, b)
}
