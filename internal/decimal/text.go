package decimal

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"strconv"
)

// ErrSyntax says that a text is no number, ErrRange that a number does not fit
// the wanted type. Callers turn them into Spark's conditions with the text.
var (
	ErrSyntax = errors.New("text is not a decimal number")
	ErrRange  = errors.New("number does not fit the decimal type")
)

// literal is the anatomy of a number's text: digits without leading zeros
// (the point may still stand among them) and what they are worth.
type literal struct {
	digits   []byte // from the first significant digit on, may hold one '.'
	count    int    // significant digits in digits
	scale    int    // digits after the point, less the exponent
	negative bool
}

// scan takes a text apart: blanks and control bytes around it as Java trims,
// a sign, digits with at most one point, an exponent.
func scan(b []byte) (literal, bool) {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	var l literal
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		l.negative = b[0] == '-'
		b = b[1:]
	}
	i, first, any, point := 0, -1, false, -1
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		any = true
		if first < 0 && c != '0' {
			first = i
		}
	}
	if !any {
		return l, false
	}
	if point >= 0 {
		l.scale = i - point - 1
	}
	if first >= 0 {
		l.digits = b[first:i]
		l.count = len(l.digits)
		if point > first {
			l.count--
		}
	}
	if i == len(b) {
		return l, true
	}
	exp, ok := exponent(b[i:])
	l.scale -= exp
	return l, ok
}

// exponent reads "e", a sign and digits; Java allows 32 bits.
func exponent(b []byte) (int, bool) {
	if b[0] != 'e' && b[0] != 'E' || len(b) == 1 {
		return 0, false
	}
	b = b[1:]
	negative := b[0] == '-'
	if negative || b[0] == '+' {
		b = b[1:]
	}
	if len(b) == 0 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > 1<<31-1 {
			return 0, false
		}
	}
	if negative {
		n = -n
	}
	return n, true
}

// Parse reads a number in type t, rounding half up once: what casting a string
// to a decimal does. Blanks around it and exponents are allowed ("1.5E3"). The
// error is ErrSyntax or ErrRange.
func Parse(b []byte, t Type) (Int128, error) {
	if v, ok := short(b, t); ok {
		return FromInt64(v), nil
	}
	l, ok := scan(b)
	if !ok {
		return Int128{}, ErrSyntax
	}
	keep := l.count - l.scale + int(t.Scale)
	if l.count == 0 || keep < 0 {
		return Int128{}, nil
	}
	if keep > int(t.Precision) {
		return Int128{}, ErrRange
	}
	v, _ := l.take(keep).signed(l.negative)
	if !t.Fits(v) {
		return Int128{}, ErrRange // rounded up to a digit more
	}
	return v, nil
}

// short reads the usual text, an optional minus, up to 18 digits and a point,
// if it fits t without rounding; false leaves it to the general form.
func short(b []byte, t Type) (int64, bool) {
	if len(b) == 0 || len(b) > Max64 {
		return 0, false
	}
	digits := b
	if b[0] == '-' {
		digits = b[1:]
	}
	var v int64
	point := len(digits)
	for i, c := range digits {
		if c-'0' <= 9 {
			v = v*10 + int64(c-'0')
			continue
		}
		if c != '.' || point < len(digits) {
			return 0, false
		}
		point = i
	}
	scale := max(0, len(digits)-point-1)
	missing := int(t.Scale) - scale
	if len(digits) < 2 && v == 0 || missing < 0 || missing > Max64-len(digits) {
		return 0, false
	}
	v *= pow64[missing]
	if !Fits64(v, t.Precision) {
		return 0, false
	}
	if len(digits) < len(b) {
		v = -v
	}
	return v, true
}

// take returns the first n significant digits as a number, n at most 38,
// filled up with zeros and rounded half up by the digit that follows.
func (l literal) take(n int) u128 {
	var v u128
	part, length, taken, up := uint64(0), 0, 0, uint64(0)
	for _, c := range l.digits {
		if c == '.' {
			continue
		}
		if taken == n {
			up = uint64(c-'0') / 5
			break
		}
		part = part*10 + uint64(c-'0')
		taken++
		if length++; length == Max64 {
			v = v.append(part, length)
			part, length = 0, 0
		}
	}
	v = v.append(part, length)
	for ; taken < n; taken += length {
		length = min(n-taken, Max64)
		v = v.append(0, length)
	}
	return v.plus(up)
}

// append returns v·10^length + part; the result must fit.
func (a u128) append(part uint64, length int) u128 {
	h, l := bits.Mul64(a.lo, uint64(pow64[length]))
	return u128{l, a.hi*uint64(pow64[length]) + h}.plus(part)
}

