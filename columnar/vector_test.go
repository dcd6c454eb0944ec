package columnar_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/columnartest"
	"github.com/spatestream/spate/sqltype"
)

// each runs f on random types.
func each(t *testing.T, f func(t *testing.T, r *rand.Rand, typ sqltype.Type)) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		typ := columnartest.Type(r, 2)
		t.Run(fmt.Sprintf("%d/%s", seed, typ), func(t *testing.T) { f(t, r, typ) })
	}
}

func want(t *testing.T, v *columnar.Vector, vals []any) {
	t.Helper()
	if got := columnartest.Values(v); !reflect.DeepEqual(got, append([]any{}, vals...)) {
		t.Fatalf("got  %v\nwant %v", got, vals)
	}
}

// Vectors behave as []any does.
func TestVectorAgainstSlice(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, typ sqltype.Type) {
		v, vals := columnartest.Flat(r, typ, r.IntN(70))
		for range 12 {
			vals = change(r, v, vals)
			want(t, v, vals)
		}
	})
}

func change(r *rand.Rand, v *columnar.Vector, vals []any) []any {
	o, more := columnartest.Vector(r, v.Type, 1+r.IntN(70))
	switch r.IntN(6) {
	case 0:
		v.AppendRows(o, nil, o.Len)
		return append(vals, more...)
	case 1:
		sel := []uint16{}
		for i := range o.Len {
			if r.IntN(2) == 0 {
				sel = append(sel, uint16(i))
				vals = append(vals, more[i])
			}
		}
		v.AppendRows(o, sel, 0)
		return vals
	case 2:
		i := r.IntN(o.Len)
		v.AppendFrom(o, i)
		return append(vals, more[i])
	case 3:
		v.AppendNull()
		return append(vals, nil)
	case 4:
		ids, o := []uint32{}, o.Flat(nil)
		for range r.IntN(9) {
			i := r.IntN(o.Len)
			ids = append(ids, uint32(i))
			vals = append(vals, more[i])
		}
		v.AppendIDs(o, ids)
		return vals
	}
	n := r.IntN(70)
	v.Resize(0)
	v.Extend(n)
	vals = vals[:0]
	for i := range n {
		vals = append(vals, v.Value(i)) // zeros
	}
	return vals
}

// Rows of state change in place, and compaction does not show.
func TestStateAgainstSlice(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, typ sqltype.Type) {
		v := columnar.New(typ)
		v.Extend(40)
		zero := v.Value(0)
		vals := columnartest.Values(v)
		for range 200 {
			o, more := columnartest.Vector(r, typ, 3)
			switch i := r.IntN(40); r.IntN(9) {
			case 8:
				v.SetRows([]uint32{uint32(i), uint32(39 - i)}, o, []uint16{2, 0})
				vals[i], vals[39-i] = more[2], more[0]
			case 0:
				v.SetZero(i)
				vals[i] = zero
			case 1:
				v.Compact()
			case 2:
				v.SetNull(i)
				vals[i] = nil
			case 3, 4:
				grow(r, v, vals, i)
			default:
				v.SetFrom(i, o, 1)
				vals[i] = more[1]
			}
		}
		want(t, v, vals)
	})
}

// grow adds an element to list i if v is an array.
func grow(r *rand.Rand, v *columnar.Vector, vals []any, i int) {
	a, ok := v.Type.(*sqltype.Array)
	if !ok || vals[i] == nil {
		return
	}
	o, more := columnartest.Vector(r, a.Elem, 1)
	v.Child[0].SetFrom(v.GrowList(i, 1), o, 0)
	vals[i] = append(slices.Clone(vals[i].([]any)), more[0])
}

func TestListsGrowInConstantTime(t *testing.T) {
	v := columnar.New(&sqltype.Array{Elem: sqltype.Long})
	v.Extend(2)
	for k := range 50_000 {
		for i := range 2 {
			at := v.GrowList(i, 1)
			columnar.Slice[int64](v.Child[0])[at] = int64(k)
		}
	}
	if n := v.Child[0].Len; n > 4*2*50_000 {
		t.Fatalf("%d elements for 100000", n)
	}
	v.Compact()
	lo, hi := v.Span(1)
	for k := lo; k < hi; k++ {
		if columnar.Slice[int64](v.Child[0])[k] != int64(k-lo) {
			t.Fatal("an element moved")
		}
	}
}

func TestCompactDropsGarbage(t *testing.T) {
	v := columnar.New(sqltype.String)
	v.Extend(10)
	for k := range 1000 {
		v.SetText(k%10, fmt.Append(nil, "text ", k))
	}
	v.Compact()
	if v.Loose() != 80 || v.Str(3) != "text 993" {
		t.Fatalf("%d bytes, %q", v.Loose(), v.Str(3))
	}
}

func TestFlatAndConst(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, typ sqltype.Type) {
		v, vals := columnartest.Vector(r, typ, 1+r.IntN(20))
		want(t, v, vals)
		want(t, v.Flat(nil), vals)
		want(t, v.Flat(columnar.New(typ)), vals)
		c := columnar.NewConst(v, 0, 3)
		want(t, c, []any{vals[0], vals[0], vals[0]})
	})
}

