package field

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// Int against strconv, on numbers of every length and on near misses.
func TestInt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200_000 {
		b := make([]byte, r.IntN(21))
		for i := range b {
			b[i] = byte('0' + r.IntN(10))
		}
		if len(b) > 0 && r.IntN(3) == 0 {
			b[r.IntN(len(b))] = "+-/:.e \x00\x80\xff"[r.IntN(10)]
		}
		want, err := strconv.ParseInt(string(b), 10, 64)
		if got, ok := Int(b); ok != (err == nil) || ok && got != want {
			t.Fatalf("%q: %d %v, want %d %v", b, got, ok, want, err)
		}
	}
}

func BenchmarkInt(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	texts := make([][]byte, 1<<16)
	for i := range texts {
		texts[i] = strconv.AppendInt(nil, r.Int64N(1e13), 10)
	}
	b.ReportAllocs()
	sum := int64(0)
	for b.Loop() {
		for _, x := range texts {
			n, _ := Int(x)
			sum += n
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(texts)), "ns/int")
	_ = sum
}
