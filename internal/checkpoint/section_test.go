package checkpoint

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/columnartest"
	"github.com/spatestream/spate/sqltype"
)

// A hasty Delta has the bytes of another one that was given the same, whenever it
// is asked for them, and again after Reset.
func TestHastyDelta(t *testing.T) {
	tables := []TableSchema{{Name: "a"}, {Name: "b"}}
	schema := sqltype.NewStruct(sqltype.F("k", sqltype.Long), sqltype.F("s", sqltype.String))
	other, hasty := NewDelta(tables), NewHastyDelta(tables)
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 3 {
		other.Reset()
		hasty.Reset()
		if !hasty.Empty() {
			t.Error("a section is not empty after Reset")
		}
		for i := range 5 {
			name, deleted := tables[r.IntN(2)].Name, r.IntN(2) == 0
			in, _ := columnartest.Batch(r, schema, 1+r.IntN(100))
			for _, d := range []*Delta{other, hasty} {
				if err := d.Rows(name, in, deleted); err != nil {
					t.Fatal(err)
				}
				if err := d.Drop(name, 77); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range in.Cols { // it was borrowed
				scribble(c)
			}
			if i == round {
				same(t, other, hasty)
			}
		}
		same(t, other, hasty)
	}
}

func scribble(v *columnar.Vector) {
	clear(v.Data)
	clear(v.Bytes)
}

func same(t *testing.T, a, b *Delta) {
	t.Helper()
	x, err := a.Bytes()
	y, err2 := b.Bytes()
	if err != nil || err2 != nil || !bytes.Equal(x, y) || a.rows != b.rows || b.Empty() {
		t.Fatalf("%d bytes and %d, %v and %v", len(x), len(y), err, err2)
	}
}
