package convert

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

func decimalType(t sqltype.Type) decimal.Type {
	d := t.(sqltype.Decimal)
	return decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)}
}

// setDecimal writes an unscaled value, which fits.
func setDecimal(out *columnar.Vector, i int, u decimal.Int128) {
	if sqltype.Width(out.Type) == 8 {
		columnar.Slice[int64](out)[i] = int64(u.Lo)
		return
	}
	columnar.Slice[decimal.Int128](out)[i] = u
}

func (c *conversion) toDecimal() Func {
	to := decimalType(c.to)
	var read func(v *columnar.Vector, i int) (decimal.Int128, bool)
	switch c.from.Kind() {
	case sqltype.KindDecimal:
		return c.rescale(to)
	case sqltype.KindFloat:
		read = func(v *columnar.Vector, i int) (decimal.Int128, bool) {
			u, err := decimal.FromFloat64(float64(columnar.At[float32](v, i)), to)
			return u, err == nil
		}
	case sqltype.KindDouble:
		read = func(v *columnar.Vector, i int) (decimal.Int128, bool) {
			u, err := decimal.FromFloat64(columnar.At[float64](v, i), to)
			return u, err == nil
		}
	case sqltype.KindTimestamp:
		read = func(v *columnar.Vector, i int) (decimal.Int128, bool) {
			u, ok := decimal.Rescale(decimal.FromInt64(columnar.At[int64](v, i)), 6, to.Scale)
			return u, ok && to.Fits(u)
		}
	default:
		integer := integerAt(c.from)
		if integer == nil {
			return nil
		}
		read = func(v *columnar.Vector, i int) (decimal.Int128, bool) { return decimal.FromInt(integer(v, i), to) }
	}
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			if u, ok := read(in, int(i)); ok {
				setDecimal(out, int(i), u)
			} else if err := c.outOfRange(in, int(i), out); err != nil {
				return err
			}
		}
		return nil
	}
}

// integerAt reads integers and booleans as int64.
func integerAt(t sqltype.Type) func(v *columnar.Vector, i int) int64 {
	switch t.Kind() {
	case sqltype.KindBoolean, sqltype.KindByte:
		return func(v *columnar.Vector, i int) int64 { return int64(columnar.At[int8](v, i)) }
	case sqltype.KindShort:
		return func(v *columnar.Vector, i int) int64 { return int64(columnar.At[int16](v, i)) }
	case sqltype.KindInt:
		return func(v *columnar.Vector, i int) int64 { return int64(columnar.At[int32](v, i)) }
	case sqltype.KindLong:
		return func(v *columnar.Vector, i int) int64 { return columnar.At[int64](v, i) }
	}
	return nil
}

func (c *conversion) rescale(to decimal.Type) Func {
	from := decimalType(c.from)
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			u, ok := decimal.Rescale(in.Decimal(int(i)).Unscaled, from.Scale, to.Scale)
			if ok && to.Fits(u) {
				setDecimal(out, int(i), u)
			} else if err := c.outOfRange(in, int(i), out); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *conversion) fromDecimal() Func {
	scale := decimalType(c.from).Scale
	unscaled := func(v *columnar.Vector, i uint16) decimal.Int128 { return v.Decimal(int(i)).Unscaled }
	switch c.to.Kind() {
	case sqltype.KindBoolean:
		return rows(func(in *columnar.Vector, i uint16, out []uint8) {
			out[i] = 0
			if !unscaled(in, i).IsZero() {
				out[i] = 1
			}
		})
	case sqltype.KindFloat:
		return rows(func(in *columnar.Vector, i uint16, out []float32) {
			out[i] = float32(decimal.ToFloat64(unscaled(in, i), scale))
		})
	case sqltype.KindDouble:
		return rows(func(in *columnar.Vector, i uint16, out []float64) { out[i] = decimal.ToFloat64(unscaled(in, i), scale) })
	case sqltype.KindTimestamp:
		return rows(func(in *columnar.Vector, i uint16, out []int64) {
			u, _ := decimal.Rescale(unscaled(in, i), scale, 6)
			out[i] = int64(u.Lo)
		})
	case sqltype.KindByte:
		return decimalTo[int8](c, scale, math.MinInt8, math.MaxInt8)
	case sqltype.KindShort:
		return decimalTo[int16](c, scale, math.MinInt16, math.MaxInt16)
	case sqltype.KindInt:
		return decimalTo[int32](c, scale, math.MinInt32, math.MaxInt32)
	case sqltype.KindLong:
		return decimalTo[int64](c, scale, math.MinInt64, math.MaxInt64)
	}
	return nil
}

// rows makes a Func of a function for one row that cannot fail.
func rows[R any](f func(in *columnar.Vector, i uint16, out []R)) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[R](out)
		for _, i := range rowsOf(sel, n) {
			f(in, i, dst)
		}
		return nil
	}
}

func decimalTo[R integer](c *conversion, scale uint8, lo, hi int64) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[R](out)
		for _, i := range rowsOf(sel, n) {
			u := decimal.Round(in.Decimal(int(i)).Unscaled, scale, decimal.Truncate)
			x, ok := u.Int64()
			if ok && x >= lo && x <= hi || c.o.Mode == Legacy {
				dst[i] = R(x)
			} else if err := c.overflow(in, int(i), out); err != nil {
				return err
			}
		}
		return nil
	}
}