func TestCompare(t *testing.T) {
	negative, nan := math.Copysign(0, -1), math.NaN()
	for _, c := range []struct {
		typ  sqltype.Type
		vals []any // ascending; an []any groups equals
	}{
		{sqltype.Long, []any{nil, int64(math.MinInt64), int64(-1), int64(0), int64(math.MaxInt64)}},
		{sqltype.Double, []any{nil, math.Inf(-1), -1.0, []any{negative, 0.0}, 2.5, math.Inf(1), []any{nan, -nan}}},
		{sqltype.Float, []any{nil, float32(-1), float32(3)}},
		{sqltype.Boolean, []any{nil, false, true}},
		{sqltype.String, []any{nil, "", "a", "aa", "b", "ä"}},
		{&sqltype.Array{Elem: sqltype.Int}, []any{nil, []any{}, []any{nil}, []any{int32(1)}, []any{int32(1), int32(0)}, []any{int32(2)}}},
		{sqltype.NewStruct(sqltype.F("a", sqltype.Int), sqltype.F("b", sqltype.String)),
			[]any{nil, columnar.Row{nil, "z"}, columnar.Row{int32(1), nil}, columnar.Row{int32(1), "a"}}},
	} {
		checkOrder(t, c.typ, c.vals)
	}
}

func checkOrder(t *testing.T, typ sqltype.Type, vals []any) {
	v, rank := columnar.New(typ), []int{}
	for i, x := range vals {
		group, ok := x.([]any)
		if typ.Kind() == sqltype.KindArray || !ok {
			group = []any{x}
		}
		for _, x := range group {
			v.AppendValue(x)
			rank = append(rank, i)
		}
	}
	for i := range rank {
		for j := range rank {
			want := 0
			if rank[i] != rank[j] {
				want = 1
				if rank[i] < rank[j] {
					want = -1
				}
			}
			if got := columnar.Compare(v, i, v, j); got != want {
				t.Errorf("%s: %v against %v: %d, want %d", typ, v.Value(i), v.Value(j), got, want)
			}
		}
	}
}

func TestEqualInAnyForm(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, typ sqltype.Type) {
		a, av := columnartest.Vector(r, typ, 8)
		b, bv := columnartest.Vector(r, typ, 8)
		for i := range av {
			for j := range bv {
				if got := columnar.Equal(a, i, b, j); got != reflect.DeepEqual(av[i], bv[j]) {
					t.Fatalf("%v equals %v: %v", av[i], bv[j], got)
				}
			}
		}
	})
}

func TestBatchAppend(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 8))
		s := columnartest.Schema(r, 1+r.IntN(3), 2)
		b, vals := columnartest.Batch(r, s, r.IntN(100))
		c := columnar.NewBatch(s)
		c.AppendBatch(b)
		if c.Len != b.Rows() || b.Hash != nil && len(c.Hash) != c.Len {
			t.Fatalf("%d rows, %d hashes, want %d", c.Len, len(c.Hash), b.Rows())
		}
		for i, col := range c.Cols {
			want(t, col, vals[i])
		}
	}
}

func TestBitmap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 200 {
		a, b, in := columnar.NewBitmap(n), columnar.NewBitmap(n), 0
		b.Fill(n)
		for i := range n {
			if r.IntN(2) == 0 {
				a.Set(i)
				in++
			} else {
				b.Clear(i)
			}
		}
		if a.Count(n) != in || !slices.Equal(a, b) || !slices.Equal(a.And(nil, n), a) || !slices.Equal(columnar.Bitmap(nil).And(a, n), a) {
			t.Fatalf("bitmaps of %d rows", n)
		}
	}
}

func benchVector(kind sqltype.Type, n int) *columnar.Vector {
	r := rand.New(rand.NewPCG(1, 9))
	v := columnar.New(kind)
	for range n {
		switch kind.Kind() {
		case sqltype.KindString:
			v.AppendText(fmt.Append(nil, "customer-", r.IntN(1e9)))
		default:
			columnar.AppendFixed(v, r.Int64())
		}
	}
	return v
}

func BenchmarkAppendRows(b *testing.B) {
	for _, kind := range []sqltype.Type{sqltype.Long, sqltype.String} {
		b.Run(kind.String(), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 9))
			v, out := benchVector(kind, 8*columnar.MaxRows), columnar.New(kind)
			var sels [8][]uint16
			for i := range sels {
				for k := range columnar.MaxRows {
					if r.IntN(2) == 0 {
						sels[i] = append(sels[i], uint16(k))
					}
				}
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				out.Resize(0)
				out.AppendRows(v, sels[i%8], 0)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/columnar.MaxRows*2, "ns/row")
		})
	}
}

func BenchmarkAppendIDs(b *testing.B) {
	for _, kind := range []sqltype.Type{sqltype.Long, sqltype.String} {
		b.Run(kind.String(), func(b *testing.B) {
			v, out := benchVector(kind, 1<<18), columnar.New(kind)
			ids := make([]uint32, columnar.MaxRows)
			for i, p := range rand.New(rand.NewPCG(1, 9)).Perm(1 << 18)[:len(ids)] {
				ids[i] = uint32(p)
			}
			b.ReportAllocs()
			for b.Loop() {
				out.Resize(0)
				out.AppendIDs(v, ids)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/columnar.MaxRows, "ns/row")
		})
	}
}
