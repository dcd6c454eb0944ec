package table_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// generate runs a table function over a batch until it is consumed and prints
// the rows.
func generate(t *testing.T, name string, args ...*columnar.Vector) string {
	t.Helper()
	f, _ := fn.Lookup(name)
	nodes := make([]expr.Arg, len(args))
	for i, a := range args {
		nodes[i] = expr.Arg{Type: a.Type, Nullable: true, Node: &expr.Column{T: a.Type}}
		if a.Const {
			nodes[i].Const, nodes[i].Value = true, a.Value(0)
		}
	}
	sig, err := f.Table.Resolve(&expr.Session{ANSI: true}, nodes)
	if err != nil {
		return sparkerr.ClassOf(err)
	}
	gen := sig.Make()
	made := columnar.NewBatch(sig.Out)
	sel, skip := columnar.All(args[0].Len), 0
	var out []string
	for base := 0; len(sel) > 0; {
		made.Reset()
		consumed, next, from, err := gen(&expr.Context{}, args, sel, made.Cols, nil, skip)
		if err != nil {
			t.Fatal(err)
		}
		for r, k := range from {
			row := []string{}
			for _, c := range made.Cols {
				row = append(row, printed(c, r))
			}
			out = append(out, string(rune('a'+base+int(k)))+":"+strings.Join(row, ","))
		}
		base, sel, skip = base+consumed, sel[consumed:], next
	}
	return strings.Join(out, " ")
}

func printed(v *columnar.Vector, i int) string {
	switch x := v.Value(i).(type) {
	case nil:
		return "null"
	case string:
		return x
	case int32:
		return string(rune('0' + x))
	}
	return "?"
}

func column(t sqltype.Type, values ...any) *columnar.Vector {
	v := columnar.New(t)
	for _, x := range values {
		v.AppendValue(x)
	}
	return v
}

func TestGenerators(t *testing.T) {
	texts := column(&sqltype.Array{Elem: sqltype.String, ContainsNull: true}, []any{"x", "yy"}, nil, []any{}, []any{nil, "z"})
	entries := column(&sqltype.Map{Key: sqltype.String, Value: sqltype.Int, ValueContainsNull: true}, []columnar.Entry{{Key: "k", Value: int32(1)}, {Key: "l"}}, nil)
	pair := sqltype.NewStruct(sqltype.F("a", sqltype.Int), sqltype.F("b", sqltype.String))
	structs := column(&sqltype.Array{Elem: pair, ContainsNull: true}, []any{columnar.Row{int32(1), "p"}, nil}, []any{})
	two := columnar.NewConst(column(sqltype.Int, int32(2)), 0, 2)
	n, m := column(sqltype.Int, int32(1), int32(2)), column(sqltype.Int, int32(3), nil)
	for _, c := range []struct {
		name string
		args []*columnar.Vector
		want string
	}{
		{"explode", []*columnar.Vector{texts}, "a:x a:yy d:null d:z"},
		{"explode_outer", []*columnar.Vector{texts}, "a:x a:yy d:null d:z"},
		{"posexplode", []*columnar.Vector{texts}, "a:0,x a:1,yy d:0,null d:1,z"},
		{"explode", []*columnar.Vector{entries}, "a:k,1 a:l,null"},
		{"inline", []*columnar.Vector{structs}, "a:1,p a:null,null"},
		{"stack", []*columnar.Vector{two, n, m, n}, "a:1,3 a:1,null b:2,null b:2,null"},
		{"stack", []*columnar.Vector{two, n, texts, texts}, "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES"},
		{"explode", []*columnar.Vector{n}, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"},
		{"inline", []*columnar.Vector{texts}, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"},
		{"explode", []*columnar.Vector{n, n}, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"},
	} {
		if got := generate(t, c.name, c.args...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A list longer than a batch comes in several.
func TestLongLists(t *testing.T) {
	long := columnar.New(&sqltype.Array{Elem: sqltype.Int})
	for range 3 {
		at := long.Child[0].Len
		for i := range 10000 {
			columnar.AppendFixed(long.Child[0], int32(i))
		}
		long.AppendList(at)
	}
	f, _ := fn.Lookup("posexplode")
	sig, _ := f.Table.Resolve(&expr.Session{}, []expr.Arg{{Type: long.Type}})
	gen, made := sig.Make(), columnar.NewBatch(sig.Out)
	sel, skip, total := columnar.All(3), 0, 0
	for len(sel) > 0 {
		made.Reset()
		consumed, next, from, _ := gen(nil, []*columnar.Vector{long}, sel, made.Cols, nil, skip)
		if len(from) > columnar.MaxRows {
			t.Fatal("more than a batch")
		}
		for r := range from {
			if p, x := columnar.At[int32](made.Cols[0], r), columnar.At[int32](made.Cols[1], r); p != x || int(x) != total%10000 {
				t.Fatalf("row %d: place %d, element %d", total, p, x)
			}
			total++
		}
		sel, skip = sel[consumed:], next
	}
	if total != 30000 {
		t.Fatalf("%d rows", total)
	}
}

// BenchmarkExplodeSplit is the word count's first step: lines of 100 bytes
// into words.
func BenchmarkExplodeSplit(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	lines := columnar.New(sqltype.String)
	words := 0
	for range columnar.MaxRows {
		var line []byte
		for len(line) < 95 {
			for range 1 + r.IntN(10) {
				line = append(line, byte('a'+r.IntN(26)))
			}
			line = append(line, ' ')
			words++
		}
		words++
		lines.AppendText(line)
	}
	split, _ := fn.Lookup("split")
	col := &expr.Column{T: sqltype.String}
	n, err := expr.NewCall(&expr.Session{}, split.Scalar, []expr.Node{col, expr.Lit(" ", sqltype.String)}, sparkerr.Origin{})
	if err != nil {
		b.Fatal(err)
	}
	eval, err := expr.Compile(n, &expr.Context{})
	if err != nil {
		b.Fatal(err)
	}
	explode, _ := fn.Lookup("explode")
	sig, _ := explode.Table.Resolve(&expr.Session{}, []expr.Arg{{Type: n.Type()}})
	gen, made := sig.Make(), columnar.NewBatch(sig.Out)
	batch := &columnar.Batch{Cols: []*columnar.Vector{lines}, Len: lines.Len}
	from := make([]uint16, 0, columnar.MaxRows)
	b.ReportAllocs()
	b.SetBytes(int64(len(lines.Bytes)))
	for b.Loop() {
		v, err := eval.Eval(batch, nil)
		if err != nil {
			b.Fatal(err)
		}
		args := []*columnar.Vector{v}
		sel, skip := columnar.All(lines.Len), 0
		for len(sel) > 0 {
			made.Reset()
			var consumed int
			consumed, skip, _, _ = gen(nil, args, sel, made.Cols, from[:0], skip)
			sel = sel[consumed:]
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(words), "ns/word")
}