func (a u128) plus(n uint64) u128 {
	lo, c := bits.Add64(a.lo, n, 0)
	return u128{lo, a.hi + c}
}

// ParseLiteral reads a number in the type its digits ask for: what a literal
// such as 12.340BD is. Leading zeros do not count; an exponent moves the point.
func ParseLiteral(b []byte) (Decimal, error) {
	l, ok := scan(b)
	if !ok {
		return Decimal{}, ErrSyntax
	}
	scale := max(l.scale, 0)
	precision := max(l.count-l.scale+scale, scale, 1)
	if l.count == 0 {
		precision = max(scale, 1)
	}
	if precision > MaxPrecision {
		return Decimal{}, ErrRange
	}
	t := Type{uint8(precision), uint8(scale)}
	v, err := Parse(b, t)
	return Decimal{v, t.Precision, t.Scale}, err
}

// Append appends v/10^scale in plain notation with exactly scale digits after
// the point ("-0.05"), as decimal columns are printed and cast.
func Append(dst []byte, v Int128, scale uint8) []byte {
	m, negative := v.magnitude()
	if negative {
		dst = append(dst, '-')
	}
	var buf [40]byte
	digits := m.format(&buf, int(scale)+1)
	dst = append(dst, digits[:len(digits)-int(scale)]...)
	if scale == 0 {
		return dst
	}
	dst = append(dst, '.')
	return append(dst, digits[len(digits)-int(scale):]...)
}

// AppendScientific appends v/10^scale as Java's BigDecimal.toString does: plain
// unless the value is below 1e-6. Casts print so when ANSI mode is off.
func AppendScientific(dst []byte, v Int128, scale uint8) []byte {
	m, negative := v.magnitude()
	var buf [40]byte
	digits := m.format(&buf, 1)
	exp := len(digits) - 1 - int(scale)
	if exp >= -6 {
		return Append(dst, v, scale)
	}
	if negative {
		dst = append(dst, '-')
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	dst = append(dst, 'E')
	return strconv.AppendInt(dst, int64(exp), 10)
}

// pairs is "00" to "99".
var pairs = func() (p [200]byte) {
	for i := range 100 {
		p[2*i], p[2*i+1] = byte('0'+i/10), byte('0'+i%10)
	}
	return p
}()

// format writes the digits to the end of buf, at least width of them.
func (a u128) format(buf *[40]byte, width int) []byte {
	i := len(buf)
	if a.hi != 0 {
		q, r := bits.Div64(a.hi, a.lo, 1e19)
		low := i - 19
		for i > low+1 {
			i = put2(buf, i, r%100)
			r /= 100
		}
		i--
		buf[i] = byte('0' + r)
		a.lo = q
	}
	x := a.lo
	for x >= 100 {
		i = put2(buf, i, x%100)
		x /= 100
	}
	if x >= 10 {
		i = put2(buf, i, x)
	} else if x > 0 {
		i--
		buf[i] = byte('0' + x)
	}
	for len(buf)-i < width {
		i--
		buf[i] = '0'
	}
	return buf[i:]
}

func put2(buf *[40]byte, i int, x uint64) int {
	buf[i-2], buf[i-1] = pairs[2*x], pairs[2*x+1]
	return i - 2
}

// PutBytes writes v as 16 bytes, low byte first, to b.
func PutBytes(b []byte, v Int128) {
	binary.LittleEndian.PutUint64(b, v.Lo)
	binary.LittleEndian.PutUint64(b[8:16], uint64(v.Hi))
}

// FromBytes reads what PutBytes wrote.
func FromBytes(b []byte) Int128 {
	return Int128{binary.LittleEndian.Uint64(b), int64(binary.LittleEndian.Uint64(b[8:16]))}
}

// FromBigEndian reads a big-endian two's complement integer of 1 to 16 bytes,
// the form of Parquet and Avro; longer ones must be sign extensions.
func FromBigEndian(b []byte) (Int128, error) {
	if len(b) == 0 {
		return Int128{}, ErrSyntax
	}
	sign := uint64(int64(int8(b[0])) >> 63)
	hi, lo := sign, sign
	for i, c := range b {
		if rest := len(b) - i; rest > 16 && c != byte(sign) {
			return Int128{}, ErrRange
		}
		hi, lo = hi<<8|lo>>56, lo<<8|uint64(c)
	}
	if int64(hi)>>63 != int64(sign) {
		return Int128{}, ErrRange
	}
	return Int128{lo, int64(hi)}, nil
}
