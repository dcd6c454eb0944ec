package compare

import (
	"bytes"
	"cmp"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// operator is a comparison; kernels know the first three.
type operator uint8

const (
	equal operator = iota
	less
	lessEqual
	greater
	greaterEqual
)

// bit is 1 for true, without a branch.
func bit(b bool) uint8 { return *(*uint8)(unsafe.Pointer(&b)) }

// kernel returns the comparison of two vectors of the type. a > b is b < a.
func kernel(op operator, t sqltype.Type) expr.Kernel {
	if op >= greater {
		k := kernel(op-greater+less, t)
		swapped := make([]*columnar.Vector, 2)
		return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			swapped[0], swapped[1] = args[1], args[0]
			return k(c, swapped, sel, n, out)
		}
	}
	switch t.Kind() {
	case sqltype.KindBoolean:
		return ordered[uint8](op)
	case sqltype.KindByte:
		return ordered[int8](op)
	case sqltype.KindShort:
		return ordered[int16](op)
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return ordered[int32](op)
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		return ordered[int64](op)
	case sqltype.KindFloat:
		return floats[float32](op)
	case sqltype.KindDouble:
		return floats[float64](op)
	case sqltype.KindDecimal:
		if sqltype.Width(t) == 8 {
			return ordered[int64](op)
		}
		return rows(op, func(a *columnar.Vector, b *columnar.Vector, i int) int {
			return columnar.At[decimal.Int128](a, i).Cmp(columnar.At[decimal.Int128](b, i))
		})
	case sqltype.KindString, sqltype.KindBinary:
		if op == equal {
			return equalTexts
		}
		return rows(op, func(a *columnar.Vector, b *columnar.Vector, i int) int { return bytes.Compare(a.Text(i), b.Text(i)) })
	}
	return rows(op, func(a *columnar.Vector, b *columnar.Vector, i int) int { return expr.Compare(a, i, b, i) })
}

// ordered compares plain values, all rows unless few are selected.
func ordered[T cmp.Ordered](op operator) expr.Kernel {
	var left, right def.Spread[T]
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := left.Of(args[0], n), right.Of(args[1], n), columnar.Slice[uint8](out)
		if def.Sparse(sel, n) {
			some(op, dst, a, b, sel)
		} else {
			all(op, dst, a, b)
		}
		return nil
	}
}

func all[T cmp.Ordered](op operator, dst []uint8, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	switch op {
	case equal:
		for i := range dst {
			dst[i] = bit(a[i] == b[i])
		}
	case less:
		for i := range dst {
			dst[i] = bit(a[i] < b[i])
		}
	default:
		for i := range dst {
			dst[i] = bit(a[i] <= b[i])
		}
	}
}

func some[T cmp.Ordered](op operator, dst []uint8, a, b []T, sel []uint16) {
	switch op {
	case equal:
		for _, i := range sel {
			dst[i] = bit(a[i] == b[i])
		}
	case less:
		for _, i := range sel {
			dst[i] = bit(a[i] < b[i])
		}
	default:
		for _, i := range sel {
			dst[i] = bit(a[i] <= b[i])
		}
	}
}

// floats compares with NaN equal to itself and greatest.
func floats[T float32 | float64](op operator) expr.Kernel {
	var left, right def.Spread[T]
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := left.Of(args[0], n), right.Of(args[1], n), columnar.Slice[uint8](out)
		a, b = a[:len(dst)], b[:len(dst)]
		switch op {
		case equal:
			for i := range dst {
				x, y := a[i], b[i]
				dst[i] = bit(x == y) | bit(x != x)&bit(y != y)
			}
		case less:
			for i := range dst {
				x, y := a[i], b[i]
				dst[i] = bit(x < y) | bit(x == x)&bit(y != y)
			}
		default:
			for i := range dst {
				x, y := a[i], b[i]
				dst[i] = bit(x <= y) | bit(y != y)
			}
		}
		return nil
	}
}

// rows compares row by row.
func rows(op operator, compare func(a, b *columnar.Vector, i int) int) expr.Kernel {
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[uint8](out)
		for _, i := range def.RowsOf(sel, n) {
			c := compare(args[0], args[1], int(i))
			switch op {
			case equal:
				dst[i] = bit(c == 0)
			case less:
				dst[i] = bit(c < 0)
			default:
				dst[i] = bit(c <= 0)
			}
		}
		return nil
	}
}

func equalTexts(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	a, b, dst := args[0], args[1], columnar.Slice[uint8](out)
	if a.Const {
		a, b = b, a
	}
	if b.Const {
		x := string(b.Text(0))
		for _, i := range def.RowsOf(sel, n) {
			w := a.Views[a.Row(int(i))]
			dst[i] = 0
			if int(w.Len) == len(x) {
				dst[i] = bit(string(a.Bytes[w.Off:w.Off+w.Len]) == x)
			}
		}
		return nil
	}
	for _, i := range def.RowsOf(sel, n) {
		v, w := a.Views[i], b.Views[i]
		dst[i] = 0
		if v.Len == w.Len {
			dst[i] = bit(string(a.Bytes[v.Off:v.Off+v.Len]) == string(b.Bytes[w.Off:w.Off+w.Len]))
		}
	}
	return nil
}

// nullSafe is <=>: the comparison of the rows that have values, and null
// equals null.
func nullSafe(t sqltype.Type) expr.Kernel {
	compare := kernel(equal, t)
	var valid []uint16
	return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b := args[0], args[1]
		if !a.HasNulls() && !b.HasNulls() {
			return compare(c, args, sel, n, out)
		}
		dst := columnar.Slice[uint8](out)
		valid = valid[:0]
		for _, i := range def.RowsOf(sel, n) {
			an, bn := a.IsNull(int(i)), b.IsNull(int(i))
			dst[i] = bit(an && bn)
			if !an && !bn {
				valid = append(valid, i)
			}
		}
		if len(valid) == 0 {
			return nil
		}
		return pick(c, compare, args, valid, n, out, dst)
	}
}

// pick compares the rows of valid and leaves the others as they are, though
// kernels may write rows that are not selected.
func pick(c *expr.Context, compare expr.Kernel, args []*columnar.Vector, valid []uint16, n int, out *columnar.Vector, dst []uint8) error {
	var keep [columnar.MaxRows]uint8
	copy(keep[:], dst)
	if err := compare(c, args, valid, n, out); err != nil {
		return err
	}
	k := 0
	for i := range n {
		if k < len(valid) && int(valid[k]) == i {
			k++
			continue
		}
		dst[i] = keep[i]
	}
	return nil
}
