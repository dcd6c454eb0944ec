package columnar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
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

// A Hasher that meets dictionaries that grow and change, with nulls, behind
// constants and behind other columns, gives what rows hashed one by one give.
func TestHasherKeepsDictionaries(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var s Hasher
	dict := New(sqltype.String)
	for round := range 200 {
		if round%20 == 0 {
			dict = New(sqltype.String)
		}
		for range 1 + r.IntN(40) {
			dict.AppendText([]byte(strings.Repeat("entry", r.IntN(4)) + strconv.Itoa(r.IntN(1000))))
		}
		n := 1 + r.IntN(60)
		coded := &Vector{Type: sqltype.String, Len: n, Dict: dict, Codes: make([]int32, n)}
		long := New(sqltype.Long)
		var sel []uint16
		for i := range n {
			coded.Codes[i] = int32(r.IntN(dict.Len))
			AppendFixed(long, int64(r.Uint64()))
			if r.IntN(3) > 0 {
				sel = append(sel, uint16(i))
			}
		}
		if round%3 == 0 {
			coded.Valid = NewBitmap(n)
			for i := range n {
				coded.Valid.Put(i, r.IntN(4) > 0)
			}
			long.SetNull(r.IntN(n))
		}
		if round%4 == 0 {
			sel = nil
		}
		cols := [][]*Vector{{coded}, {coded, long}, {NewConst(long, 0, n), coded}, {long, coded}, {NewConst(long, 0, n)}, {}}[round%6]
		h := make([]uint32, n)
		s.Hash(h, cols, sel)
		for k := range len(h) {
			want := uint32(hashing.Seed)
			for _, c := range cols {
				want = c.HashRow(k, want)
			}
			if sel != nil && !slices.Contains(sel, uint16(k)) {
				want = 0
			}
			if h[k] != want {
				t.Fatalf("round %d, row %d: %d, want %d", round, k, h[k], want)
			}
		}
	}
}

func BenchmarkHashDictionary(b *testing.B) {
	dict := New(sqltype.String)
	for range 1000 {
		dict.AppendText(fmt.Appendf(nil, "%036d", rand.Int64()))
	}
	coded := &Vector{Type: sqltype.String, Len: MaxRows, Dict: dict, Codes: make([]int32, MaxRows)}
	for i := range coded.Codes {
		coded.Codes[i] = int32(rand.IntN(dict.Len))
	}
	h := make([]uint32, MaxRows)
	var s Hasher
	b.ReportAllocs()
	for b.Loop() {
		s.Hash(h, []*Vector{coded}, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*MaxRows), "ns/row")
}
