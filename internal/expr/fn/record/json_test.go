package record

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/csv"
	"github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

func none(string) (string, bool) { return "", false }

// Whatever rows are selected, each is what it is alone.
func TestRowsDecodeAlone(t *testing.T) {
	s, err := sqltype.ParseDDL("a STRING, b INT, _corrupt_record STRING")
	if err != nil {
		t.Fatal(err)
	}
	jo, err := json.ParseOptions(none, "UTC")
	if err != nil {
		t.Fatal(err)
	}
	co, err := csv.ParseOptions(none, "UTC")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		make  func() expr.Kernel
		texts []string
	}{
		"json": {func() expr.Kernel { return readStructs(s, jo) }, []string{`{"a":"x","b":1}`, `{"a":"y","b":22}`, `{"b":1,"a":"a long text of many bytes"}`, ``, ` `, `{`, `[]`,
			`[{"a":"first"},{"a":"second"}]`, `[{"a":"first"},{`, `{"a":"\u00e9","b":"no"}`, `{"a":null,"b":3}`, `nothing`}},
		"csv": {func() expr.Kernel { return readCSV(s, co) }, []string{"x,1", "y,22", "", " ", `"quoted, too",3`, "x,no", "x,1,2", ","}},
	} {
		kernel := c.make()
		for range 100 {
			n := 1 + r.IntN(300)
			in := columnar.New(sqltype.String)
			var sel []uint16
			for i := range n {
				in.AppendText([]byte(c.texts[r.IntN(len(c.texts))]))
				if r.IntN(3) > 0 {
					sel = append(sel, uint16(i))
				}
			}
			if r.IntN(2) == 0 || len(sel) == 0 {
				sel = nil
			}
			got := run(t, kernel, in, sel, s)
			for k, v := range got {
				i := k
				if sel != nil {
					i = int(sel[k])
				}
				one := columnar.New(sqltype.String)
				one.AppendText(in.Text(i))
				if want := run(t, c.make(), one, nil, s)[0]; v != want {
					t.Fatalf("%s: row %d, %q: %s, alone %s", name, i, in.Text(i), v, want)
				}
			}
		}
	}
}

func run(t *testing.T, k expr.Kernel, in *columnar.Vector, sel []uint16, s *sqltype.Struct) (values []string) {
	t.Helper()
	out := columnar.New(s)
	out.Resize(in.Len)
	if err := k(nil, []*columnar.Vector{in}, sel, in.Len, out); err != nil {
		t.Fatal(err)
	}
	if sel == nil {
		sel = columnar.All(in.Len)
	}
	for _, i := range sel {
		values = append(values, fmt.Sprint(out.Value(int(i))))
	}
	return values
}

// BenchmarkFromJSON decodes 64 Ki records of three fields.
func BenchmarkFromJSON(b *testing.B) {
	s, err := sqltype.ParseDDL("user STRING, kind STRING, at BIGINT")
	if err != nil {
		b.Fatal(err)
	}
	o, err := json.ParseOptions(none, "UTC")
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var batches []*columnar.Vector
	for range 8 {
		v := columnar.New(sqltype.String)
		for range columnar.MaxRows {
			v.AppendText(fmt.Appendf(nil, `{"user": "%016x", "kind": "%s", "at": %d}`, r.Uint64(), []string{"view", "click", "purchase"}[r.IntN(3)], 1_700_000_000_000+r.Int64N(1e9)))
		}
		batches = append(batches, v)
	}
	k, out := readStructs(s, o), columnar.New(s)
	b.ReportAllocs()
	for b.Loop() {
		for _, v := range batches {
			out.Resize(v.Len)
			if err := k(nil, []*columnar.Vector{v}, nil, v.Len, out); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*8*columnar.MaxRows), "ns/record")
}
