// Package columnartest makes random types, values and batches for tests: every
// kind of column, nulls, dictionaries, constants and selections included.
package columnartest

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

var atoms = []sqltype.Type{
	sqltype.Null, sqltype.Boolean, sqltype.Byte, sqltype.Short, sqltype.Int, sqltype.Long, sqltype.Float, sqltype.Double,
	sqltype.String, sqltype.Binary, sqltype.Date, sqltype.Timestamp, sqltype.TimestampNTZ, sqltype.Calendar,
	sqltype.YearToMonth, sqltype.DayToSecond, sqltype.Decimal{Precision: 9, Scale: 2}, sqltype.Decimal{Precision: 38, Scale: 10},
}

// Type returns a random type, nested at most depth levels.
func Type(r *rand.Rand, depth int) sqltype.Type {
	k := r.IntN(len(atoms) + 6)
	if k < len(atoms) || depth == 0 {
		return atoms[k%len(atoms)]
	}
	switch k % 3 {
	case 0:
		return &sqltype.Array{Elem: Type(r, depth-1), ContainsNull: true}
	case 1:
		return &sqltype.Map{Key: Type(r, depth-1), Value: Type(r, depth-1), ValueContainsNull: true}
	}
	return Schema(r, r.IntN(4), depth-1)
}

// Schema returns n random fields.
func Schema(r *rand.Rand, n, depth int) *sqltype.Struct {
	s := &sqltype.Struct{}
	for range n {
		s.Fields = append(s.Fields, sqltype.F("c", Type(r, depth)))
	}
	return s
}

// Value returns a random value of the type in its Go form, null in one of ten.
func Value(r *rand.Rand, t sqltype.Type) any {
	if r.IntN(10) == 0 {
		return nil
	}
	switch t := t.(type) {
	case *sqltype.Array:
		a := []any{}
		for range r.IntN(4) {
			a = append(a, Value(r, t.Elem))
		}
		return a
	case *sqltype.Map:
		m := []columnar.Entry{}
		for range r.IntN(4) {
			m = append(m, columnar.Entry{Key: Value(r, t.Key), Value: Value(r, t.Value)})
		}
		return m
	case *sqltype.Struct:
		row := columnar.Row{}
		for _, f := range t.Fields {
			row = append(row, Value(r, f.Type))
		}
		return row
	}
	return scalar(r, t)
}

func scalar(r *rand.Rand, t sqltype.Type) any {
	small := int64(r.IntN(5) - 2)
	switch t.Kind() {
	case sqltype.KindBoolean:
		return small > 0
	case sqltype.KindByte:
		return int8(small)
	case sqltype.KindShort:
		return int16(small)
	case sqltype.KindInt:
		return int32(small)
	case sqltype.KindLong:
		return small
	case sqltype.KindFloat:
		return []float32{0, 1.5, float32(math.Inf(1)), -2}[r.IntN(4)]
	case sqltype.KindDouble:
		return []float64{0, 1.5, math.Inf(-1), -2}[r.IntN(4)]
	case sqltype.KindString:
		return strings.Repeat("ä", r.IntN(4))
	case sqltype.KindBinary:
		return []byte{byte(small), 0xff}[:r.IntN(3)]
	case sqltype.KindDate:
		return columnar.Date(small)
	case sqltype.KindTimestamp:
		return eventtime.Time(small)
	case sqltype.KindTimestampNTZ:
		return columnar.LocalTime(small)
	case sqltype.KindYearMonth:
		return columnar.Months(small)
	case sqltype.KindDayTime:
		return columnar.Micros(small)
	case sqltype.KindCalendar:
		return columnar.Interval{Months: int32(small), Days: 2, Micros: 3}
	case sqltype.KindDecimal:
		d := t.(sqltype.Decimal)
		return decimal.Decimal{Unscaled: decimal.FromInt64(small), Precision: uint8(d.Precision), Scale: uint8(d.Scale)}
	}
	return nil
}

// Vector returns n random rows, flat, constant or as a dictionary, and their
// Go forms.
func Vector(r *rand.Rand, t sqltype.Type, n int) (*columnar.Vector, []any) {
	switch form := r.IntN(6); {
	case form == 0 && n > 0:
		v, vals := Flat(r, t, 1)
		v.Const, v.Len = true, n
		for len(vals) < n {
			vals = append(vals, vals[0])
		}
		return v, vals
	case form == 1 && t.Kind() != sqltype.KindNull:
		return dictionary(r, t, n)
	}
	return Flat(r, t, n)
}

// Flat returns n random rows of a flat vector and their Go forms.
func Flat(r *rand.Rand, t sqltype.Type, n int) (*columnar.Vector, []any) {
	v, vals := columnar.New(t), []any{}
	for range n {
		x := Value(r, t)
		v.AppendValue(x)
		vals = append(vals, x)
	}
	return v, vals
}

func dictionary(r *rand.Rand, t sqltype.Type, n int) (*columnar.Vector, []any) {
	words := columnar.New(t)
	words.AppendNull()
	var values []any
	for len(values) < 4 {
		if x := Value(r, t); x != nil {
			words.AppendValue(x)
			values = append(values, x)
		}
	}
	v, vals := &columnar.Vector{Type: t, Dict: words, Len: n}, []any{}
	for i := range n {
		code := r.IntN(len(values))
		v.Codes = append(v.Codes, int32(code+1))
		vals = append(vals, values[code])
		if r.IntN(10) == 0 {
			v.EnsureValid()
			v.Valid.Clear(i)
			vals[i] = nil
		}
	}
	return v, vals
}

// Batch returns n random rows of the schema, perhaps with a selection and
// hashes, and the Go forms of the selected rows, column by column.
func Batch(r *rand.Rand, s *sqltype.Struct, n int) (*columnar.Batch, [][]any) {
	b := &columnar.Batch{Schema: s, Len: n}
	if r.IntN(2) == 0 {
		b.Sel = []uint16{}
		for i := range n {
			if r.IntN(2) == 0 {
				b.Sel = append(b.Sel, uint16(i))
			}
		}
	}
	if r.IntN(2) == 0 {
		b.Hash = []uint32{}
		for range n {
			b.Hash = append(b.Hash, r.Uint32())
		}
	}
	var rows [][]any
	for _, f := range s.Fields {
		v, vals := Vector(r, f.Type, n)
		b.Cols = append(b.Cols, v)
		chosen := []any{}
		for k := range b.Rows() {
			chosen = append(chosen, vals[b.RowAt(k)])
		}
		rows = append(rows, chosen)
	}
	return b, rows
}

// Values returns the rows of v in their Go forms.
func Values(v *columnar.Vector) []any {
	vals := []any{}
	for i := range v.Len {
		vals = append(vals, v.Value(i))
	}
	return vals
}
