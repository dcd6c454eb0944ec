package text

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// The search of the whole block agrees with one row by row.
func TestBlockContains(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		v := columnar.New(sqltype.String)
		for range 1 + r.IntN(20) {
			v.AppendText(letters3(r, r.IntN(30)))
			if r.IntN(4) == 0 { // bytes between rows that belong to none
				v.Bytes = append(v.Bytes, letters3(r, r.IntN(5))...)
			}
		}
		part := letters3(r, r.IntN(6))
		dst := make([]uint8, v.Len)
		blockContains(dst, v.Bytes, v.Views, part)
		for i := range v.Len {
			if want := bytes.Contains(v.Text(i), part); (dst[i] != 0) != want {
				t.Fatalf("%q in row %d of %q at %v: %v", part, i, v.Bytes, v.Views, dst[i])
			}
		}
	}
}

func letters3(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abc"[r.IntN(3)]
	}
	return b
}

// byByte agrees with bytes.Split.
func TestSplitByByte(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		text := letters3(r, r.IntN(400))
		lo := r.IntN(len(text) + 1)
		s := text[lo : lo+r.IntN(len(text)-lo+1)]
		views := byByte(nil, text, columnar.View{Off: uint32(lo), Len: uint32(len(s))}, 'a')
		parts := bytes.Split(s, []byte("a"))
		for i, p := range parts {
			if w := views[i]; len(views) != len(parts) || !bytes.Equal(text[w.Off:w.Off+w.Len], p) {
				t.Fatalf("%q: %v, want %q", s, views, parts)
			}
		}
	}
}

// BenchmarkSplitWords splits lines of a hundred bytes.
func BenchmarkSplitWords(b *testing.B) {
	r := rand.New(rand.NewPCG(2, 2))
	v := columnar.New(sqltype.String)
	n := 0
	for range columnar.MaxRows {
		line := letters3(r, 100)
		for i := range line {
			if r.IntN(7) == 0 {
				line[i] = ' '
				n++
			}
		}
		n++
		v.AppendText(line)
	}
	var views []columnar.View
	lists := make([]columnar.View, v.Len)
	b.ReportAllocs()
	for b.Loop() {
		for lo := 0; lo < v.Len; lo += 512 {
			views = splitAll(views[:0], v, columnar.All(lo + 512)[lo:], ' ', lists)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/word")
}

// LIKE agrees with a matcher that tries everything.
func TestLikeOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 20000 {
		s := letters3(r, r.IntN(8))
		p := make([]byte, r.IntN(6))
		for i := range p {
			p[i] = "abc%_%"[r.IntN(6)]
		}
		l, err := compileLike(p, '\\', false)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := l.match(s), slowLike(s, p); got != want {
			t.Fatalf("%q LIKE %q is %v", s, p, got)
		}
	}
}

func slowLike(s, p []byte) bool {
	if len(p) == 0 {
		return len(s) == 0
	}
	if p[0] == '%' {
		for i := 0; i <= len(s); i++ {
			if slowLike(s[i:], p[1:]) {
				return true
			}
		}
		return false
	}
	return len(s) > 0 && (p[0] == '_' || p[0] == s[0]) && slowLike(s[1:], p[1:])
}

func FuzzRegexTranslation(f *testing.F) {
	for _, p := range []string{`(\d+)-[a-c\s]`, `[^]a]`, `\p{Alpha}+?`, `\Qa.b\E`, `a{2,}+`, `\u0041`, `[a[bc]]`, `(?i)x$`} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if re, err := compileRegex("rlike", p); err == nil {
			re.MatchString("some text 123")
		}
		literalOf(p)
	})
}

func lines(n int) *columnar.Vector {
	r := rand.New(rand.NewPCG(1, 2))
	v := columnar.New(sqltype.String)
	for range n {
		b := make([]byte, 80+r.IntN(40))
		for i := range b {
			b[i] = byte('a' + r.IntN(26))
		}
		v.AppendText(b)
	}
	return v
}

func BenchmarkContains(b *testing.B) {
	v := lines(columnar.MaxRows)
	dst := make([]uint8, v.Len)
	for _, part := range []string{"qz", "spark", "a long needle"} {
		b.Run(fmt.Sprintf("block/%d", len(part)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(v.Bytes)))
			for b.Loop() {
				blockContains(dst, v.Bytes, v.Views, []byte(part))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(v.Len), "ns/row")
		})
		b.Run(fmt.Sprintf("rows/%d", len(part)), func(b *testing.B) {
			b.SetBytes(int64(len(v.Bytes)))
			for b.Loop() {
				for i := range v.Len {
					dst[i] = 0
					if bytes.Contains(v.Text(i), []byte(part)) {
						dst[i] = 1
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(v.Len), "ns/row")
		})
	}
}
