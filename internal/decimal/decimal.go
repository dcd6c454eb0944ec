package decimal

// Decimal is a value with its type: Unscaled / 10^Scale.
type Decimal struct {
	Unscaled         Int128
	Precision, Scale uint8
}

// Type returns the type of d.
func (d Decimal) Type() Type { return Type{d.Precision, d.Scale} }

// String returns the plain text of d.
func (d Decimal) String() string { return string(Append(nil, d.Unscaled, d.Scale)) }

// To returns d in another type, rounded half up, and whether it fits.
func (d Decimal) To(t Type) (Decimal, bool) {
	v, ok := Rescale(d.Unscaled, d.Scale, t.Scale)
	return Decimal{v, t.Precision, t.Scale}, ok && t.Fits(v)
}

// Cmp compares two decimals by value, whatever their scales: -1, 0 or 1.
func (d Decimal) Cmp(e Decimal) int { return Cmp(d.Unscaled, d.Scale, e.Unscaled, e.Scale) }

// Cmp compares a/10^as with b/10^bs exactly: -1, 0 or 1.
func Cmp(a Int128, as uint8, b Int128, bs uint8) int {
	if as == bs || a.Sign() != b.Sign() {
		return a.Cmp(b)
	}
	am, negative := a.magnitude()
	bm, _ := b.magnitude()
	x, y := align(am, as, bm, bs)
	switch {
	case x == y:
		return 0
	case x.less(y) != negative:
		return -1
	}
	return 1
}

// align brings two magnitudes to the greater of their scales, exactly: at most
// 2^128·10^38 < 2^256.
func align(a u128, as uint8, b u128, bs uint8) (x, y wide) {
	x, y = a.wide(), b.wide()
	if as < bs {
		x = mul(a, pow[bs-as])
	} else if bs < as {
		y = mul(b, pow[as-bs])
	}
	return x, y
}

// Add returns a/10^as + b/10^bs in type to, rounded half up from the exact sum,
// and whether it fits.
func Add(a Int128, as uint8, b Int128, bs uint8, to Type) (Int128, bool) {
	if as == bs && bs == to.Scale {
		sum, ok := a.Add(b)
		return sum, ok && to.Fits(sum)
	}
	am, an := a.magnitude()
	bm, bn := b.magnitude()
	x, y := align(am, as, bm, bs)
	switch {
	case an == bn:
		x = x.add(y)
	case x.less(y):
		x, an = y.sub(x), bn
	default:
		x = x.sub(y)
	}
	return settle(x, an, int(max(as, bs)), to)
}

// Sub returns a/10^as - b/10^bs in type to, rounded half up, and whether it fits.
func Sub(a Int128, as uint8, b Int128, bs uint8, to Type) (Int128, bool) {
	if as == bs && bs == to.Scale {
		d, ok := a.Sub(b)
		return d, ok && to.Fits(d)
	}
	nb, ok := b.Neg()
	if !ok {
		return Int128{}, false
	}
	return Add(a, as, nb, bs, to)
}

// Mul returns a/10^as · b/10^bs in type to, rounded half up from the exact
// product, and whether it fits.
func Mul(a Int128, as uint8, b Int128, bs uint8, to Type) (Int128, bool) {
	am, an := a.magnitude()
	bm, bn := b.magnitude()
	if p, fits := am.mul(bm); fits {
		if v, ok, done := p.small(an != bn, int(as)+int(bs), to); done {
			return v, ok
		}
	}
	return settle(mul(am, bm), an != bn, int(as)+int(bs), to)
}

// Div returns a/10^as ÷ b/10^bs in type to, rounded half up from the exact
// quotient. It is false when b is 0 or the quotient does not fit.
func Div(a Int128, as uint8, b Int128, bs uint8, to Type) (Int128, bool) {
	if b.IsZero() {
		return Int128{}, false
	}
	am, an := a.magnitude()
	bm, bn := b.magnitude()
	k := int(to.Scale) + int(bs) - int(as)
	if v, ok, done := am.quotient(bm, k, an != bn, to); done {
		return v, ok
	}
	x, y := am.wide(), bm.wide()
	ok := true
	// A numerator beyond 256 bits over b < 2^127 is a quotient beyond 38 digits.
	if k >= 0 {
		x, ok = x.grow(k)
	} else {
		y, _ = y.grow(-k)
	}
	if !ok {
		return Int128{}, false
	}
	q, r := x.div(y)
	if !r.less(y.sub(r)) {
		q = q.add(wide{1})
	}
	v, ok := q.signed(an != bn)
	return v, ok && q.below(to.Precision)
}

// Quo returns the integral part of a/10^as ÷ b/10^bs, truncated towards zero
// ("a div b"). It is false when b is 0 or the quotient exceeds 128 bits.
func Quo(a Int128, as uint8, b Int128, bs uint8) (Int128, bool) {
	if b.IsZero() {
		return Int128{}, false
	}
	am, an := a.magnitude()
	bm, bn := b.magnitude()
	x, y := align(am, as, bm, bs)
	q, _ := x.div(y)
	return q.signed(an != bn)
}

// Rem returns the remainder of a/10^as ÷ b/10^bs in type to; it has the sign
// of a. It is false when b is 0 or the remainder does not fit.
func Rem(a Int128, as uint8, b Int128, bs uint8, to Type) (Int128, bool) {
	if b.IsZero() {
		return Int128{}, false
	}
	am, an := a.magnitude()
	bm, _ := b.magnitude()
	x, y := align(am, as, bm, bs)
	_, r := x.div(y)
	return settle(r, an, int(max(as, bs)), to)
}

// settle brings an exact magnitude of the given scale to type to.
func settle(x wide, negative bool, scale int, to Type) (Int128, bool) {
	if n := scale - int(to.Scale); n > 0 {
		x = x.shrink(n)
	} else if n < 0 {
		grown, ok := x.grow(-n)
		if !ok {
			return Int128{}, false
		}
		x = grown
	}
	v, ok := x.signed(negative)
	return v, ok && x.below(to.Precision)
}
