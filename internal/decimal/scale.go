package decimal

// MaxPrecision is the most digits a decimal may have, MaxScale the most after
// the point, and Max64 the most digits that an int64 column may hold.
const (
	MaxPrecision = 38
	MaxScale     = 38
	Max64        = 18
)

// pow64 holds the powers of ten that fit an int64.
var pow64 = func() (p [19]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// pow holds the powers of ten up to 10^38.
var pow = func() (p [MaxPrecision + 1]u128) {
	p[0] = u128{lo: 1}
	for i := 1; i < len(p); i++ {
		w := mul(p[i-1], u128{lo: 10})
		p[i] = u128{w[0], w[1]}
	}
	return p
}()

// Pow10 returns 10^n for n from 0 to 38.
func Pow10(n uint8) Int128 { return Int128{pow[n].lo, int64(pow[n].hi)} }

// Fits tells whether v has at most precision digits (1 to 38).
func (a Int128) Fits(precision uint8) bool {
	m, _ := a.magnitude()
	return m.less(pow[precision])
}

// Fits64 tells whether v has at most precision digits.
func Fits64(v int64, precision uint8) bool {
	if precision > Max64 {
		return true
	}
	limit := pow64[precision]
	return -limit < v && v < limit
}

// Digits returns the number of decimal digits of v, 1 for 0.
func Digits(v Int128) uint8 {
	m, _ := v.magnitude()
	n := uint8(1)
	for n <= MaxPrecision && !m.less(pow[n]) {
		n++
	}
	return n
}

// Rescale moves v from one scale to another, rounding half up where digits are
// dropped. It is false when the result does not fit 128 bits. Scales are 0 to 38.
func Rescale(v Int128, from, to uint8) (Int128, bool) {
	switch {
	case from == to:
		return v, true
	case from < to:
		return v.Mul(Pow10(to - from))
	}
	return Round(v, from-to, HalfUp), true
}

// Mode says how digits are dropped.
type Mode uint8

// The rounding modes of round, bround, ceil, floor and of casts to integers.
const (
	HalfUp   Mode = iota // to the nearest, ties away from zero
	HalfEven             // to the nearest, ties to the even digit
	Up                   // ceiling: towards plus infinity
	Down                 // floor: towards minus infinity
	Truncate             // towards zero
)

// Round drops the last n digits of v: the result is v/10^n rounded by mode.
// n may exceed 38.
func Round(v Int128, n uint8, mode Mode) Int128 {
	if n == 0 {
		return v
	}
	if x, ok := v.Int64(); ok && n <= Max64 {
		return FromInt64(round64(x, pow64[n], mode))
	}
	m, negative := v.magnitude()
	if n > MaxPrecision {
		n, m = MaxPrecision, u128{lo: min(m.lo|m.hi, 1)}
	}
	d := pow[n]
	if mode == HalfUp && d.hi == 0 {
		out, _ := m.half(d.lo).signed(negative)
		return out
	}
	q, r := m.wide().div(d.wide())
	if roundsUp(u128{r[0], r[1]}, d, q[0], negative, mode) {
		q = q.add(wide{1})
	}
	out, _ := q.signed(negative)
	return out
}

// round64 is v/d rounded; d is a power of ten above 1.
func round64(v, d int64, mode Mode) int64 {
	q, r := v/d, v%d
	if r == 0 {
		return q
	}
	away := int64(1) | v>>63
	half := d / 2
	switch mode {
	case HalfUp:
		if r >= half || r <= -half {
			return q + away
		}
	case HalfEven:
		tie := r == half || r == -half
		if r > half || r < -half || tie && q&1 == 1 {
			return q + away
		}
	case Up:
		if v > 0 {
			return q + 1
		}
	case Down:
		if v < 0 {
			return q - 1
		}
	}
	return q
}

// roundsUp tells whether a magnitude with remainder r of d moves away from zero.
func roundsUp(r, d u128, quotient uint64, negative bool, mode Mode) bool {
	if r.lo|r.hi == 0 {
		return false
	}
	switch mode {
	case Up:
		return !negative
	case Down:
		return negative
	case Truncate:
		return false
	}
	half := u128{d.lo>>1 | d.hi<<63, d.hi >> 1}
	if mode == HalfEven && r == half {
		return quotient&1 == 1
	}
	return !r.less(half)
}

// shrink drops n digits of a 256-bit magnitude, rounding half up. Powers above
// 10^38 take two steps: the first truncates, which cannot change on which side
// of the half the rest lies.
func (a wide) shrink(n int) wide {
	if n > 2*MaxPrecision {
		return wide{}
	}
	if n > MaxPrecision {
		a, _ = a.div(pow[MaxPrecision].wide())
		n -= MaxPrecision
	}
	if n == 0 {
		return a
	}
	d := pow[n]
	q, r := a.div(d.wide())
	if roundsUp(u128{r[0], r[1]}, d, 0, false, HalfUp) {
		q = q.add(wide{1})
	}
	return q
}

// grow multiplies by 10^n, n from 0 to 76, and tells whether 256 bits hold it.
func (a wide) grow(n int) (wide, bool) {
	ok := true
	if n > MaxPrecision {
		if a, ok = a.mul(pow[MaxPrecision]); !ok {
			return a, false
		}
		n -= MaxPrecision
	}
	return a.mul(pow[n])
}

// below tells whether the magnitude has at most precision digits.
func (a wide) below(precision uint8) bool {
	return a[2]|a[3] == 0 && u128{a[0], a[1]}.less(pow[precision])
}
