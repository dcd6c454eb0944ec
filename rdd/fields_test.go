package rdd

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestAppendFields holds it against its slow twin.
func TestAppendFields(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, letters := range []string{"a ", "ab c  d", "a\t b", "ab\x00\x1f !~\x7f", "a é\u00a0\u2003 b", "\xff a\r\n"} {
		pieces := strings.Split(letters, "")
		for range 2000 {
			var line strings.Builder
			for range r.IntN(40) {
				line.WriteString(pieces[r.IntN(len(pieces))])
			}
			want := append([]string{"before"}, strings.Fields(line.String())...)
			if got := AppendFields([]string{"before"}, line.String()); !slices.Equal(got, want) {
				t.Fatalf("%q: %q, want %q", line.String(), got, want)
			}
		}
	}
}

func BenchmarkAppendFields(b *testing.B) {
	lines := zipfText(1 << 16)
	var words []string
	b.ReportAllocs()
	for b.Loop() {
		for _, line := range lines {
			words = AppendFields(words[:0], line)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)*14), "ns/word")
}

func TestContaining(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('a' + r.IntN(3))
		}
		return string(b)
	}
	for range 20_000 {
		text, part := random(r.IntN(120)), random(r.IntN(8))
		if got, want := Containing(part)(text), strings.Contains(text, part); got != want {
			t.Fatalf("%q in %q: %v", part, text, got)
		}
	}
}
