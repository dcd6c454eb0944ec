package decimal

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// Everything is checked against math/big on values of random length, because
// the interesting errors sit where a value crosses a word.

func random(r *rand.Rand) Int128 {
	v := Int128{r.Uint64(), int64(r.Uint64())}
	shift := r.IntN(128)
	for ; shift >= 64; shift -= 64 {
		v = Int128{uint64(v.Hi), v.Hi >> 63}
	}
	v = Int128{v.Lo>>shift | uint64(v.Hi)<<1<<(63-shift), v.Hi >> shift}
	switch r.IntN(20) {
	case 0:
		return Int128{Hi: math.MinInt64}
	case 1:
		return Int128{^uint64(0), math.MaxInt64}
	}
	return v
}

// of returns a value of the type.
func of(r *rand.Rand, t Type) Int128 {
	d := 1 + r.IntN(int(t.Precision))
	b := make([]byte, d)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
		if r.IntN(6) == 0 {
			b[i] = "05"[r.IntN(2)]
		}
	}
	v, err := Parse(b, Type{t.Precision, 0})
	if err != nil {
		panic(err)
	}
	if r.IntN(2) == 0 {
		v, _ = v.Neg()
	}
	return v
}

func (a Int128) big() *big.Int {
	x := new(big.Int).Lsh(big.NewInt(a.Hi), 64)
	return x.Add(x, new(big.Int).SetUint64(a.Lo))
}

func ten(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// half is num/den rounded half away from zero.
func half(num, den *big.Int) *big.Int {
	q, m := new(big.Int), new(big.Int)
	q.QuoRem(num, den, m)
	if m.Lsh(m.Abs(m), 1).CmpAbs(den) >= 0 {
		q.Add(q, big.NewInt(int64(num.Sign()*den.Sign())))
	}
	return q
}

var least, most = new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), 127)), new(big.Int).Lsh(big.NewInt(1), 127)

func fits128(x *big.Int) bool { return x.Cmp(least) >= 0 && x.Cmp(most) < 0 }

func TestInt128AgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	check := func(op string, a, b, got Int128, ok bool, want *big.Int) {
		t.Helper()
		if ok != fits128(want) || ok && got.big().Cmp(want) != 0 {
			t.Fatalf("%v %s %v = %v %v, want %v", a.big(), op, b.big(), got.big(), ok, want)
		}
	}
	for range 50000 {
		a, b := random(r), random(r)
		x, y := a.big(), b.big()
		s, ok := a.Add(b)
		check("+", a, b, s, ok, new(big.Int).Add(x, y))
		s, ok = a.Sub(b)
		check("-", a, b, s, ok, new(big.Int).Sub(x, y))
		s, ok = a.Mul(b)
		check("*", a, b, s, ok, new(big.Int).Mul(x, y))
		s, ok = a.Neg()
		check("neg", a, b, s, ok, new(big.Int).Neg(x))
		if a.Cmp(b) != x.Cmp(y) || a.Sign() != x.Sign() {
			t.Fatalf("cmp %v %v", x, y)
		}
		if b.IsZero() {
			continue
		}
		q, m, ok := a.QuoRem(b)
		wq, wm := new(big.Int).QuoRem(x, y, new(big.Int))
		check("/", a, b, q, ok, wq)
		if ok && m.big().Cmp(wm) != 0 {
			t.Fatalf("%v %% %v = %v, want %v", x, y, m.big(), wm)
		}
	}
}

func (a wide) big() *big.Int {
	x := new(big.Int)
	for i := 3; i >= 0; i-- {
		x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(a[i]))
	}
	return x
}

func TestWideDivisionAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	words := func() (w wide) {
		for i := range 1 + r.IntN(4) {
			w[i] = [...]uint64{0, 1, 1 << 63, ^uint64(0), r.Uint64(), r.Uint64() >> r.IntN(64)}[r.IntN(6)]
		}
		return w
	}
	for range 100000 {
		a, d := words(), words()
		if d.words() == 0 {
			continue
		}
		q, m := a.div(d)
		wq, wm := new(big.Int).QuoRem(a.big(), d.big(), new(big.Int))
		if q.big().Cmp(wq) != 0 || m.big().Cmp(wm) != 0 {
			t.Fatalf("%v / %v = %v rest %v", a, d, q, m)
		}
	}
}

func randomType(r *rand.Rand) Type {
	p := 1 + r.IntN(MaxPrecision)
	return Type{uint8(p), uint8(r.IntN(p + 1))}
}

// Arithmetic in Spark's result types, with and without precision loss.
func TestArithmeticAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 60000 {
		ta, tb, loss := randomType(r), randomType(r), r.IntN(2) == 0
		a, b := of(r, ta), of(r, tb)
		s := int(max(ta.Scale, tb.Scale))
		x := new(big.Int).Mul(a.big(), ten(s-int(ta.Scale)))
		y := new(big.Int).Mul(b.big(), ten(s-int(tb.Scale)))
		check := func(op string, to Type, got Int128, ok bool, num, den *big.Int) {
			t.Helper()
			want := half(new(big.Int).Mul(num, ten(int(to.Scale))), den)
			if fits := want.CmpAbs(ten(int(to.Precision))) < 0; ok != fits || ok && got.big().Cmp(want) != 0 {
				t.Fatalf("%v%v %s %v%v: %v %v, want %v in %v", a.big(), ta, op, b.big(), tb, got.big(), ok, want, to)
			}
		}
		to := AddType(ta, tb, loss)
		v, ok := Add(a, ta.Scale, b, tb.Scale, to)
		check("+", to, v, ok, new(big.Int).Add(x, y), ten(s))
		v, ok = Sub(a, ta.Scale, b, tb.Scale, to)
		check("-", to, v, ok, new(big.Int).Sub(x, y), ten(s))
		to = MulType(ta, tb, loss)
		v, ok = Mul(a, ta.Scale, b, tb.Scale, to)
		check("*", to, v, ok, new(big.Int).Mul(a.big(), b.big()), ten(int(ta.Scale+tb.Scale)))
		if Cmp(a, ta.Scale, b, tb.Scale) != x.Cmp(y) {
			t.Fatalf("cmp %v%v %v%v", a.big(), ta, b.big(), tb)
		}
		if b.IsZero() {
			continue
		}
		to = DivType(ta, tb, loss)
		v, ok = Div(a, ta.Scale, b, tb.Scale, to)
		check("/", to, v, ok, x, y)
		to = RemType(ta, tb, loss)
		v, ok = Rem(a, ta.Scale, b, tb.Scale, to)
		q, m := new(big.Int).QuoRem(x, y, new(big.Int))
		check("%", to, v, ok, m, ten(s))
		v, ok = Quo(a, ta.Scale, b, tb.Scale)
		if ok != fits128(q) || ok && v.big().Cmp(q) != 0 {
			t.Fatalf("%v div %v = %v", x, y, v.big())
		}
	}
}

func TestRescaleAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	for range 20000 {
		v, from, to := random(r), uint8(r.IntN(39)), uint8(r.IntN(39))
		got, ok := Rescale(v, from, to)
		want := half(new(big.Int).Mul(v.big(), ten(int(to))), ten(int(from)))
		if ok != fits128(want) || ok && got.big().Cmp(want) != 0 {
			t.Fatalf("%v from %d to %d: %v %v, want %v", v.big(), from, to, got.big(), ok, want)
		}
	}
}

