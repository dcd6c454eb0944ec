package store

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// The comparison by words against Equal, row by row, also behind positions that
// another key column has found.
func TestDifferingText(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		stored, in := columnar.New(sqltype.String), columnar.New(sqltype.String)
		n := 1 + r.IntN(60)
		var ids []RowID
		var sel []uint32
		for k := range n {
			text := make([]byte, r.IntN(20))
			for i := range text {
				text[i] = "ab\x00"[r.IntN(3)]
			}
			stored.AppendText(text)
			if len(text) > 0 && r.IntN(3) == 0 {
				text[r.IntN(len(text))] ^= 1
			}
			in.AppendText(text[:len(text)-min(len(text), r.IntN(8)/7)])
			id := RowID(k)
			if r.IntN(10) == 0 {
				id = NoRow
			}
			ids, sel = append(ids, id), append(sel, uint32(k))
		}
		found := make([]uint16, r.IntN(3), 3+r.IntN(8))
		want := slices.Clone(found)
		for j, id := range ids {
			if id != NoRow && !columnar.Equal(stored, int(id), in, int(sel[j])) {
				want = append(want, uint16(j))
			}
		}
		if got := differingText(stored, in, sel, ids, found); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}
