package sketch

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// mix is splitmix64, with which the golden values were made.
func mix(x uint64) int64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return int64(x ^ x>>31)
}

var shares = []float64{0, 0.00005, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1}

// testdata/spark.txt was printed by the sketch classes of Spark 4.3 over the
// values of mix: a kind, what it was made with, its answers.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/spark.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		kind, _, _ := strings.Cut(line, " ")
		got := map[string]func(*testing.T, string) string{
			"hll": goldenDistinct, "gk": goldenQuantiles, "cms": goldenCountMin, "bloom": goldenBloom,
		}[kind](t, line)
		if got != line {
			t.Errorf("want %.300s\n got %.300s", line, got)
		}
	}
}

func goldenDistinct(t *testing.T, line string) string {
	var rsd float64
	var n int
	fmt.Sscanf(line, "hll %g %d", &rsd, &n)
	d, err := NewDistinct(rsd)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		d.AddInt64(mix(uint64(i)))
	}
	return fmt.Sprintf("hll %v %d %d %d", rsd, n, d.shape.Words(), d.Estimate())
}

func goldenQuantiles(t *testing.T, line string) string {
	var accuracy, n, parts int
	fmt.Sscanf(line, "gk %d %d %d", &accuracy, &n, &parts)
	var q *Quantiles
	for p := range parts {
		s := NewQuantiles(int64(accuracy))
		var batch []float64
		for i := p; i < n; i += parts {
			batch = append(batch, float64(uint64(mix(uint64(i)))>>44))
		}
		s.AddAll(batch)
		if q == nil {
			q = s
		} else {
			q.Merge(s)
		}
	}
	q.pack()
	out := fmt.Sprintf("gk %d %d %d %d", accuracy, n, parts, len(q.samples))
	for _, share := range shares {
		out += fmt.Sprintf(" %d", int64(q.Query(share)))
	}
	return out
}

func goldenCountMin(t *testing.T, _ string) string {
	c, err := NewCountMin(0.01, 0.95, 7)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		c.AddInt64(mix(uint64(i))%97, int64(i%3)+1)
		c.AddBytes(fmt.Appendf(nil, "k%d", i%31), 1)
		c.AddBytes(fmt.Appendf(nil, "b%d", i%5), 1)
	}
	out := fmt.Sprintf("cms %d %d %d", len(c.rows), c.width, c.Total())
	for i := range 20 {
		out += fmt.Sprintf(" %d", c.CountInt64(int64(i)-5))
	}
	for i := range 5 {
		out += fmt.Sprintf(" %d", c.CountBytes(fmt.Appendf(nil, "k%d", i)))
	}
	b, _ := c.MarshalBinary()
	return out + " " + hex.EncodeToString(b[:200])
}

func goldenBloom(t *testing.T, _ string) string {
	b, err := NewBloom(1000, 0.03)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 500 {
		b.AddInt64(mix(uint64(i)))
		b.AddBytes(fmt.Appendf(nil, "k%d", i))
	}
	raw, _ := b.MarshalBinary()
	return fmt.Sprintf("bloom %d %d %s", 64*len(b.words), len(raw), hex.EncodeToString(raw))
}

// Merging parts counts what one sketch would, whatever the cut.
func TestMergeIsUnion(t *testing.T) {
	whole, _ := NewDistinct(0.03)
	a, _ := NewDistinct(0.03)
	b, _ := NewDistinct(0.03)
	for i := range 20000 {
		whole.AddInt64(int64(i))
		if i%3 > 0 {
			a.AddInt64(int64(i))
		}
		if i%2 > 0 || i%3 == 0 {
			b.AddInt64(int64(i))
		}
	}
	if err := a.Merge(b); err != nil || !slices.Equal(a.words, whole.words) {
		t.Fatalf("%v: %d, want %d", err, a.Estimate(), whole.Estimate())
	}
	other, _ := NewDistinct(0.1)
	if err := a.Merge(other); !errors.Is(err, ErrShape) {
		t.Errorf("shapes differ: %v", err)
	}
}

