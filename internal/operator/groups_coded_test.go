package operator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

var twoKeys = sqltype.NewStruct(sqltype.F("w", sqltype.Long), sqltype.F("s", sqltype.String))

// codedBatch is n rows whose text is coded by dict, some null; the number is
// the same in all rows if one.
func codedBatch(r *rand.Rand, dict *columnar.Vector, n int, one bool) *columnar.Batch {
	b := columnar.NewBatch(twoKeys)
	b.Resize(n)
	w := columnar.Slice[int64](b.Cols[0])
	v := &columnar.Vector{Type: sqltype.String, Len: n, Dict: dict, Codes: make([]int32, n), Valid: columnar.NewBitmap(n)}
	for i := range n {
		if w[i] = 7; !one {
			w[i] = r.Int64N(3)
		}
		v.Codes[i] = int32(r.IntN(dict.Len))
		v.Valid.Put(i, r.IntN(10) > 0)
	}
	if r.IntN(2) == 0 {
		v.Valid = nil
	}
	for i := range n {
		if r.IntN(3) > 0 {
			b.Sel = append(b.Sel, uint16(i))
		}
	}
	if r.IntN(2) == 0 {
		b.Sel = nil
	}
	b.Cols[1] = v
	return b
}

// Groups found by the codes of a dictionary are those of the flat column.
func TestGroupsByCodes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var sets [2]groups
	for i := range sets {
		var err error
		c := &task.Context{Params: &task.Params{}}
		if sets[i], err = openGroups([]expr.Node{col(twoKeys, 0), col(twoKeys, 1)}, store.Spec{Name: "t", Value: &sqltype.Struct{}}, false, c); err != nil {
			t.Fatal(err)
		}
	}
	dict := columnar.New(sqltype.String)
	for range 300 {
		if r.IntN(20) == 0 {
			dict = columnar.New(sqltype.String)
		}
		for range 1 + r.IntN(30) {
			dict.AppendText(fmt.Appendf(nil, "%d", r.IntN(100)))
		}
		b := codedBatch(r, dict, 1+r.IntN(200), r.IntN(4) > 0)
		got, err := sets[0].upsert(b, b.Sel, nil)
		if err != nil {
			t.Fatal(err)
		}
		b.Cols[1] = b.Cols[1].Flat(nil)
		want, err := sets[1].upsert(b, b.Sel, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) || !slices.Equal(sets[0].fresh, sets[1].fresh) {
			t.Fatalf("ids %v, want %v; fresh %v, want %v", got, want, sets[0].fresh, sets[1].fresh)
		}
	}
}

func BenchmarkGroupsByCodes(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	g, err := openGroups([]expr.Node{col(twoKeys, 0), col(twoKeys, 1)}, store.Spec{Name: "t", Value: &sqltype.Struct{}}, false, &task.Context{Params: &task.Params{}})
	if err != nil {
		b.Fatal(err)
	}
	dict := columnar.New(sqltype.String)
	for range 100 {
		dict.AppendText(fmt.Appendf(nil, "%036d", r.Int64()))
	}
	var batches []*columnar.Batch
	for range 16 {
		x := codedBatch(r, dict, columnar.MaxRows, true)
		x.Cols[1].Valid, x.Sel = nil, nil
		batches = append(batches, x)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := g.upsert(batches[i%16], nil, nil); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i*columnar.MaxRows), "ns/row")
}
