package store

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// counted takes rows of (k, count) and refuses one that comes twice.
type counted struct {
	t    *testing.T
	rows map[int64]int64
	gone []int64
}

func (c *counted) Drop(string, eventtime.Watermark) error { return nil }

func (c *counted) Rows(_ string, b *columnar.Batch, deleted bool) error {
	keys := columnar.Slice[int64](b.Cols[0])
	if b.Len > columnar.MaxRows || b.Len == 0 || len(b.Hash) != b.Len {
		c.t.Errorf("a batch of %d rows, %d hashes", b.Len, len(b.Hash))
	}
	if deleted {
		c.gone = append(c.gone, keys...)
		return nil
	}
	for i, n := range columnar.Slice[int64](b.Cols[1]) {
		if _, twice := c.rows[keys[i]]; twice {
			c.t.Errorf("key %d twice", keys[i])
		}
		c.rows[keys[i]] = n
	}
	return nil
}

// numbered makes rows of the keys [from, to).
func numbered(t *testing.T, table *Table, from, to int64) (ids []RowID) {
	for from < to {
		n := int(min(to-from, columnar.MaxRows))
		k := Keys{Hash: make([]uint32, n), N: n, Cols: []*columnar.Vector{columnar.New(sqltype.Long)}}
		k.Cols[0].Extend(n)
		for i := range n {
			columnar.Slice[int64](k.Cols[0])[i], k.Hash[i] = from, uint32(from)*0x9e3779b1
			from++
		}
		made := make([]RowID, n)
		if _, err := table.Upsert(k, made, nil); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, made...)
	}
	return ids
}

// What a save writes is the touched rows as they were at Seal, whatever share of
// the table they are, and whatever is changed, removed and made between its slices.
func TestSaveBesideChanges(t *testing.T) {
	for _, share := range []float64{0, 0.01, 1. / lookPrice, 0.3, 1} {
		for _, budget := range []int{100, 1000, 1 << 20} {
			testSaveBeside(t, share, budget)
		}
	}
}

func testSaveBeside(t *testing.T, share float64, budget int) {
	const n = 20_000
	r := rand.New(rand.NewPCG(7, uint64(budget)))
	s := NewUnordered(Groups{}, nil)
	table, _ := s.Table(Spec{Name: "t", Key: longKey, Value: countCol})
	ids := numbered(t, table, 0, n)
	save(t, s, &discard{})
	change := func(id RowID) {
		table.Touch([]RowID{id})
		columnar.Slice[int64](table.Column(0))[id]++
	}
	want, gone := map[int64]int64{}, ids[n-2:]
	ids = ids[:n-2]
	for i, id := range ids {
		if i == 0 || r.Float64() < share {
			change(id)
			want[int64(i)] = 1
		}
	}
	change(gone[0])
	table.Delete(gone)
	s.Seal(1)
	got := &counted{t: t, rows: map[int64]int64{}}
	for done, next := false, int64(n); !done; next++ {
		var err error
		if done, err = s.Save(got, budget); err != nil {
			t.Fatal(err)
		}
		for range 50 {
			change(ids[r.IntN(len(ids))])
		}
		i := r.IntN(len(ids))
		table.Delete(ids[i : i+1])
		ids[i] = numbered(t, table, next, next+1)[0]
	}
	if !maps.Equal(got.rows, want) || !slices.Equal(got.gone, []int64{n - 2, n - 1}) {
		t.Errorf("share %v, budget %d: %d rows and %v gone, want %d", share, budget, len(got.rows), got.gone, len(want))
	}
}