func TestRoundModes(t *testing.T) {
	for _, c := range []struct {
		v    int64
		want [5]int64 // HalfUp, HalfEven, Up, Down, Truncate
	}{
		{25, [5]int64{3, 2, 3, 2, 2}}, {-25, [5]int64{-3, -2, -2, -3, -2}},
		{35, [5]int64{4, 4, 4, 3, 3}}, {-35, [5]int64{-4, -4, -3, -4, -3}},
		{24, [5]int64{2, 2, 3, 2, 2}}, {-26, [5]int64{-3, -3, -2, -3, -2}},
		{20, [5]int64{2, 2, 2, 2, 2}}, {0, [5]int64{}}, {1, [5]int64{0, 0, 1, 0, 0}}, {-1, [5]int64{0, 0, 0, -1, 0}},
	} {
		for m, want := range c.want {
			// Once as int64, once beyond 64 bits.
			if got, _ := Round(FromInt64(c.v), 1, Mode(m)).Int64(); got != want {
				t.Errorf("round(%d, mode %d) = %d, want %d", c.v, m, got, want)
			}
			long, _ := FromInt64(c.v).Mul(Pow10(25))
			if got, _ := Round(long, 26, Mode(m)).Int64(); got != want {
				t.Errorf("long round(%d, mode %d) = %d, want %d", c.v, m, got, want)
			}
		}
	}
	for _, n := range []uint8{39, 76, 200} {
		if got := Round(FromInt64(-7), n, Down); got != FromInt64(-1) {
			t.Errorf("dropping %d digits: %v", n, got)
		}
		if got := Round(Int128{Hi: math.MaxInt64}, n, HalfUp); !got.IsZero() {
			t.Errorf("dropping %d digits: %v", n, got)
		}
	}
}

func TestResultTypes(t *testing.T) {
	type rule func(a, b Type, loss bool) Type
	for _, c := range []struct {
		name           string
		f              rule
		a, b           Type
		loss, lossless Type
	}{
		{"+", AddType, Type{10, 2}, Type{5, 3}, Type{12, 3}, Type{12, 3}},
		{"+", AddType, Type{38, 10}, Type{38, 20}, Type{38, 9}, Type{38, 20}},
		{"*", MulType, Type{10, 2}, Type{5, 3}, Type{16, 5}, Type{16, 5}},
		{"*", MulType, Type{38, 10}, Type{38, 10}, Type{38, 6}, Type{38, 20}},
		{"*", MulType, Type{38, 2}, Type{38, 2}, Type{38, 4}, Type{38, 4}},
		{"/", DivType, Type{10, 2}, Type{5, 3}, Type{19, 8}, Type{19, 8}},
		{"/", DivType, Type{38, 18}, Type{38, 18}, Type{38, 6}, Type{38, 18}},
		{"/", DivType, Type{20, 0}, Type{20, 0}, Type{38, 18}, Type{38, 19}},
		{"%", RemType, Type{10, 2}, Type{5, 3}, Type{5, 3}, Type{5, 3}},
	} {
		if got := c.f(c.a, c.b, true); got != c.loss {
			t.Errorf("%v %s %v: %v, want %v", c.a, c.name, c.b, got, c.loss)
		}
		if got := c.f(c.a, c.b, false); got != c.lossless {
			t.Errorf("%v %s %v without loss: %v, want %v", c.a, c.name, c.b, got, c.lossless)
		}
	}
	if got := WiderType(Type{38, 10}, Type{38, 20}); got != (Type{38, 10}) {
		t.Errorf("wider: %v", got)
	}
	if got := RoundType(Type{5, 3}, -3); got != (Type{4, 0}) {
		t.Errorf("round: %v", got)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		t    Type
		want string // "" for ErrRange, "!" for ErrSyntax
	}{
		{"1.5E3", Type{10, 2}, "1500.00"}, {" \t-12.345\n", Type{10, 2}, "-12.35"}, {"+7", Type{3, 0}, "7"},
		{".5", Type{3, 0}, "1"}, {"5.", Type{3, 1}, "5.0"}, {".", Type{3, 0}, "!"}, {"", Type{3, 0}, "!"},
		{"-", Type{3, 0}, "!"}, {"1e", Type{3, 0}, "!"}, {"1e+", Type{3, 0}, "!"}, {"1 2", Type{3, 0}, "!"},
		{"0x1", Type{3, 0}, "!"}, {"1..2", Type{3, 0}, "!"}, {"NaN", Type{3, 0}, "!"}, {"1_000", Type{8, 0}, "!"},
		{"1e99999999999", Type{3, 0}, "!"}, {"1000", Type{3, 0}, ""}, {"999.5", Type{3, 0}, ""}, {"999.4", Type{3, 0}, "999"},
		{"0.005", Type{3, 2}, "0.01"}, {"0.0049999999999", Type{3, 2}, "0.00"}, {"1e-100", Type{38, 38}, "0." + zeros(38)},
		{"0e50", Type{38, 0}, "0"}, {"0e-50", Type{38, 0}, "0"}, {"000000000000000000000000000000000000000000001.10", Type{3, 1}, "1.1"},
		{"99999999999999999999999999999999999999", Type{38, 0}, "99999999999999999999999999999999999999"},
		{"99999999999999999999999999999999999999.5", Type{38, 0}, ""}, {"-0.00", Type{3, 2}, "0.00"},
		{"12345678901234567890123456789012345.678", Type{38, 3}, "12345678901234567890123456789012345.678"},
		{"5e37", Type{38, 0}, "50000000000000000000000000000000000000"}, {"1e5", Type{5, 0}, ""}, {"9.5e-1", Type{1, 0}, "1"},
	} {
		v, err := Parse([]byte(c.text), c.t)
		got := string(Append(nil, v, c.t.Scale))
		switch {
		case errors.Is(err, ErrSyntax):
			got = "!"
		case errors.Is(err, ErrRange):
			got = ""
		}
		if got != c.want {
			t.Errorf("%q as %v: %q, want %q", c.text, c.t, got, c.want)
		}
	}
}

