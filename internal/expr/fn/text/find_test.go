package text

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
)

// cutRows makes random lines of few letters in one block, as a source of text
// lends them, beginning at byte skip.
func cutRows(r *rand.Rand, n, longest, skip int) (block []byte, views []columnar.View) {
	block = bytes.Repeat([]byte("ab"), skip)[:skip]
	for range n {
		at := len(block)
		for range r.IntN(longest + 1) {
			block = append(block, "aab b"[r.IntN(5)])
		}
		views = append(views, columnar.View{Off: uint32(at), Len: uint32(len(block) - at)})
		block = append(block, '\n')
	}
	return block, views
}

// The search in blocks against bytes.Contains row by row.
func TestBlockContains(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 3000 {
		block, views := cutRows(r, 1+r.IntN(40), []int{3, 20, 200}[i%3], r.IntN(50))
		part := []byte("abab bab aab")[:r.IntN(13)]
		part = part[r.IntN(len(part)+1):]
		got := make([]uint8, len(views))
		blockContains(got, block, views, part)
		for k, w := range views {
			if want := bytes.Contains(block[w.Off:w.Off+w.Len], part); (got[k] == 1) != want {
				t.Fatalf("%q in row %d of %q: %v", part, k, block, got[k])
			}
		}
	}
}

func BenchmarkContains(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	block, views := cutRows(r, 1<<16, 190, 0)
	dst := make([]uint8, len(views))
	for _, part := range []string{"qrst", "abab", "a"} {
		b.Run(fmt.Sprintf("%q", part), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(block)))
			for b.Loop() {
				blockContains(dst, block, views, []byte(part))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(views)), "ns/row")
		})
	}
}
