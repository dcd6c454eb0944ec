package arith

import (
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