// Answers stay within the promised ranks, for one summary and for merged ones.
func TestQuantilesKeepTheirPromise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, accuracy := range []int64{20, 200, 2000} {
		for _, parts := range []int{1, 5} {
			values := make([]float64, 150000)
			for i := range values {
				values[i] = math.Floor(r.NormFloat64() * 1000)
			}
			q := NewQuantiles(accuracy)
			for p := range parts {
				s := NewQuantiles(accuracy)
				s.AddAll(values[p*len(values)/parts : (p+1)*len(values)/parts])
				q.Merge(s)
			}
			slices.Sort(values)
			slack := float64(len(values))/float64(accuracy) + 1
			for _, share := range []float64{0.01, 0.25, 0.5, 0.9, 0.99} {
				got := q.Query(share)
				low, _ := slices.BinarySearch(values, got)
				high, _ := slices.BinarySearch(values, got+0.5)
				want := share * float64(len(values))
				if float64(low) > want+slack || float64(high) < want-slack {
					t.Errorf("accuracy %d, %d parts: share %v gives ranks %d to %d, want %v±%v", accuracy, parts, share, low, high, want, slack)
				}
			}
		}
	}
}

func TestQuantilesOfOddValues(t *testing.T) {
	q := NewQuantiles(100)
	if !math.IsNaN(q.Query(0.5)) {
		t.Error("no values must give NaN")
	}
	q.AddAll([]float64{math.NaN(), 1, math.Inf(-1), 2})
	if q.Query(0) != math.Inf(-1) || !math.IsNaN(q.Query(1)) || q.Count() != 4 {
		t.Errorf("least %v, greatest %v", q.Query(0), q.Query(1))
	}
}

type binaryForm interface {
	MarshalBinary() ([]byte, error)
	UnmarshalBinary([]byte) error
}

func samples() []struct{ full, empty binaryForm } {
	d, _ := NewDistinct(0.2)
	b, _ := NewBloom(50, 0.1)
	c, _ := NewCountMin(0.2, 0.9, 1)
	q := NewQuantiles(50)
	for i := range 300 {
		d.AddInt64(int64(i))
		b.AddInt64(int64(i))
		c.AddInt64(int64(i), 2)
		q.Add(float64(i * i))
	}
	return []struct{ full, empty binaryForm }{{d, &Distinct{}}, {b, &Bloom{}}, {c, &CountMin{}}, {q, &Quantiles{}}}
}

func TestBytesAndBack(t *testing.T) {
	for _, s := range samples() {
		raw, _ := s.full.MarshalBinary()
		if err := s.empty.UnmarshalBinary(raw); err != nil {
			t.Fatalf("%T: %v", s.full, err)
		}
		if again, _ := s.empty.MarshalBinary(); !bytes.Equal(raw, again) {
			t.Errorf("%T changed on the way", s.full)
		}
		for _, bad := range [][]byte{nil, raw[:1], raw[:len(raw)-1], append(slices.Clone(raw), 0)} {
			if err := s.empty.UnmarshalBinary(bad); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%T takes %d of %d bytes: %v", s.full, len(bad), len(raw), err)
			}
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, s := range samples() {
		raw, _ := s.full.MarshalBinary()
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range samples() {
			if s.empty.UnmarshalBinary(b) == nil {
				if _, err := s.empty.MarshalBinary(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestParametersAreChecked(t *testing.T) {
	for _, rsd := range []float64{0, -1, 0.5, math.NaN()} {
		if _, err := NewDistinct(rsd); err == nil {
			t.Errorf("rsd %v is taken", rsd)
		}
	}
	if _, err := NewBloom(0, 0.1); err == nil {
		t.Error("a filter for no value is taken")
	}
	if _, err := NewCountMin(0, 0.9, 1); err == nil {
		t.Error("no error is taken")
	}
}

func BenchmarkRegistersAddAll(b *testing.B) {
	shape, _ := NewRegisters(0.05)
	words, hashes := make([]uint64, shape.Words()), make([]uint64, 1<<16)
	for i := range hashes {
		hashes[i] = rand.Uint64()
	}
	b.ReportAllocs()
	for b.Loop() {
		shape.AddAll(words, hashes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(hashes)), "ns/row")
}

func BenchmarkQuantilesAddAll(b *testing.B) {
	values := make([]float64, 1<<16)
	for i := range values {
		values[i] = rand.NormFloat64()
	}
	q := NewQuantiles(10000)
	b.ReportAllocs()
	for b.Loop() {
		q.AddAll(values)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(values)), "ns/row")
}
