package spate

import (
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sqltype"
)

// TestHeldRows: rows on disk and in memory are read as they came, as often as
// wanted, and leave no file behind.
func TestHeldRows(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	fs := vfs.OS(1)
	schema := sqltype.NewStruct(sqltype.F("id", sqltype.Long), sqltype.F("s", sqltype.String))
	h := newHeldRows(schema, func() (memory.Space, error) { return memory.NewSpace(fs, dir), nil })
	next := int64(0)
	add := func(n int) {
		b := columnar.NewBatch(schema)
		for range n {
			columnar.AppendFixed(b.Cols[0], next)
			b.Cols[1].AppendText([]byte("text"))
			next++
		}
		b.Len = n
		if err := h.task(0).add(b); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		add(5000)
		add(5000)
		if err := h.task(0).spill(); err != nil {
			t.Fatal(err)
		}
	}
	add(10)
	for range 2 {
		if got := readHeld(t, h); got != next {
			t.Errorf("read %d rows, want %d", got, next)
		}
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(dir + "/*"); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

// readHeld reads everything and checks that ids ascend from 0.
func readHeld(t *testing.T, h *heldRows) (n int64) {
	t.Helper()
	src, _ := h.Source(t.Context(), connector.Request{})
	splits, err := src.(connector.Bounded).Now(t.Context(), connector.Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sp := range splits {
		r, err := src.Open(t.Context(), sp, connector.Wanted{})
		if err != nil {
			t.Fatal(err)
		}
		b := columnar.NewBatch(h.schema)
		for err = r.Read(t.Context(), b); err == nil; err = r.Read(t.Context(), b) {
			for i := range b.Len {
				if columnar.At[int64](b.Cols[0], i) != n {
					t.Fatalf("row %d has the id %d", n, columnar.At[int64](b.Cols[0], i))
				}
				n++
			}
		}
		if err != io.EOF {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// benchmarkKernel runs a scalar function over 64k random rows.
func benchmarkKernel(b *testing.B, u *UserFunc, arg sqltype.Type, fill func(*columnar.Vector, *rand.Rand)) {
	f := u.fn.(*expr.Func)
	sig, err := f.Resolve(&expr.Session{ANSI: true}, []expr.Arg{{Type: arg, Nullable: true, Node: &expr.Column{T: arg}}})
	if err != nil {
		b.Fatal(err)
	}
	kernel, out := sig.Make(), columnar.New(sig.Result)
	r := rand.New(rand.NewPCG(1, 2))
	vectors := make([]*columnar.Vector, 8)
	for i := range vectors {
		vectors[i] = columnar.New(arg)
		for range columnar.MaxRows {
			fill(vectors[i], r)
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(vectors) * columnar.MaxRows))
	for b.Loop() {
		for _, v := range vectors {
			out.Resize(v.Len)
			if err := kernel(&expr.Context{}, []*columnar.Vector{v}, nil, v.Len, out); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkUDFNumbers(b *testing.B) {
	benchmarkKernel(b, UDF1(func(x float64) float64 { return x * 1.5 }), sqltype.Double,
		func(v *columnar.Vector, r *rand.Rand) { columnar.AppendFixed(v, r.Float64()) })
}

func BenchmarkUDFTexts(b *testing.B) {
	benchmarkKernel(b, UDF1(func(s string) string { return s[:len(s)/2] }), sqltype.String,
		func(v *columnar.Vector, r *rand.Rand) { v.AppendText([]byte("some text of a row")[:4+r.IntN(14)]) })
}
