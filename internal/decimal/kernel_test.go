package decimal

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Each kernel agrees with the operation on a pair, row by row.
func TestKernelsAgreeWithPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	const n = 300
	for range 200 {
		ta, tb, to := randomType(r), randomType(r), randomType(r)
		switch r.IntN(3) {
		case 0:
			tb.Scale = min(ta.Scale, tb.Precision)
			to.Scale = min(ta.Scale, to.Precision)
		case 1:
			to.Scale = min(ta.Scale+tb.Scale, to.Precision)
		}
		a, b, dst := make([]Int128, n), make([]Int128, n), make([]Int128, n)
		for i := range n {
			a[i], b[i] = of(r, ta), of(r, tb)
		}
		check := func(op string, failed []uint16, pair func(i int) (Int128, bool)) {
			t.Helper()
			for i := range n {
				v, ok := pair(i)
				if ok == slices.Contains(failed, uint16(i)) || ok && v != dst[i] {
					t.Fatalf("%s %v %v to %v, row %d", op, ta, tb, to, i)
				}
			}
		}
		as, bs := ta.Scale, tb.Scale
		check("+", Add128(dst, a, as, b, bs, to, nil), func(i int) (Int128, bool) { return Add(a[i], as, b[i], bs, to) })
		check("-", Sub128(dst, a, as, b, bs, to, nil), func(i int) (Int128, bool) { return Sub(a[i], as, b[i], bs, to) })
		check("*", Mul128(dst, a, as, b, bs, to, nil), func(i int) (Int128, bool) { return Mul(a[i], as, b[i], bs, to) })
		check("/", Div128(dst, a, as, b, bs, to, nil), func(i int) (Int128, bool) { return Div(a[i], as, b[i], bs, to) })
		check("%", Rem128(dst, a, as, b, bs, to, nil), func(i int) (Int128, bool) { return Rem(a[i], as, b[i], bs, to) })
		check("rescale", Rescale128(dst, a, as, to, nil), func(i int) (Int128, bool) {
			d, ok := (Decimal{a[i], ta.Precision, as}).To(to)
			return d.Unscaled, ok
		})
		cmp := make([]int8, n)
		Compare128(cmp, a, b)
		for i := range n {
			if int(cmp[i]) != a[i].Cmp(b[i]) {
				t.Fatalf("compare row %d", i)
			}
		}
	}
}

func TestKernels64AgreeWithPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	const n = 300
	for range 300 {
		p := 1 + uint8(r.IntN(Max64))
		ta, to := Type{p, uint8(r.IntN(int(p) + 1))}, Type{1 + uint8(r.IntN(Max64)), 0}
		a, b, dst := make([]int64, n), make([]int64, n), make([]int64, n)
		for i := range n {
			a[i], _ = of(r, ta).Int64()
			b[i], _ = of(r, ta).Int64()
		}
		check := func(op string, failed []uint16, pair func(a, b Int128) (Int128, bool)) {
			t.Helper()
			for i := range n {
				v, ok := pair(FromInt64(a[i]), FromInt64(b[i]))
				ok = ok && v.Fits(to.Precision)
				if ok == slices.Contains(failed, uint16(i)) || ok && v != FromInt64(dst[i]) {
					t.Fatalf("%s to %v, row %d: %d %d: %d", op, to, i, a[i], b[i], dst[i])
				}
			}
		}
		check("+", Add64(dst, a, b, to.Precision, nil), Int128.Add)
		check("-", Sub64(dst, a, b, to.Precision, nil), Int128.Sub)
		check("*", Mul64(dst, a, b, to.Precision, nil), Int128.Mul)
		from, into := uint8(r.IntN(39)), uint8(r.IntN(39))
		check("rescale", Rescale64(dst, a, from, into, to.Precision, nil), func(a, _ Int128) (Int128, bool) { return Rescale(a, from, into) })
		long := make([]Int128, n)
		Mul64Wide(long, a, b)
		check("narrow", Narrow(dst, long, to.Precision, nil), Int128.Mul)
		Widen(long, a)
		cmp := make([]int8, n)
		Compare64(cmp, a, b)
		for i := range n {
			if long[i] != FromInt64(a[i]) || int(cmp[i]) != long[i].Cmp(FromInt64(b[i])) {
				t.Fatalf("row %d", i)
			}
		}
	}
}

