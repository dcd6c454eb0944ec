package rdd

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
)

// zipfText is lines of about 14 words of a vocabulary with Zipf's frequencies.
func zipfText(lines int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	z := rand.NewZipf(r, 1.0001, 1, 99999)
	dict := make([]string, 100000)
	for i := range dict {
		b := make([]byte, 3+r.IntN(7))
		for k := range b {
			b[k] = byte('a' + r.IntN(26))
		}
		dict[i] = string(b)
	}
	out := make([]string, lines)
	for i := range out {
		words := make([]string, 14)
		for k := range words {
			words[k] = dict[z.Uint64()]
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

// BenchmarkWordCount reports ns a word of one core.
func BenchmarkWordCount(b *testing.B) {
	lines := zipfText(1 << 16)
	c := NewContext("bench", Workers(1))
	defer c.Stop()
	b.ReportAllocs()
	for b.Loop() {
		words := FlatMap(Parallelize(c, lines, 2), strings.Fields)
		ones := Map(words, func(w string) Pair[string, int] { return KV(w, 1) })
		if _, err := ReduceByKey(ones, func(x, y int) int { return x + y }).Count(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)*14), "ns/word")
}

func BenchmarkSortByKey(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]Pair[int64, int64], 1<<19)
	for i := range rows {
		rows[i] = KV(r.Int64(), int64(i))
	}
	c := NewContext("bench", Workers(1))
	defer c.Stop()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := SortByKey(Parallelize(c, rows, 2), Ascending).Count(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
}

func BenchmarkGroupByKey(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]Pair[int, int], 1<<19)
	for i := range rows {
		rows[i] = KV(r.IntN(1<<16), i)
	}
	c := NewContext("bench", Workers(1))
	defer c.Stop()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := GroupByKey(Parallelize(c, rows, 2)).Count(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
}

// BenchmarkMap reports ns a row of three functions that do next to nothing.
func BenchmarkMap(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]int, 1<<20)
	for i := range rows {
		rows[i] = r.Int()
	}
	c := NewContext("bench", Workers(1))
	defer c.Stop()
	b.ReportAllocs()
	for b.Loop() {
		odd := Map(Parallelize(c, rows, 2), func(x int) int { return x>>3 ^ x }).Filter(func(x int) bool { return x&1 == 1 })
		if _, err := odd.Reduce(context.Background(), func(x, y int) int { return x ^ y }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
}
