package columnar

import (
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// Known hashes of Spark 4.3: hash(1, 'a') chains Int32 and Bytes from 42.
func TestHashRowsChains(t *testing.T) {
	a, s := New(sqltype.Int), New(sqltype.String)
	AppendFixed(a, int32(1))
	s.AppendText([]byte("a"))
	a.AppendNull()
	s.AppendText([]byte("b"))
	h := make([]uint32, 2)
	HashRows(h, []*Vector{a, s}, nil)
	if want := hashing.Bytes([]byte("a"), hashing.Int32(1, 42)); h[0] != want {
		t.Errorf("row 0: %d, want %d", h[0], want)
	}
	if want := hashing.Bytes([]byte("b"), 42); h[1] != want {
		t.Errorf("a null must leave the hash alone: %d, want %d", h[1], want)
	}
}

// Every form of a column hashes as its flat form, at every selection.
func TestHashRowsForms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	dict := New(sqltype.String)
	for _, w := range []string{"", "x", "longer than eight bytes"} {
		dict.AppendText([]byte(w))
	}
	const n = 300
	coded := &Vector{Type: sqltype.String, Len: n, Dict: dict, Codes: make([]int32, n)}
	long := New(sqltype.Long)
	var sel []uint16
	for i := range n {
		coded.Codes[i] = int32(r.IntN(3))
		AppendFixed(long, int64(r.Uint64()))
		if r.IntN(3) == 0 {
			sel = append(sel, uint16(i))
		}
	}
	constant := NewConst(long, 7, n)
	cols := []*Vector{long, coded, constant}
	got, part := make([]uint32, n), make([]uint32, n)
	HashRows(got, cols, nil)
	HashRows(part, cols, sel)
	for i := range n {
		want := uint32(42)
		for _, c := range cols {
			want = c.Flat(nil).HashRow(i, want)
		}
		if got[i] != want {
			t.Fatalf("row %d: %d, want %d", i, got[i], want)
		}
	}
	for _, i := range sel {
		if part[i] != got[i] {
			t.Fatalf("row %d of a selection: %d, want %d", i, part[i], got[i])
		}
	}
}
