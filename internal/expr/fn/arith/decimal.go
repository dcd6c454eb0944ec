package arith

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// decimals resolves an operator over two decimals.
func decimals(c *expr.Session, name string, o op, m mode, args []expr.Arg, lt, rt sqltype.Decimal, nullable bool) (expr.Signature, error) {
	loss := c.Conf == nil || c.Conf("spark.sql.decimalOperations.allowPrecisionLoss") != "false"
	l, r := decimalType(lt), decimalType(rt)
	var to decimal.Type
	switch o {
	case add, sub:
		to = decimal.AddType(l, r, loss)
	case mul:
		to = decimal.MulType(l, r, loss)
	case div:
		to = decimal.DivType(l, r, loss)
	case quo:
		to = decimal.QuoType(l, r)
	default:
		to = decimal.RemType(l, r, loss)
	}
	sig := expr.Signature{Args: []sqltype.Type{lt, rt}, Result: sqlType(to), Nullable: nullable || m != ansi}
	if o == quo {
		sig.Result = sqltype.Long
	}
	sig.Make = func() expr.Kernel { return decimalKernel(o, m, l, r, to) }
	return sig, nil
}

func decimalKernel(o op, m mode, l, r, to decimal.Type) expr.Kernel {
	k := &decimalOp{o: o, m: m, l: l, r: r, to: to}
	if l.Narrow() && r.Narrow() && to.Narrow() && (o == mul || o <= sub && l.Scale == r.Scale) && to.Scale == scaleOf(o, l, r) {
		return k.narrow
	}
	if o <= mul && to.Scale == scaleOf(o, l, r) {
		if o < mul && l.Narrow() && r.Narrow() && to.Narrow() {
			return k.lifted
		}
		if o == mul || l.Scale == r.Scale {
			return k.wide
		}
	}
	return k.rows
}

func scaleOf(o op, l, r decimal.Type) uint8 {
	if o == mul {
		return l.Scale + r.Scale
	}
	return max(l.Scale, r.Scale)
}

// decimalOp is an operator over decimals with its scratch memory.
type decimalOp struct {
	o           op
	m           mode
	l, r, to    decimal.Type
	left, right def.Spread[int64]
	wl, wr      def.Spread[decimal.Int128]
	ll, lr      []int64 // operands at the scale of the result
	la, lb      []decimal.Int128
	failed      []uint16
}

// narrow computes columns of int64.
func (k *decimalOp) narrow(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	a, b, dst := k.left.Of(args[0], n), k.right.Of(args[1], n), columnar.Slice[int64](out)[:n]
	switch k.o {
	case add:
		k.failed = decimal.Add64(dst, a, b, k.to.Precision, k.failed[:0])
	case sub:
		k.failed = decimal.Sub64(dst, a, b, k.to.Precision, k.failed[:0])
	default:
		k.failed = decimal.Mul64(dst, a, b, k.to.Precision, k.failed[:0])
	}
	return k.settle(args, sel, n, out)
}

// settle deals with the rows that failed and are asked for.
func (k *decimalOp) settle(args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	if len(k.failed) == 0 {
		return nil
	}
	next := 0
	for _, i := range def.RowsOf(sel, n) {
		for next < len(k.failed) && k.failed[next] < i {
			next++
		}
		if next < len(k.failed) && k.failed[next] == i {
			if err := k.fail(args, int(i), out); err != nil {
				return err
			}
		}
	}
	return nil
}

// lifted adds columns of int64 of different scales: the result's type has room
// for either at the larger one.
func (k *decimalOp) lifted(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	a, b, dst := k.left.Of(args[0], n), k.right.Of(args[1], n), columnar.Slice[int64](out)[:n]
	k.ll, a = lift(k.ll, a, k.to.Scale-k.l.Scale)
	k.lr, b = lift(k.lr, b, k.to.Scale-k.r.Scale)
	if k.o == add {
		k.failed = decimal.Add64(dst, a, b, k.to.Precision, k.failed[:0])
	} else {
		k.failed = decimal.Sub64(dst, a, b, k.to.Precision, k.failed[:0])
	}
	return k.settle(args, sel, n, out)
}

// lift multiplies src by 10^digits into buf; the result is src itself if there
// is nothing to do.
func lift(buf, src []int64, digits uint8) (kept, out []int64) {
	if digits == 0 {
		return buf, src
	}
	buf = slices.Grow(buf[:0], len(src))[:len(src)]
	by, _ := decimal.Pow10(digits).Int64()
	for i, x := range src {
		buf[i] = x * by
	}
	return buf, buf
}

