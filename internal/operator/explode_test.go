package operator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn/table"
	"github.com/spatestream/spate/sqltype"
)

func explodeOf(t *testing.T, list sqltype.Type) expr.TableSignature {
	for _, f := range table.All() {
		if f.Name == "explode" {
			sig, err := f.Resolve(&expr.Session{}, []expr.Arg{{Type: list}})
			if err != nil {
				t.Fatal(err)
			}
			return sig
		}
	}
	t.Fatal("no explode")
	return expr.TableSignature{}
}

// randomValue is a value of the type, null now and then if it may be.
func randomValue(r *rand.Rand, t sqltype.Type, null bool) any {
	if null && r.IntN(8) == 0 {
		return nil
	}
	switch x := t.(type) {
	case *sqltype.Array:
		list := []any{}
		for range r.IntN(5) {
			list = append(list, randomValue(r, x.Elem, x.ContainsNull))
		}
		return list
	}
	switch t.Kind() {
	case sqltype.KindString:
		return fmt.Sprint("text ", r.IntN(1000))
	case sqltype.KindByte:
		return int8(r.IntN(100))
	}
	return r.Int64N(1000)
}

// Explode gives the rows of Generate, whatever the lists hold and however they
// lie.
func TestExplodeIsGenerate(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for _, elem := range []sqltype.Type{sqltype.String, sqltype.Byte, sqltype.Long, &sqltype.Array{Elem: sqltype.Long}} {
		for round := range 60 {
			list := &sqltype.Array{Elem: elem, ContainsNull: round%4 == 0}
			schema := sqltype.NewStruct(sqltype.F("id", sqltype.Long), sqltype.F("list", list))
			b := columnar.NewBatch(schema)
			n := []int{1, 20, 3000}[round%3]
			for i := range n {
				b.Cols[0].AppendValue(int64(i))
				b.Cols[1].AppendValue(randomValue(r, list, round%5 == 0))
			}
			b.Len = n
			if v := b.Cols[1]; round%6 > 3 { // lists in any order
				r.Shuffle(n, func(i, j int) {
					if !v.IsNull(i) && !v.IsNull(j) {
						v.Views[i], v.Views[j] = v.Views[j], v.Views[i]
					}
				})
			}
			if round%7 > 4 {
				b.Cols[1] = columnar.NewConst(b.Cols[1], n/2, n)
			}
			for i := range n {
				if r.IntN(3) > 0 {
					b.Sel = append(b.Sel, uint16(i))
				}
			}
			if round%2 == 0 || b.Sel == nil {
				b.Sel = nil
			}
			sig := explodeOf(t, list)
			var keep []int
			out := sig.Out
			if round%3 > 0 {
				keep, out = []int{0}, sqltype.NewStruct(schema.Fields[0], sig.Out.Fields[0])
			}
			want := alone(t, nil, []*columnar.Batch{b, b}, &Generate{Sig: sig, Args: []expr.Node{col(schema, 1)}, Keep: keep, Out: out})
			got := alone(t, nil, []*columnar.Batch{b, b}, &Explode{List: col(schema, 1), Keep: keep, Out: out})
			if !slices.Equal(got, want) {
				t.Fatalf("%v, round %d: %d rows, want %d\n%.300v\n%.300v", list, round, len(got), len(want), got, want)
			}
		}
	}
}
