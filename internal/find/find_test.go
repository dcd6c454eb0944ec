package find

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func slow(block []byte, from int, part []byte) int {
	if at := bytes.Index(block[from:], part); at >= 0 {
		return from + at
	}
	return -1
}

func FuzzText(f *testing.F) {
	f.Add([]byte("what is sought is at the very end of a block of many bytes: needle"), []byte("needle"), uint8(0))
	f.Add(bytes.Repeat([]byte("ab\x01"), 40), []byte("b\x01a"), uint8(7))
	f.Fuzz(func(t *testing.T, block, part []byte, from uint8) {
		if int(from) > len(block) {
			return
		}
		if got, want := Text(block, int(from), part), slow(block, int(from), part); got != want {
			t.Fatalf("%q in %q from %d: %d, want %d", part, block, from, got, want)
		}
	})
}

func TestText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		block := make([]byte, r.IntN(200))
		for i := range block {
			block[i] = byte('a' + r.IntN(3))
		}
		part := make([]byte, r.IntN(12))
		for i := range part {
			part[i] = byte('a' + r.IntN(3))
		}
		from := r.IntN(len(block) + 1)
		if got, want := Text(block, from, part), slow(block, from, part); got != want {
			t.Fatalf("%q in %q from %d: %d, want %d", part, block, from, got, want)
		}
	}
}

// Lines of about 100 bytes of words by Zipf's law, in blocks as readers have
// them.
func BenchmarkText(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 1))
	words := make([]string, 10_000)
	for i := range words {
		w := make([]byte, 2+r.IntN(9))
		for k := range w {
			w[k] = byte('a' + r.IntN(26))
		}
		words[i] = string(w)
	}
	var block []byte
	for len(block) < 8<<20 {
		block = append(append(block, words[min(int(math.Exp(r.Float64()*math.Log(10_000))), 9999)]...), ' ')
	}
	block = block[:8<<20]
	for _, part := range []string{"zw", "zwqk", "a rare text of words"} {
		b.Run(fmt.Sprint(len(part)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(block)))
			for b.Loop() {
				for at := 0; at < len(block); at += 256 << 10 {
					for pos := at; pos >= 0 && pos < at+256<<10; {
						if pos = Text(block[:at+256<<10], pos, []byte(part)); pos >= 0 {
							pos++
						}
					}
				}
			}
		})
	}
}

// BenchmarkLines looks for a rare text in lines of 100 bytes one by one, as a
// filter of typed rows does.
func BenchmarkLines(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 1))
	lines := make([][]byte, 1<<16)
	for i := range lines {
		lines[i] = make([]byte, 100)
		for k := range lines[i] {
			lines[i][k] = "abcdefghijklmnopqrstuvwxyz    "[r.IntN(30)]
		}
	}
	part := []byte("zrk")
	for name, index := range map[string]func([]byte) int{
		"bytes": func(line []byte) int { return bytes.Index(line, part) },
		"words": func(line []byte) int { return Text(line, 0, part) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				for _, line := range lines {
					if index(line) >= 0 {
						found++
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)), "ns/line")
		})
	}
}
