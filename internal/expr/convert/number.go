package convert

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

type number interface {
	int8 | int16 | int32 | int64 | float32 | float64
}

type integer interface{ int8 | int16 | int32 | int64 }

// numbers converts between booleans, integers and floats.
func (c *conversion) numbers() Func {
	switch c.from.Kind() {
	case sqltype.KindBoolean, sqltype.KindByte: // a boolean is the byte 0 or 1
		return fromInteger[int8](c)
	case sqltype.KindShort:
		return fromInteger[int16](c)
	case sqltype.KindInt:
		return fromInteger[int32](c)
	case sqltype.KindLong:
		return fromInteger[int64](c)
	case sqltype.KindFloat:
		return fromFloat[float32](c)
	}
	return fromFloat[float64](c)
}

func fromInteger[A integer](c *conversion) Func {
	switch c.to.Kind() {
	case sqltype.KindByte:
		return narrow[A, int8](c)
	case sqltype.KindShort:
		return narrow[A, int16](c)
	case sqltype.KindInt:
		return narrow[A, int32](c)
	case sqltype.KindLong:
		return widen[A, int64]
	case sqltype.KindFloat:
		return widen[A, float32]
	}
	return widen[A, float64]
}

func fromFloat[A float32 | float64](c *conversion) Func {
	switch c.to.Kind() {
	case sqltype.KindByte:
		return truncate[A, int8](c, math.MinInt8, math.MaxInt8)
	case sqltype.KindShort:
		return truncate[A, int16](c, math.MinInt16, math.MaxInt16)
	case sqltype.KindInt:
		return truncate[A, int32](c, math.MinInt32, math.MaxInt32)
	case sqltype.KindLong:
		return truncate[A, int64](c, math.MinInt64, math.MaxInt64)
	case sqltype.KindFloat:
		return widen[A, float32]
	}
	return widen[A, float64]
}

// widen converts every row, selected or not: nothing can fail.
func widen[A, R number](in *columnar.Vector, _ []uint16, n int, out *columnar.Vector) error {
	dst := columnar.Slice[R](out)[:n]
	src := columnar.Slice[A](in)[:len(dst)]
	for i := range dst {
		dst[i] = R(src[i])
	}
	return nil
}

// narrow converts every row and looks closer only if some row has changed.
func narrow[A, R integer](c *conversion) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[R](out)[:n]
		src := columnar.Slice[A](in)[:len(dst)]
		var lost A
		for i := range dst {
			dst[i] = R(src[i])
			lost |= A(dst[i]) ^ src[i]
		}
		if lost == 0 || c.o.Mode == Legacy {
			return nil
		}
		for _, i := range rowsOf(sel, n) {
			if A(dst[i]) != src[i] {
				if err := c.overflow(in, int(i), out); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// truncate drops the fraction of a float. Legacy casts go through int (or
// long) as Java does: out of range becomes the nearest end, NaN 0, and smaller
// types take the low bits.
func truncate[A float32 | float64, R integer](c *conversion, lo, hi float64) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst, src := columnar.Slice[R](out), columnar.Slice[A](in)
		for _, i := range rowsOf(sel, n) {
			x := float64(src[i])
			if f := math.Floor(x); f <= hi && math.Ceil(x) >= lo && f < 0x1p63 {
				dst[i] = R(x)
				continue
			}
			if c.o.Mode != Legacy {
				if err := c.overflow(in, int(i), out); err != nil {
					return err
				}
				continue
			}
			if c.to.Kind() == sqltype.KindLong {
				dst[i] = R(saturate(x, math.MinInt64, math.MaxInt64))
			} else {
				dst[i] = R(saturate(x, math.MinInt32, math.MaxInt32))
			}
		}
		return nil
	}
}

func saturate(x float64, lo, hi int64) int64 {
	switch {
	case x != x:
		return 0
	case x >= float64(hi):
		return hi
	case x <= float64(lo):
		return lo
	}
	return int64(x)
}

// toBoolean is x <> 0.
func toBoolean(from sqltype.Type) Func {
	switch from.Kind() {
	case sqltype.KindByte:
		return nonZero[int8]
	case sqltype.KindShort:
		return nonZero[int16]
	case sqltype.KindInt:
		return nonZero[int32]
	case sqltype.KindFloat:
		return nonZero[float32]
	case sqltype.KindDouble:
		return nonZero[float64]
	}
	return nonZero[int64]
}

func nonZero[A number](in *columnar.Vector, _ []uint16, n int, out *columnar.Vector) error {
	dst := columnar.Slice[uint8](out)[:n]
	src := columnar.Slice[A](in)[:len(dst)]
	for i, x := range src {
		var b uint8
		if x != 0 {
			b = 1
		}
		dst[i] = b
	}
	return nil
}
