package datetime

import (
	"math/rand/v2"
	"testing"
)

const rows = 1 << 16

func instants() []int64 {
	v := make([]int64, rows)
	for i := range v {
		v[i] = 1_600_000_000_000_000 + rand.Int64N(200_000_000_000_000)/1000*1000
	}
	return v
}

func report(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}

func texts(b *testing.B, pattern string) [][]byte {
	p, err := CompileFormat(pattern)
	if err != nil {
		b.Fatal(err)
	}
	out := make([][]byte, rows)
	for i, v := range instants() {
		out[i], _ = p.FormatTimestamp(nil, v, UTC)
	}
	return out
}

func BenchmarkParseTimestamp(b *testing.B) {
	in := texts(b, isoPattern)
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range in {
			ParseTimestamp(s, UTC, 0)
		}
	}
	report(b)
}

func BenchmarkParsePattern(b *testing.B) {
	in := texts(b, "dd/MMM/yyyy:HH:mm:ss XX")
	p, err := CompileParse("dd/MMM/yyyy:HH:mm:ss XX")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range in {
			p.ParseTimestamp(s, UTC)
		}
	}
	report(b)
}

func BenchmarkAppendTimestamp(b *testing.B) {
	in := instants()
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		for _, v := range in {
			buf = AppendTimestamp(buf[:0], v, UTC)
		}
	}
	report(b)
}

func BenchmarkFormatISO(b *testing.B) {
	in := instants()
	p, _ := CompileFormat(isoPattern)
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		for _, v := range in {
			buf, _ = p.FormatTimestamp(buf[:0], v, UTC)
		}
	}
	report(b)
}

func BenchmarkLocals(b *testing.B) {
	in := instants()
	z, _ := LoadZone("Europe/Berlin")
	dst := make([]int64, rows)
	b.ReportAllocs()
	for b.Loop() {
		z.Locals(dst, in)
	}
	report(b)
}

func BenchmarkCivil(b *testing.B) {
	in := instants()
	sum := 0
	for b.Loop() {
		for _, v := range in {
			y, m, d := Civil(v / Day)
			sum += y + m + d
		}
	}
	_ = sum
	report(b)
}
