package expr_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

var session = &expr.Session{ANSI: true, Zone: "UTC"}

var ctx = &expr.Context{ANSI: true, Zone: "UTC"}

func call(t testing.TB, name string, args ...expr.Node) expr.Node {
	t.Helper()
	f, ok := fn.Lookup(name)
	if !ok {
		t.Fatalf("no function %s", name)
	}
	n, err := expr.NewCall(session, f.Scalar, args, sparkerr.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// randomBatch has an int, a long, a double and a string column; nulls in a
// tenth of the rows if asked for.
func randomBatch(r *rand.Rand, n int, nulls bool) (*columnar.Batch, []*expr.Column) {
	types := []sqltype.Type{sqltype.Int, sqltype.Long, sqltype.Double, sqltype.String}
	b := &columnar.Batch{Len: n, Schema: &sqltype.Struct{}}
	var cols []*expr.Column
	for k, t := range types {
		v := columnar.New(t)
		for range n {
			x := r.IntN(20) - 10
			switch {
			case nulls && r.IntN(10) == 0:
				v.AppendNull()
			case k == 0:
				columnar.AppendFixed(v, int32(x))
			case k == 1:
				columnar.AppendFixed(v, int64(x))
			case k == 2:
				columnar.AppendFixed(v, []float64{float64(x), math.NaN(), math.Inf(1), math.Copysign(0, -1)}[max(0, r.IntN(20)-16)])
			default:
				v.AppendText([]byte(fmt.Sprint(x)))
			}
		}
		b.Cols = append(b.Cols, v)
		cols = append(cols, &expr.Column{Ordinal: k, Name: fmt.Sprint("c", k), T: t, Null: nulls})
	}
	return b, cols
}

// inForm gives the columns another form.
func inForm(b *columnar.Batch, form int) *columnar.Batch {
	if form == 0 {
		return b
	}
	out := &columnar.Batch{Len: b.Len, Schema: b.Schema}
	for _, v := range b.Cols {
		if form == 1 {
			out.Cols = append(out.Cols, columnar.NewConst(v, b.Len/2, b.Len))
			continue
		}
		d := &columnar.Vector{Type: v.Type, Len: v.Len, Dict: columnar.New(v.Type), Valid: v.Valid, Codes: make([]int32, v.Len)}
		for range (form - 2) * 10 * v.Len { // entries that do not occur
			d.Dict.AppendZero()
		}
		for i := range v.Len {
			if !v.IsNull(i) {
				d.Codes[i] = int32(d.Dict.Len)
				d.Dict.AppendFrom(v, i)
			}
		}
		if d.Dict.Len == 0 {
			d.Dict.AppendZero()
		}
		out.Cols = append(out.Cols, d)
	}
	return out
}

// TestPredicate compares the fused selection with the general evaluator.
func TestPredicate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	literals := []expr.Node{expr.Lit(int32(3), sqltype.Int), expr.Lit(int64(-2), sqltype.Long), expr.Lit(0.0, sqltype.Double), expr.Lit("5", sqltype.String)}
	for _, op := range []string{"=", "<", "<=", ">", ">=", "<>"} {
		for round := range 40 {
			b, cols := randomBatch(r, 1+r.IntN(200), round%2 == 0)
			b = inForm(b, round%4)
			for k, c := range cols {
				var n expr.Node
				args := []expr.Node{c, literals[k]}
				if round%3 == 0 {
					args[0], args[1] = args[1], args[0]
				}
				if op == "<>" {
					n = call(t, "not", call(t, "=", args...))
				} else {
					n = call(t, op, args...)
				}
				var sel []uint16
				if round%5 == 0 {
					sel = someRows(r, b.Len)
				}
				comparePaths(t, n, b, sel)
				comparePaths(t, &expr.Logic{Left: n, Right: call(t, "<", cols[0], expr.Lit(int32(5), sqltype.Int))}, b, sel)
			}
		}
	}
}

func someRows(r *rand.Rand, n int) []uint16 {
	sel := []uint16{}
	for i := range n {
		if r.IntN(3) > 0 {
			sel = append(sel, uint16(i))
		}
	}
	return sel
}

func comparePaths(t *testing.T, n expr.Node, b *columnar.Batch, sel []uint16) {
	t.Helper()
	p, err := expr.NewPredicate(n, ctx)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Select(b, sel, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := expr.Compile(n, ctx)
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Eval(b, sel)
	if err != nil {
		t.Fatal(err)
	}
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	want := []uint16{}
	for _, i := range sel {
		if !v.IsNull(int(i)) && columnar.At[uint8](v, int(i)) != 0 {
			want = append(want, i)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s over %d rows: %v, want %v", n, b.Len, got, want)
	}
}

func benchBatches(rows, count int) ([]*columnar.Batch, []*expr.Column) {
	r := rand.New(rand.NewPCG(3, 4))
	var list []*columnar.Batch
	var cols []*expr.Column
	for range count {
		b, c := randomBatch(r, rows, false)
		list, cols = append(list, b), c
	}
	return list, cols
}

func BenchmarkPredicate(b *testing.B) {
	batches, cols := benchBatches(4096, 16)
	for name, n := range map[string]expr.Node{
		"int":    call(b, ">", cols[0], expr.Lit(int32(0), sqltype.Int)),
		"long":   call(b, ">", cols[1], expr.Lit(int64(0), sqltype.Long)),
		"double": call(b, "<", cols[2], expr.Lit(0.0, sqltype.Double)),
		"text":   call(b, "=", cols[3], expr.Lit("5", sqltype.String)),
		"and": &expr.Logic{Left: call(b, ">", cols[0], expr.Lit(int32(0), sqltype.Int)),
			Right: call(b, "<", cols[1], expr.Lit(int64(3), sqltype.Long))},
		"general": call(b, ">", call(b, "+", cols[0], expr.Lit(int32(1), sqltype.Int)), expr.Lit(int32(0), sqltype.Int)),
	} {
		b.Run(name, func(b *testing.B) {
			p, err := expr.NewPredicate(n, ctx)
			if err != nil {
				b.Fatal(err)
			}
			var dst []uint16
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				if dst, err = p.Select(batches[k%16], nil, dst); err != nil {
					b.Fatal(err)
				}
				k++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/row")
		})
	}
}

func BenchmarkEval(b *testing.B) {
	batches, cols := benchBatches(4096, 16)
	for name, n := range map[string]expr.Node{
		"add int":     call(b, "+", cols[0], cols[0]),
		"add const":   call(b, "+", cols[1], expr.Lit(int64(7), sqltype.Long)),
		"mul double":  call(b, "*", cols[2], cols[2]),
		"long = int":  call(b, "=", cols[1], cols[0]),
		"text = text": call(b, "=", cols[3], cols[3]),
		"case": &expr.Case{Whens: []expr.Node{call(b, ">", cols[0], expr.Lit(int32(0), sqltype.Int))},
			Thens: []expr.Node{cols[1]}, Else: expr.Lit(int64(0), sqltype.Long)},
		"in":   &expr.In{Arg: cols[1], List: []expr.Node{expr.Lit(int64(1), sqltype.Long), expr.Lit(int64(4), sqltype.Long), expr.Lit(int64(9), sqltype.Long)}},
		"and":  &expr.Logic{Left: call(b, ">", cols[0], expr.Lit(int32(0), sqltype.Int)), Right: call(b, "<", cols[1], expr.Lit(int64(3), sqltype.Long))},
		"hash": call(b, "hash", cols[1]),
	} {
		b.Run(name, func(b *testing.B) {
			e, err := expr.Compile(n, ctx)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				if _, err := e.Eval(batches[k%16], nil); err != nil {
					b.Fatal(err)
				}
				k++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/row")
		})
	}
}