func zeros(n int) string { return string(slices.Repeat([]byte("0"), n)) }

func TestParseLiteral(t *testing.T) {
	for _, c := range []struct {
		text string
		want Decimal
	}{
		{"12.340", Decimal{FromInt64(12340), 5, 3}}, {"0.01", Decimal{FromInt64(1), 2, 2}},
		{"1.5E3", Decimal{FromInt64(1500), 4, 0}}, {"0", Decimal{Int128{}, 1, 0}}, {"007", Decimal{FromInt64(7), 1, 0}},
		{"0.000", Decimal{Int128{}, 3, 3}}, {"-1.5e-3", Decimal{FromInt64(-15), 4, 4}},
	} {
		if got, err := ParseLiteral([]byte(c.text)); err != nil || got != c.want {
			t.Errorf("%s: %+v %v, want %+v", c.text, got, err, c.want)
		}
	}
	if _, err := ParseLiteral([]byte("123456789012345678901234567890123456789")); !errors.Is(err, ErrRange) {
		t.Errorf("39 digits: %v", err)
	}
}

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		v           int64
		scale       uint8
		plain, java string
	}{
		{0, 0, "0", "0"}, {0, 2, "0.00", "0.00"}, {5, 2, "0.05", "0.05"}, {-5, 2, "-0.05", "-0.05"}, {12345, 2, "123.45", "123.45"},
		{1, 6, "0.000001", "0.000001"}, {1, 7, "0.0000001", "1E-7"}, {-123, 10, "-0.0000000123", "-1.23E-8"}, {0, 7, "0.0000000", "0E-7"},
		{math.MinInt64, 0, "-9223372036854775808", "-9223372036854775808"},
	} {
		if got := string(Append(nil, FromInt64(c.v), c.scale)); got != c.plain {
			t.Errorf("%d/10^%d: %s, want %s", c.v, c.scale, got, c.plain)
		}
		if got := string(AppendScientific(nil, FromInt64(c.v), c.scale)); got != c.java {
			t.Errorf("%d/10^%d: %s, want %s", c.v, c.scale, got, c.java)
		}
	}
}

func TestTextRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for range 20000 {
		ty := randomType(r)
		v := of(r, ty)
		text := Append(nil, v, ty.Scale)
		if back, err := Parse(text, ty); err != nil || back != v {
			t.Fatalf("%s as %v: %v %v", text, ty, back.big(), err)
		}
		if got, want := string(Append(nil, v, 0)), v.big().String(); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		if back, err := Parse(AppendScientific(nil, v, ty.Scale), ty); err != nil || back != v {
			t.Fatalf("scientific %s: %v %v", text, back.big(), err)
		}
		if d := Digits(v); int(d) != max(1, len(new(big.Int).Abs(v.big()).String())) {
			t.Fatalf("%v has %d digits", v.big(), d)
		}
		f, _ := strconv.ParseFloat(string(text), 64)
		if got := ToFloat64(v, ty.Scale); got != f {
			t.Fatalf("%s as double: %v, want %v", text, got, f)
		}
		if n, ok := ToInt64(v, ty.Scale); ok && n != new(big.Int).Quo(v.big(), ten(int(ty.Scale))).Int64() {
			t.Fatalf("%s as bigint: %d", text, n)
		}
	}
}

func TestFromFloat64(t *testing.T) {
	for _, c := range []struct {
		f    float64
		t    Type
		want string
	}{
		{0.1, Type{38, 20}, "0.10000000000000000000"}, {float64(float32(0.1)), Type{20, 18}, "0.100000001490116120"},
		{1e22, Type{38, 0}, "10000000000000000000000"}, {-2.5, Type{3, 0}, "-3"}, {1.005, Type{5, 2}, "1.01"}, {5e-324, Type{38, 38}, "0." + zeros(38)},
	} {
		v, err := FromFloat64(c.f, c.t)
		if got := string(Append(nil, v, c.t.Scale)); err != nil || got != c.want {
			t.Errorf("%v as %v: %s %v, want %s", c.f, c.t, got, err, c.want)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1)} {
		if _, err := FromFloat64(f, Type{10, 0}); !errors.Is(err, ErrSyntax) {
			t.Errorf("%v: %v", f, err)
		}
	}
	if _, err := FromFloat64(1e38, Type{38, 0}); !errors.Is(err, ErrRange) {
		t.Errorf("1e38: %v", err)
	}
}

func TestBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for range 1000 {
		v := random(r)
		b := make([]byte, 16)
		PutBytes(b, v)
		if FromBytes(b) != v {
			t.Fatalf("%v", v)
		}
		slices.Reverse(b)
		b = append([]byte{byte(v.Hi >> 63), byte(v.Hi >> 63)}, b...)
		if got, err := FromBigEndian(b); err != nil || got != v {
			t.Fatalf("%x: %v %v", b, got, err)
		}
		b[0] ^= 1
		if _, err := FromBigEndian(b); !errors.Is(err, ErrRange) {
			t.Fatalf("%x: %v", b, err)
		}
	}
	if got, err := FromBigEndian([]byte{0xff, 0x7f}); err != nil || got != FromInt64(-129) {
		t.Errorf("short: %v %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.5E3", " -0.00 ", "1e-40", ".5", "999999999999999999999999999999999999999"} {
		f.Add([]byte(s), uint8(10), uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, p, s uint8) {
		ty := Type{p%38 + 1, 0}
		ty.Scale = s % (ty.Precision + 1)
		v, err := Parse(b, ty)
		if err != nil {
			return
		}
		if !ty.Fits(v) {
			t.Fatalf("%q as %v: %v", b, ty, v.big())
		}
		if again, err := Parse(Append(nil, v, ty.Scale), ty); err != nil || again != v {
			t.Fatalf("%q: %v then %v %v", b, v, again, err)
		}
	})
}
