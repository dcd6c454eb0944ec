package store

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// A count that does not fit its budget spills and comes out right.
func TestSpillAgainstMap(t *testing.T) {
	for _, kind := range keyKinds {
		for _, weak := range []uint32{^uint32(0), 0xF000000F} {
			for _, budget := range []int64{0, 300 << 10} {
				t.Run(kind.name, func(t *testing.T) { testSpill(t, kind, weak, budget) })
			}
		}
	}
}

func testSpill(t *testing.T, kind keyKind, weak uint32, budget int64) {
	disk := simfs.New(1, func() time.Time { return time.Unix(0, 0) })
	space := memory.NewSpace(disk, "spill")
	account := memory.NewBudget(0).Account("t", budget)
	st := NewVolatile(account)
	table, err := st.Table(Spec{Name: "t", Key: kind.schema, Value: countCol})
	if err != nil {
		t.Fatal(err)
	}
	s := NewSpill(table, space)
	w := &world{r: rand.New(rand.NewPCG(1, 6)), kind: kind, weak: weak}
	if budget > 0 { // many keys
		value := kind.value
		w.kind.value = func(r *rand.Rand, _ int) []any { return value(r, 20_000) }
	}
	want := map[string]int64{}
	for range 150 {
		k, text := w.keys(200)
		ids := make([]RowID, len(k.selection()))
		if _, err := table.Upsert(k, ids, nil); err != nil {
			t.Fatal(err)
		}
		for j, id := range ids {
			columnar.Slice[int64](table.Column(0))[id]++
			want[text[k.selection()[j]]]++
		}
	}
	if budget > 0 && len(want) > 4000 && !s.Spilled() {
		t.Fatalf("%d keys and no spill, %d bytes", len(want), account.Used())
	}
	merge := func(ids []RowID, from []*columnar.Vector, sel []uint16) error {
		for j, id := range ids {
			columnar.Slice[int64](table.Column(0))[id] += columnar.Slice[int64](from[0])[sel[j]]
		}
		return nil
	}
	err = s.Merge(merge, func(ids []RowID) error {
		for _, id := range ids {
			key := keyText(table, id)
			if n := columnar.Slice[int64](table.Column(0))[id]; n != want[key] {
				t.Errorf("%s: %d, want %d", key, n, want[key])
			}
			delete(want, key)
		}
		return nil
	})
	if err != nil || len(want) > 0 {
		t.Fatalf("%d keys missing, %v", len(want), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if st.Close(); account.Used() != 0 {
		t.Fatalf("%d bytes left", account.Used())
	}
	if entries, _ := disk.List("spill"); len(entries) > 0 {
		t.Fatal("a file is left")
	}
}
