package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// randomKeys is a batch of keys over the columns, of few and of many different
// values, short and long, some null, in any form.
func randomKeys(r *rand.Rand, s *sqltype.Struct) Keys {
	k := Keys{N: 1 + r.IntN(3000)}
	if r.IntN(3) == 0 {
		k.N = 1 + r.IntN(8)
	}
	variety := 1 << (1 + r.IntN(14))
	for _, f := range s.Fields {
		v := columnar.New(f.Type)
		null := r.IntN(3) == 0
		for range k.N {
			x := r.IntN(variety)
			switch {
			case null && r.IntN(6) == 0:
				v.AppendNull()
			case sqltype.Width(f.Type) == 0:
				v.AppendText(append(make([]byte, x%19), fmt.Appendf(nil, "%x", x)[:min(x%4, 1)]...))
			case sqltype.Width(f.Type) == 8:
				columnar.AppendFixed(v, int64(x)-5)
			default:
				columnar.AppendFixed(v, int32(x)-5)
			}
		}
		switch {
		case r.IntN(4) == 0:
			v = columnar.NewConst(v, 0, k.N)
		case v.Valid == nil && r.IntN(3) == 0:
			d := &columnar.Vector{Type: f.Type, Len: k.N, Dict: v, Codes: make([]int32, k.N)}
			for i := range d.Codes {
				d.Codes[i] = int32(r.IntN(k.N))
			}
			v = d
		}
		k.Cols = append(k.Cols, v)
	}
	if r.IntN(2) == 0 {
		k.Sel = []uint16{}
		for i := range k.N {
			if r.IntN(3) > 0 {
				k.Sel = append(k.Sel, uint16(i))
			}
		}
	}
	return k
}

// A private table gives the ids, the new rows and the hashes that a table with
// hashes from outside gives.
func TestPrivateTables(t *testing.T) {
	for name, s := range map[string]*sqltype.Struct{
		"text":      textKey,
		"binary":    sqltype.NewStruct(sqltype.F("k", sqltype.Binary)),
		"number":    longKey,
		"two":       sqltype.NewStruct(sqltype.F("a", sqltype.Int), sqltype.F("b", sqltype.Long)),
		"unpacked":  sqltype.NewStruct(sqltype.F("a", sqltype.String), sqltype.F("b", sqltype.Long)),
		"very wide": sqltype.NewStruct(sqltype.F("a", sqltype.Long), sqltype.F("b", sqltype.Long), sqltype.F("c", sqltype.Long)),
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, 12))
			private, _ := NewVolatile(nil).Table(Spec{Name: "t", Key: s, Value: countCol, Private: true})
			plain, _ := NewVolatile(nil).Table(Spec{Name: "t", Key: s, Value: countCol})
			for range 200 {
				if r.IntN(30) == 0 {
					private.Clear()
					plain.Clear()
				}
				k := randomKeys(r, s)
				n := len(k.selection())
				h := make([]uint32, k.N)
				columnar.HashRows(h, k.Cols, nil)
				got, want := upserted(t, private, k, n), upserted(t, plain, Keys{Hash: h, Cols: k.Cols, Sel: k.Sel, N: k.N}, n)
				samePartition(t, got, want)
				if private.Rows() != plain.Rows() {
					t.Fatalf("%d rows, want %d", private.Rows(), plain.Rows())
				}
				for j, row := range k.selection() {
					id := got[j]
					if private.Hash()[id] != h[row] {
						t.Fatalf("row %d: hash %d, want %d", row, private.Hash()[id], h[row])
					}
					for c := range k.Cols {
						if !columnar.Equal(private.Key(c), int(id), k.Cols[c], int(row)) {
							t.Fatalf("row %d: key %v, want %v", row, private.Key(c).Value(int(id)), k.Cols[c].Value(int(row)))
						}
					}
				}
			}
		})
	}
}

// A row whose slot agrees with a long key but whose second word does not is
// another key's, and both are found after it.
func TestPackedVerifies(t *testing.T) {
	table, _ := NewVolatile(nil).Table(Spec{Name: "t", Key: textKey, Value: countCol, Private: true})
	v := columnar.New(sqltype.String)
	v.AppendText([]byte("fourteen bytes"))
	k := Keys{Cols: []*columnar.Vector{v}, N: 1}
	if id := upserted(t, table, k, 1)[0]; id != 0 {
		t.Fatalf("first row %d", id)
	}
	table.packed.more[0] ^= 1 << 40 // as if a key with the same mark had been first
	for range 2 {
		if id := upserted(t, table, k, 1)[0]; id != 1 || table.Rows() != 2 {
			t.Fatalf("row %d of %d, want 1 of 2", id, table.Rows())
		}
	}
}

func upserted(t *testing.T, table *Table, k Keys, n int) []RowID {
	ids := make([]RowID, n)
	before := table.Rows()
	fresh, err := table.Upsert(k, ids, nil)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Sort(fresh); len(slices.Compact(fresh)) != table.Rows()-before {
		t.Fatalf("%d fresh rows, %d more in the table", len(fresh), table.Rows()-before)
	}
	return ids
}

// samePartition checks that two lists of ids tell the same rows apart.
func samePartition(t *testing.T, a, b []RowID) {
	t.Helper()
	to, from := map[RowID]RowID{}, map[RowID]RowID{}
	for j := range a {
		x, known := to[a[j]]
		y, known2 := from[b[j]]
		if known != known2 || known && (x != b[j] || y != a[j]) {
			t.Fatalf("position %d: ids %d and %d", j, a[j], b[j])
		}
		to[a[j]], from[b[j]] = b[j], a[j]
	}
}

// BenchmarkCountWords counts words of a Zipf distribution, as a Partial does.
func BenchmarkCountWords(b *testing.B) {
	for _, c := range []struct {
		vocabulary int
		private    bool
	}{{100_000, true}, {1000, true}, {100_000, false}} {
		batches, private := words(c.vocabulary, 64), c.private
		b.Run(fmt.Sprintf("%d,private=%t", c.vocabulary, private), func(b *testing.B) {
			t, _ := NewVolatile(nil).Table(Spec{Name: "t", Key: textKey, Value: countCol, Private: private})
			ids, fresh := make([]RowID, columnar.MaxRows), make([]RowID, 0, columnar.MaxRows)
			hash := make([]uint32, columnar.MaxRows)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				k := batches[i%len(batches)]
				if !private {
					columnar.HashRows(hash, k.Cols, nil)
					k.Hash = hash
				}
				count(b, t, k, ids, fresh)
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i*columnar.MaxRows), "ns/row")
		})
	}
}

func words(vocabulary, batches int) []Keys {
	r := rand.New(rand.NewPCG(1, 2))
	z := rand.NewZipf(r, 1.01, 1, uint64(vocabulary-1))
	list := make([][]byte, vocabulary)
	for i := range list {
		for range 2 + r.IntN(10) {
			list[i] = append(list[i], byte('a'+r.IntN(26)))
		}
	}
	out := make([]Keys, batches)
	for i := range out {
		v := columnar.New(sqltype.String)
		for range columnar.MaxRows {
			v.AppendText(list[z.Uint64()])
		}
		out[i] = Keys{Cols: []*columnar.Vector{v}, N: v.Len}
	}
	return out
}
