package columnar_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/columnartest"
)

// A loan gives the rows that copying would give, of every type and form.
func TestLoan(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	var rows, coded columnar.Loan
	for range 400 {
		typ := columnartest.Type(r, 2)
		v, vals := columnartest.Vector(r, typ, 1+r.IntN(100))
		dict, words := columnartest.Flat(r, typ, 1+r.IntN(20))
		var sel []uint16
		var codes []int32
		var picked, looked []any
		for range r.IntN(200) {
			i, c := r.IntN(v.Len), r.IntN(dict.Len)
			sel, picked = append(sel, uint16(i)), append(picked, vals[i])
			codes, looked = append(codes, int32(c)), append(looked, words[c])
		}
		for _, c := range []struct {
			got  *columnar.Vector
			want []any
		}{{rows.Rows(v, sel), picked}, {coded.Coded(dict, codes), looked}} {
			flat := columnar.New(typ)
			flat.AppendRows(c.got, nil, c.got.Len)
			for i, want := range c.want {
				if got := c.got.Value(i); !reflect.DeepEqual(got, want) {
					t.Fatalf("%v, row %d: %v, want %v", typ, i, got, want)
				}
				if !columnar.Equal(c.got, i, flat, i) || !reflect.DeepEqual(flat.Value(i), want) {
					t.Fatalf("%v, row %d of the copy: %v, want %v", typ, i, flat.Value(i), want)
				}
			}
		}
	}
}

// Hashes of batches are those of rows one by one.
func TestHashForms(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 300 {
		typ, n := columnartest.Type(r, 1), 1+r.IntN(50)
		a, _ := columnartest.Vector(r, typ, n)
		b, _ := columnartest.Vector(r, columnartest.Type(r, 1), n)
		sel := []uint16{}
		for i := range n {
			if r.IntN(3) > 0 {
				sel = append(sel, uint16(i))
			}
		}
		h, g := make([]uint32, n), make([]uint32, n)
		columnar.HashRows(h, []*columnar.Vector{a, b}, sel)
		columnar.HashRows(g, []*columnar.Vector{a, b}, nil)
		for _, i := range sel {
			want := b.HashRow(int(i), a.HashRow(int(i), 42))
			if h[i] != want || g[i] != want {
				t.Fatalf("%v, row %d: %x and %x, want %x", typ, i, h[i], g[i], want)
			}
		}
	}
}
