package def

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

func TestDivisor(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	edges := []int64{0, 1, -1, 2, -2, 3, 7, 10, 1000, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, 1 << 62, -1 << 62, 1<<32 + 1}
	some := func() int64 {
		if r.IntN(4) == 0 {
			return edges[r.IntN(len(edges))] + int64(r.IntN(3)-1)
		}
		return int64(r.Uint64()) >> r.IntN(64)
	}
	for range 20000 {
		d := some()
		v, ok := NewDivisor(d)
		if none := d >= -1 && d <= 1; ok == none {
			t.Fatalf("divisor %d: %v", d, ok)
		}
		if !ok {
			continue
		}
		for range 20 {
			x := some()
			if r.IntN(3) == 0 { // near a multiple
				hi, lo := bits.Mul64(uint64(d), uint64(r.IntN(1000)))
				_ = hi
				x = int64(lo) + int64(r.IntN(3)-1)
			}
			if v.Div(x) != x/d || v.Rem(x) != x%d {
				t.Fatalf("%d by %d: %d rest %d, want %d rest %d", x, d, v.Div(x), v.Rem(x), x/d, x%d)
			}
		}
	}
}

func BenchmarkRem(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	in, out := make([]int64, 1<<16), make([]int64, 1<<16)
	for i := range in {
		in[i] = int64(r.Uint64())
	}
	d := int64(10 + b.N%3)
	v, _ := NewDivisor(d)
	b.Run("processor", func(b *testing.B) {
		for range b.N {
			for i, x := range in {
				out[i] = x % d
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in)), "ns/row")
	})
	b.Run("multiply", func(b *testing.B) {
		for range b.N {
			for i, x := range in {
				out[i] = v.Rem(x)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in)), "ns/row")
	})
}