// wide computes columns of which one at least, or the result, has more than 18
// digits. Where few rows are asked for it computes only those.
func (k *decimalOp) wide(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	if sel != nil && len(sel)*4 < n || k.to.Narrow() {
		return k.rows(c, args, sel, n, out)
	}
	dst := columnar.Slice[decimal.Int128](out)[:n]
	k.failed = k.failed[:0]
	if k.o == mul && k.l.Narrow() && k.r.Narrow() {
		decimal.Mul64Wide(dst, k.left.Of(args[0], n), k.right.Of(args[1], n))
		if k.to.Precision < k.l.Precision+k.r.Precision {
			k.failed = decimal.Check128(dst, k.to.Precision, k.failed)
		}
		return k.settle(args, sel, n, out)
	}
	var a, b []decimal.Int128
	k.la, a = widened(k.la, args[0], k.l, &k.left, &k.wl, n)
	k.lb, b = widened(k.lb, args[1], k.r, &k.right, &k.wr, n)
	switch k.o {
	case add:
		k.failed = decimal.Add128(dst, a, k.l.Scale, b, k.r.Scale, k.to, k.failed)
	case sub:
		k.failed = decimal.Sub128(dst, a, k.l.Scale, b, k.r.Scale, k.to, k.failed)
	default:
		k.failed = decimal.Mul128(dst, a, k.l.Scale, b, k.r.Scale, k.to, k.failed)
	}
	return k.settle(args, sel, n, out)
}

// widened gives an operand as 128 bits, in buf if it has 64.
func widened(buf []decimal.Int128, v *columnar.Vector, t decimal.Type, narrow *def.Spread[int64], wide *def.Spread[decimal.Int128], n int) (kept, out []decimal.Int128) {
	if !t.Narrow() {
		return buf, wide.Of(v, n)
	}
	buf = slices.Grow(buf[:0], n)[:n]
	for i, x := range narrow.Of(v, n) {
		buf[i] = decimal.FromInt64(x)
	}
	return buf, buf
}

// rows computes any decimals row by row.
func (k *decimalOp) rows(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	for _, row := range def.RowsOf(sel, n) {
		i := int(row)
		a, b := args[0].Decimal(i).Unscaled, args[1].Decimal(i).Unscaled
		if k.o >= div && b.IsZero() {
			if k.m == ansi {
				return byZero(k.o)
			}
			out.SetNull(i)
			continue
		}
		u, ok := k.apply(a, b)
		if ok && k.o == quo {
			x, fits := u.Int64()
			if columnar.Slice[int64](out)[i] = x; !fits && k.m == ansi {
				return Overflow(sqltype.Long, "")
			}
			continue
		}
		if ok {
			setDecimal(out, i, u)
		} else if err := k.fail(args, i, out); err != nil {
			return err
		}
	}
	return nil
}

func (k *decimalOp) apply(a, b decimal.Int128) (decimal.Int128, bool) {
	as, bs := k.l.Scale, k.r.Scale
	switch k.o {
	case add:
		return decimal.Add(a, as, b, bs, k.to)
	case sub:
		return decimal.Sub(a, as, b, bs, k.to)
	case mul:
		return decimal.Mul(a, as, b, bs, k.to)
	case div:
		return decimal.Div(a, as, b, bs, k.to)
	case quo:
		return decimal.Quo(a, as, b, bs)
	case rem:
		return decimal.Rem(a, as, b, bs, k.to)
	}
	r, ok := decimal.Rem(a, as, b, bs, k.to)
	if ok && r.Sign() < 0 {
		sum, _ := decimal.Rescale(b, bs, max(as, bs))
		wide, _ := decimal.Rescale(r, k.to.Scale, max(as, bs))
		if sum, ok = sum.Add(wide); !ok {
			return r, false
		}
		return decimal.Rem(sum, max(as, bs), b, bs, k.to)
	}
	return r, ok
}

// fail handles row i, whose result has too many digits.
func (k *decimalOp) fail(args []*columnar.Vector, i int, out *columnar.Vector) error {
	if k.m != ansi {
		out.SetNull(i)
		return nil
	}
	wide := decimal.Type{Precision: 38, Scale: k.to.Scale}
	saved := k.to
	k.to = wide
	u, ok := k.apply(args[0].Decimal(i).Unscaled, args[1].Decimal(i).Unscaled)
	k.to = saved
	text := "The result"
	if ok {
		text = string(decimal.Append(nil, u, wide.Scale))
	}
	return outOfRange(text, k.to)
}

// setDecimal writes an unscaled value, which fits.
func setDecimal(out *columnar.Vector, i int, u decimal.Int128) {
	if sqltype.Width(out.Type) == 8 {
		columnar.Slice[int64](out)[i] = int64(u.Lo)
		return
	}
	columnar.Slice[decimal.Int128](out)[i] = u
}
