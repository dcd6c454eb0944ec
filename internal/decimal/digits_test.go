package decimal

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestNatural(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50000 {
		b := make([]byte, r.IntN(20))
		for i := range b {
			b[i] = byte('0' + r.IntN(10))
		}
		if len(b) > 0 && r.IntN(2) == 0 {
			b[r.IntN(len(b))] = byte(r.IntN(256))
		}
		want, err := strconv.ParseUint(string(b), 10, 63)
		wantOK := err == nil && len(b) <= 16
		if got, ok := Natural(b); ok != wantOK || ok && uint64(got) != want {
			t.Fatalf("%q: %d, %v, want %d, %v", b, got, ok, want, wantOK)
		}
	}
}

func BenchmarkNatural(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	texts := make([][]byte, 1<<16)
	for i := range texts {
		texts[i] = strconv.AppendInt(nil, 1e12+r.Int64N(8e12), 10)
	}
	b.ReportAllocs()
	for i := range b.N {
		if _, ok := Natural(texts[i&(1<<16-1)]); !ok {
			b.Fatal("no number")
		}
	}
}