func TestKernelsDoNotAllocate(t *testing.T) {
	a := make([]Int128, 100)
	for i := range a {
		a[i] = FromInt64(int64(i + 1))
	}
	dst := make([]Int128, 100)
	if n := testing.AllocsPerRun(10, func() {
		Mul128(dst, a, 3, a, 3, Type{38, 2}, nil)
		Div128(dst, a, 3, a, 3, Type{38, 2}, nil)
		Rem128(dst, a, 3, a, 5, Type{38, 2}, nil)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	var buf [64]byte
	if n := testing.AllocsPerRun(10, func() {
		v, _ := Parse(append(buf[:0], "123456789012345678901.5"...), Type{38, 3})
		Append(buf[:0], v, 3)
		_, _ = FromFloat64(0.1, Type{38, 10})
		ToFloat64(Int128{1, 1 << 60}, 7)
	}); n != 0 {
		t.Errorf("%v allocations in text", n)
	}
}

const rows = 1 << 16

func bench64(b *testing.B, f func(dst, x, y []int64)) {
	x, y, dst := make([]int64, rows), make([]int64, rows), make([]int64, rows)
	for i := range x {
		x[i], y[i] = rand.Int64N(1e9)-5e8, rand.Int64N(1e9)-5e8
	}
	b.ReportAllocs()
	for b.Loop() {
		f(dst, x, y)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}

func BenchmarkAdd64(b *testing.B) {
	bench64(b, func(dst, x, y []int64) { Add64(dst, x, y, 18, nil) })
}
func BenchmarkMul64(b *testing.B) {
	bench64(b, func(dst, x, y []int64) { Mul64(dst, x, y, 18, nil) })
}
func BenchmarkRescale64(b *testing.B) {
	bench64(b, func(dst, x, y []int64) { Rescale64(dst, x, 6, 2, 18, nil) })
}

func bench128(b *testing.B, f func(dst, x, y []Int128)) {
	x, y, dst := make([]Int128, rows), make([]Int128, rows), make([]Int128, rows)
	for i := range x {
		x[i], y[i] = mul64(rand.Int64(), rand.Int64N(1e5)-5e4), FromInt64(rand.Int64N(1e9)+1)
	}
	b.ReportAllocs()
	for b.Loop() {
		f(dst, x, y)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}

func BenchmarkAdd128(b *testing.B) {
	bench128(b, func(dst, x, y []Int128) { Add128(dst, x, 2, y, 2, Type{38, 2}, nil) })
}
func BenchmarkMul128(b *testing.B) {
	bench128(b, func(dst, x, y []Int128) { Mul128(dst, x, 2, y, 2, Type{38, 4}, nil) })
}
func BenchmarkMulRounded(b *testing.B) {
	bench128(b, func(dst, x, y []Int128) { Mul128(dst, x, 6, y, 6, Type{38, 6}, nil) })
}
func BenchmarkDiv128(b *testing.B) {
	bench128(b, func(dst, x, y []Int128) { Div128(dst, x, 6, y, 2, Type{38, 6}, nil) })
}

func BenchmarkParse(b *testing.B) {
	texts := make([][]byte, rows)
	for i := range texts {
		texts[i] = Append(nil, FromInt64(rand.Int64N(1e12)), 2)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range texts {
			Parse(s, Type{18, 2})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}

func BenchmarkAppend(b *testing.B) {
	v := make([]Int128, rows)
	for i := range v {
		v[i] = FromInt64(rand.Int64N(1e12))
	}
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		for _, x := range v {
			buf = Append(buf[:0], x, 2)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}
