package convert

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// unitOf is the last field of an interval type in months or micros.
func unitOf(t sqltype.Type) int64 {
	switch t := t.(type) {
	case sqltype.YearMonth:
		if t.To == sqltype.Year {
			return 12
		}
		return 1
	case sqltype.DayTime:
		return [...]int64{datetime.Day, datetime.Hour, datetime.Minute, datetime.Second}[t.To-sqltype.Day]
	}
	return 1
}

// intervals converts between ANSI intervals, and between them and numbers,
// which count the last field.
func (c *conversion) intervals() Func {
	from, to := isInterval(c.from.Kind()), isInterval(c.to.Kind())
	switch {
	case from && to:
		return c.cutInterval()
	case from:
		return c.fromInterval()
	}
	return c.toInterval()
}

// cutInterval drops what is below the last field of the new type.
func (c *conversion) cutInterval() Func {
	u := unitOf(c.to)
	if c.to.Kind() == sqltype.KindDayTime {
		if u == datetime.Second {
			u = 1
		}
		return convert(c, func(x int64) (int64, bool) { return x - x%u, true })
	}
	return convert(c, func(x int32) (int32, bool) { return x - x%int32(u), true })
}

// micros reads an interval column of either width.
func micros(v *columnar.Vector, i int) int64 {
	if v.Type.Kind() == sqltype.KindYearMonth {
		return int64(columnar.At[int32](v, i))
	}
	return columnar.At[int64](v, i)
}

func (c *conversion) fromInterval() Func {
	u := unitOf(c.from)
	var write func(out *columnar.Vector, i int, x int64) bool
	switch c.to.Kind() {
	case sqltype.KindByte:
		write = put[int8](u)
	case sqltype.KindShort:
		write = put[int16](u)
	case sqltype.KindInt:
		write = put[int32](u)
	case sqltype.KindLong:
		write = put[int64](u)
	case sqltype.KindDecimal:
		return c.intervalToDecimal()
	default:
		return nil
	}
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			if !write(out, int(i), micros(in, int(i))) {
				if err := c.overflow(in, int(i), out); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func put[R integer](unit int64) func(out *columnar.Vector, i int, x int64) bool {
	return func(out *columnar.Vector, i int, x int64) bool {
		x /= unit
		columnar.Slice[R](out)[i] = R(x)
		return int64(R(x)) == x
	}
}

// intervalToDecimal keeps the fraction of seconds.
func (c *conversion) intervalToDecimal() Func {
	to, unit, scale := decimalType(c.to), unitOf(c.from), uint8(0)
	if unit == datetime.Second {
		unit, scale = 1, 6
	}
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			u, ok := decimal.Rescale(decimal.FromInt64(micros(in, int(i))/unit), scale, to.Scale)
			if ok && to.Fits(u) {
				setDecimal(out, int(i), u)
			} else if err := c.outOfRange(in, int(i), out); err != nil {
				return err
			}
		}
		return nil
	}
}

// power returns ten to the power of n, at most 38.
func power(n uint8) decimal.Int128 {
	p := decimal.FromInt64(1)
	for range n {
		p, _ = p.Mul(decimal.FromInt64(10))
	}
	return p
}

// toInterval multiplies a number by the last field of the type.
func (c *conversion) toInterval() Func {
	unit := decimal.FromInt64(unitOf(c.to))
	lo, hi := int64(math.MinInt64), int64(math.MaxInt64)
	if c.to.Kind() == sqltype.KindYearMonth {
		lo, hi = math.MinInt32, math.MaxInt32
	}
	read := integerAt(c.from)
	whole := c.to.Kind() == sqltype.KindDayTime && unitOf(c.to) > datetime.Second // days, hours, minutes lose their fraction
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			var u decimal.Int128
			ok := true
			if read != nil {
				u, ok = decimal.FromInt64(read(in, int(i))).Mul(unit)
			} else {
				d := in.Decimal(int(i))
				if whole {
					d.Unscaled, _, _ = d.Unscaled.QuoRem(power(d.Scale))
					d.Scale = 0
				}
				u, ok = decimal.Mul(d.Unscaled, d.Scale, unit, 0, decimal.Type{Precision: 38})
			}
			x, fits := u.Int64()
			if !ok || !fits || x < lo || x > hi {
				if err := c.overflow(in, int(i), out); err != nil {
					return err
				}
				continue
			}
			if out.Type.Kind() == sqltype.KindYearMonth {
				columnar.Slice[int32](out)[i] = int32(x)
			} else {
				columnar.Slice[int64](out)[i] = x
			}
		}
		return nil
	}
}
