package hashing

import (
	"encoding/hex"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// testdata/hashes.txt was printed by the hash classes of Spark 4.3: kind,
// value, Murmur3, XXH64, and for bytes the published Murmur3, all seeded 42.
func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/hashes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		var m uint32
		var x uint64
		switch f[0] {
		case "i":
			v := int32(number(t, f[1]))
			m, x = Int32(v, Seed), XXInt32(v, Seed)
		case "l":
			v := number(t, f[1])
			m, x = Int64(v, Seed), XXInt64(v, Seed)
		case "b":
			b, err := hex.DecodeString(f[1][1:])
			if err != nil {
				t.Fatal(err)
			}
			m, x = Bytes(b, Seed), XXBytes(b, Seed)
			if got, want := Murmur3(b, Seed), uint32(number(t, f[4])); got != want {
				t.Errorf("%s: Murmur3 %d, want %d", f[1], got, want)
			}
		}
		if want := uint32(number(t, f[2])); m != want {
			t.Errorf("%s %s: Murmur3 %d, want %d", f[0], f[1], m, want)
		}
		if want := uint64(number(t, f[3])); x != want {
			t.Errorf("%s %s: XXH64 %d, want %d", f[0], f[1], x, want)
		}
	}
}

func number(t *testing.T, s string) int64 {
	t.Helper()
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFloatsAreNormalised(t *testing.T) {
	if Float64(math.Copysign(0, -1), 1) != Float64(0, 1) || Float32(float32(math.Copysign(0, -1)), 1) != Float32(0, 1) {
		t.Error("-0.0 and 0.0 must hash alike")
	}
	odd := math.Float64frombits(0x7ff8000000000123)
	if XXFloat64(odd, 1) != XXFloat64(math.NaN(), 1) {
		t.Error("all NaN must hash alike")
	}
	if Float64(1.5, 1) == Float64(-1.5, 1) {
		t.Error("signs must matter")
	}
}

// The batch forms agree with the scalar ones, and leave unselected rows alone.
func TestBatchesChain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n = 500
	i32, i64 := make([]int32, n), make([]int64, n)
	var data []byte
	offsets := []int32{0}
	var sel []uint16
	for i := range n {
		i32[i], i64[i] = int32(r.Uint32()), int64(r.Uint64())
		for range r.IntN(40) {
			data = append(data, byte(r.Uint32()))
		}
		offsets = append(offsets, int32(len(data)))
		if r.IntN(2) == 0 {
			sel = append(sel, uint16(i))
		}
	}
	h, x := make([]uint32, n), make([]uint64, n)
	Fill(h)
	for i := range x {
		x[i] = Seed
	}
	Int32s(h, i32)
	Int64s(h, i64)
	Strings(h, data, offsets)
	Int32sSel(h, i32, sel)
	Int64sSel(h, i64, sel)
	StringsSel(h, data, offsets, sel)
	XXInt32s(x, i32)
	XXInt64s(x, i64)
	XXStrings(x, data, offsets)
	XXInt32sSel(x, i32, sel)
	XXInt64sSel(x, i64, sel)
	XXStringsSel(x, data, offsets, sel)
	k := 0
	for i := range n {
		s := data[offsets[i]:offsets[i+1]]
		want := Bytes(s, Int64(i64[i], Int32(i32[i], Seed)))
		wantX := XXBytes(s, XXInt64(i64[i], XXInt32(i32[i], Seed)))
		if k < len(sel) && int(sel[k]) == i {
			want = Bytes(s, Int64(i64[i], Int32(i32[i], want)))
			wantX = XXBytes(s, XXInt64(i64[i], XXInt32(i32[i], wantX)))
			k++
		}
		if h[i] != want || x[i] != wantX {
			t.Fatalf("row %d: %d %d, want %d %d", i, h[i], x[i], want, wantX)
		}
	}
}

func TestAppendBigEndianIsShortest(t *testing.T) {
	for _, c := range []struct {
		hi   int64
		lo   uint64
		want string
	}{
		{0, 0, "00"}, {0, 127, "7f"}, {0, 128, "0080"}, {-1, ^uint64(0), "ff"},
		{-1, ^uint64(127), "80"}, {-1, ^uint64(128), "ff7f"}, {1, 0, "010000000000000000"},
		{math.MinInt64, 0, "80" + strings.Repeat("00", 15)},
	} {
		if got := hex.EncodeToString(AppendBigEndian(nil, c.lo, c.hi)); got != c.want {
			t.Errorf("%d:%d gives %s, want %s", c.hi, c.lo, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		hi, lo := int64(r.Uint64())>>r.IntN(64), r.Uint64()>>r.IntN(64)
		b := AppendBigEndian(nil, lo, hi)
		got := new(big.Int).SetBytes(b)
		if b[0] >= 0x80 {
			got.Sub(got, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
		want := new(big.Int).Lsh(big.NewInt(hi), 64)
		want.Add(want, new(big.Int).SetUint64(lo))
		if got.Cmp(want) != 0 {
			t.Fatalf("%d:%d reads back as %v", hi, lo, got)
		}
	}
}

func BenchmarkInt64s(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]int64, 1<<16)
	for i := range v {
		v[i] = int64(r.Uint64())
	}
	h := make([]uint32, len(v))
	b.ReportAllocs()
	for b.Loop() {
		Fill(h)
		Int64s(h, v)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(v)), "ns/row")
}

func BenchmarkXXInt64s(b *testing.B) {
	v := make([]int64, 1<<16)
	for i := range v {
		v[i] = rand.Int64()
	}
	h := make([]uint64, len(v))
	b.ReportAllocs()
	for b.Loop() {
		XXInt64s(h, v)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(v)), "ns/row")
}

func BenchmarkStrings(b *testing.B) {
	const n = 1 << 16
	var data []byte
	offsets := []int32{0}
	for range n {
		for range 4 + rand.IntN(20) {
			data = append(data, byte(rand.Uint32()))
		}
		offsets = append(offsets, int32(len(data)))
	}
	h := make([]uint32, n)
	b.ReportAllocs()
	for b.Loop() {
		Strings(h, data, offsets)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
}
