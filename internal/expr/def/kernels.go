package def

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
)

// RowsOf returns sel, or all n rows if it is nil.
func RowsOf(sel []uint16, n int) []uint16 {
	if sel == nil {
		return columnar.All(n)
	}
	return sel
}

// Sparse reports whether so few of n rows are selected that computing only
// them beats computing all.
func Sparse(sel []uint16, n int) bool { return sel != nil && 4*len(sel) < n }

// mask is what a row number is and-ed with: 0 for a constant.
func mask(v *columnar.Vector) uint16 {
	if v.Const {
		return 0
	}
	return 0xffff
}

// Unary computes f for each row.
func Unary[A, R any](f func(A) R) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, m, dst := columnar.Slice[A](args[0]), mask(args[0]), columnar.Slice[R](out)
		for _, i := range RowsOf(sel, n) {
			dst[i] = f(a[i&m])
		}
		return nil
	})
}

// UnaryOK is Unary; where f is false the result is null.
func UnaryOK[A, R any](f func(A) (R, bool)) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, m, dst := columnar.Slice[A](args[0]), mask(args[0]), columnar.Slice[R](out)
		for _, i := range RowsOf(sel, n) {
			x, ok := f(a[i&m])
			dst[i] = x
			if !ok {
				out.SetNull(int(i))
			}
		}
		return nil
	})
}

// UnaryErr is Unary of a function that may fail.
func UnaryErr[A, R any](f func(A) (R, error)) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, m, dst := columnar.Slice[A](args[0]), mask(args[0]), columnar.Slice[R](out)
		for _, i := range RowsOf(sel, n) {
			x, err := f(a[i&m])
			if err != nil {
				return err
			}
			dst[i] = x
		}
		return nil
	})
}

// Binary2 computes f for each row.
func Binary2[A, B, R any](f func(A, B) R) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := columnar.Slice[A](args[0]), columnar.Slice[B](args[1]), columnar.Slice[R](out)
		ma, mb := mask(args[0]), mask(args[1])
		for _, i := range RowsOf(sel, n) {
			dst[i] = f(a[i&ma], b[i&mb])
		}
		return nil
	})
}

// BinaryErr is Binary2 of a function that may fail.
func BinaryErr[A, B, R any](f func(A, B) (R, error)) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := columnar.Slice[A](args[0]), columnar.Slice[B](args[1]), columnar.Slice[R](out)
		ma, mb := mask(args[0]), mask(args[1])
		for _, i := range RowsOf(sel, n) {
			x, err := f(a[i&ma], b[i&mb])
			if err != nil {
				return err
			}
			dst[i] = x
		}
		return nil
	})
}

// BinaryOK is Binary2; where f is false the result is null.
func BinaryOK[A, B, R any](f func(A, B) (R, bool)) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b, dst := columnar.Slice[A](args[0]), columnar.Slice[B](args[1]), columnar.Slice[R](out)
		ma, mb := mask(args[0]), mask(args[1])
		for _, i := range RowsOf(sel, n) {
			x, ok := f(a[i&ma], b[i&mb])
			dst[i] = x
			if !ok {
				out.SetNull(int(i))
			}
		}
		return nil
	})
}

// Text appends to dst what becomes of the text s; both are bytes of strings or
// binaries.
func Text(f func(dst, s []byte) []byte) func() expr.Kernel {
	return Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		at := len(out.Bytes)
		out.Bytes = f(out.Bytes, args[0].Text(i))
		out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
		return nil
	})
}

// TextTo computes a value of fixed width from a text.
func TextTo[R any](f func(s []byte) R) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[R](out)
		for _, i := range RowsOf(sel, n) {
			dst[i] = f(args[0].Text(int(i)))
		}
		return nil
	})
}

// Cut returns a part of the text s: no byte is copied. f's result must lie in
// s.
func Cut(f func(s []byte) (off, length int)) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		v := args[0]
		out.Bytes = v.Bytes[:len(v.Bytes):len(v.Bytes)]
		for _, i := range RowsOf(sel, n) {
			off, length := f(v.Text(int(i)))
			out.Views[i] = columnar.View{Off: v.Views[v.Row(int(i))].Off + uint32(off), Len: uint32(length)}
		}
		return nil
	})
}

// Rows computes row by row: f sets row i of out from row i of args. It ends
// when out grows beyond expr.MaxColumn; an f whose result is far larger than
// its operands asks expr.Room before.
func Rows(f func(args []*columnar.Vector, i int, out *columnar.Vector) error) func() expr.Kernel {
	return Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for k, i := range RowsOf(sel, n) {
			if err := f(args, int(i), out); err != nil {
				return err
			}
			if len(out.Bytes) > expr.MaxColumn || out.Child != nil {
				if err := expr.Fits(out, k+1); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Stateless is a kernel without memory of its own.
func Stateless(k expr.Kernel) func() expr.Kernel { return func() expr.Kernel { return k } }

// Spread gives an operand as a column, a constant repeated in memory of its
// own, so that a kernel needs one loop.
type Spread[T comparable] struct{ buf []T }

// Of returns n rows of v.
func (s *Spread[T]) Of(v *columnar.Vector, n int) []T {
	data := columnar.Slice[T](v)
	if !v.Const {
		return data[:n]
	}
	x := data[0]
	if len(s.buf) < n || s.buf[0] != x {
		s.buf = slices.Grow(s.buf[:0], n)[:n]
		for i := range s.buf {
			s.buf[i] = x
		}
	}
	return s.buf[:n]
}
