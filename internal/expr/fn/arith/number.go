package arith

import (
	"math"
	mathbits "math/bits"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

type integer interface{ int8 | int16 | int32 | int64 }

type float interface{ float32 | float64 }

// numberKernel returns the operator over two columns of one type.
func numberKernel(o op, m mode, t sqltype.Type) expr.Kernel {
	switch t.Kind() {
	case sqltype.KindByte:
		return integers[int8](o, m, t)
	case sqltype.KindShort:
		return integers[int16](o, m, t)
	case sqltype.KindInt, sqltype.KindYearMonth:
		return integers[int32](o, m, t)
	case sqltype.KindLong, sqltype.KindDayTime:
		return integers[int64](o, m, t)
	case sqltype.KindFloat:
		return floats[float32](o, m)
	}
	return floats[float64](o, m)
}

// integers computes all rows and then looks for the rows that failed, if any
// did. Few selected rows are computed alone.
func integers[T integer](o op, m mode, t sqltype.Type) expr.Kernel {
	if o >= rem {
		return divisions[T](o, m, t)
	}
	var left, right def.Spread[T]
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := left.Of(args[0], n), right.Of(args[1], n), columnar.Slice[T](out)[:n]
		if !def.Sparse(sel, n) && !wraps(o, dst, a, b) || m == legacy && !def.Sparse(sel, n) {
			return nil
		}
		for _, i := range def.RowsOf(sel, n) {
			x, over := apply(o, a[i], b[i])
			dst[i] = x
			if over && m != legacy {
				if m == ansi {
					return overflow(o, t, a[i], b[i])
				}
				out.SetNull(int(i))
			}
		}
		return nil
	}
}

// wraps sets dst to a OP b and reports whether some row may have overflowed.
func wraps[T integer](o op, dst, a, b []T) bool {
	a, b = a[:len(dst)], b[:len(dst)]
	var over T
	switch o {
	case add:
		for i := range dst {
			r := a[i] + b[i]
			over |= (a[i] ^ r) & (b[i] ^ r)
			dst[i] = r
		}
	case sub:
		for i := range dst {
			r := a[i] - b[i]
			over |= (a[i] ^ b[i]) & (a[i] ^ r)
			dst[i] = r
		}
	default:
		if unsafe.Sizeof(over) == 8 {
			return products(dst, a, b)
		}
		var lost int64
		for i := range dst {
			p := int64(a[i]) * int64(b[i])
			dst[i] = T(p)
			lost |= int64(T(p)) ^ p
		}
		return lost != 0
	}
	return over < 0
}

func products[T integer](dst, a, b []T) bool {
	var lost uint64
	for i := range dst {
		x, y := int64(a[i]), int64(b[i])
		hi, lo := mathbits.Mul64(uint64(x), uint64(y))
		hi -= uint64(x>>63&y + y>>63&x)
		dst[i] = T(lo)
		lost |= hi ^ uint64(int64(lo)>>63)
	}
	return lost != 0
}

// apply is one row, and whether it overflowed.
func apply[T integer](o op, a, b T) (T, bool) {
	switch o {
	case add:
		r := a + b
		return r, (a^r)&(b^r) < 0
	case sub:
		r := a - b
		return r, (a^b)&(a^r) < 0
	}
	r := a * b
	return r, a != 0 && (r/a != b || a == -1 && b < 0 && r == b)
}

// divisions are %, pmod and div.
func divisions[T integer](o op, m mode, t sqltype.Type) expr.Kernel {
	var left, right def.Spread[T]
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		if args[1].Const && !args[0].Const {
			if v, ok := def.NewDivisor(int64(columnar.Slice[T](args[1])[0])); ok && (o != pmod || v.By() > 0) {
				divideBy(o, v, columnar.Slice[T](out)[:n], columnar.Slice[T](args[0])[:n], sel)
				return nil
			}
		}
		a, b, dst := left.Of(args[0], n), right.Of(args[1], n), columnar.Slice[T](out)
		for _, i := range def.RowsOf(sel, n) {
			x, y := a[i], b[i]
			if y == 0 {
				if m == ansi {
					return byZero(o)
				}
				out.SetNull(int(i))
				continue
			}
			switch o {
			case rem:
				dst[i] = x % y
			case pmod:
				r := x % y
				if r < 0 {
					r = (r + y) % y
				}
				dst[i] = r
			default:
				dst[i] = x / y
				if y == -1 && x == dst[i] && x < 0 && m == ansi {
					return Overflow(t, "try_divide")
				}
			}
		}
		return nil
	}
}

// divideBy is divisions by a constant, which cannot fail; of pmod
// it is above 0.
func divideBy[T integer](o op, v def.Divisor, dst, a []T, sel []uint16) {
	sel = def.RowsOf(sel, len(a))
	switch o {
	case rem:
		for _, i := range sel {
			dst[i] = T(v.Rem(int64(a[i])))
		}
	case pmod:
		y := v.By()
		for _, i := range sel {
			r := v.Rem(int64(a[i]))
			dst[i] = T(r + y&(r>>63))
		}
	default:
		for _, i := range sel {
			dst[i] = T(v.Div(int64(a[i])))
		}
	}
}

func floats[T float](o op, m mode) expr.Kernel {
	var left, right def.Spread[T]
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := left.Of(args[0], n), right.Of(args[1], n), columnar.Slice[T](out)[:n]
		if def.Sparse(sel, n) {
			for _, i := range sel {
				floatOp(o, dst[i:i+1], a[i:i+1], b[i:i+1])
			}
		} else {
			floatOp(o, dst, a, b)
		}
		if o < div {
			return nil
		}
		return zeros(o, m, b, sel, n, out)
	}
}

func floatOp[T float](o op, dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	switch o {
	case add:
		for i := range dst {
			dst[i] = a[i] + b[i]
		}
	case sub:
		for i := range dst {
			dst[i] = a[i] - b[i]
		}
	case mul:
		for i := range dst {
			dst[i] = a[i] * b[i]
		}
	case div:
		for i := range dst {
			dst[i] = a[i] / b[i]
		}
	case rem:
		for i := range dst {
			dst[i] = T(math.Mod(float64(a[i]), float64(b[i])))
		}
	case pmod:
		for i := range dst {
			r := math.Mod(float64(a[i]), float64(b[i]))
			if r < 0 {
				r = math.Mod(float64(T(r)+b[i]), float64(b[i]))
			}
			dst[i] = T(r)
		}
	}
}

// zeros fails or nulls the selected rows whose divisor is 0.
func zeros[T float](o op, m mode, b []T, sel []uint16, n int, out *columnar.Vector) error {
	found := false
	for _, y := range b[:n] {
		found = found || y == 0
	}
	if !found {
		return nil
	}
	for _, i := range def.RowsOf(sel, n) {
		if b[i] == 0 {
			if m == ansi {
				return byZero(o)
			}
			out.SetNull(int(i))
		}
	}
	return nil
}
