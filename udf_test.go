package spate_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/spatestream/spate"
	fn "github.com/spatestream/spate/functions"
)

func half(x float64) float64 { return x / 2 }

func TestScalarFunctions(t *testing.T) {
	s, _ := newSession(t)
	age := int32(36)
	d := s.CreateDataFrame([]person{{Name: "Ada", Age: &age, Tags: []string{"x", "y"}, Home: address{City: "Rome"}}, {Name: "Bob", Home: address{City: "Bonn"}}}).OrderBy("name")
	for name, c := range map[string]struct {
		column spate.Column
		want   string
	}{
		"nulls are skipped": {spate.UDF1(func(a int32) int32 { return a + 1 }).Call("age"), "37 <nil>"},
		"pointers see nulls": {spate.UDF1(func(a *int32) string {
			if a == nil {
				return "none"
			}
			return fmt.Sprint(*a)
		}).Call("age"), "36 none"},
		"two arguments":     {spate.UDF2(func(a string, b int64) string { return strings.Repeat(a, int(b)) }).Call("name", fn.Lit(2)), "AdaAda BobBob"},
		"structs":           {spate.UDF1(func(a address) string { return strings.ToUpper(a.City) }).Call("Home"), "ROME BONN"},
		"slices":            {spate.UDF1(func(a []string) int { return len(a) }).Call("Tags"), "2 0"},
		"constants":         {spate.UDF1(half).Call(fn.Lit(3)), "1.5 1.5"},
		"a pointer as null": {spate.UDF1(func(s string) *string { return nil }).Call("name"), "<nil> <nil>"},
		"five": {spate.UDF5(func(a, b, c, d, e int64) int64 { return a + b + c + d + e }).
			Call(fn.Lit(1), fn.Lit(2), fn.Lit(3), fn.Lit(4), fn.Lit(5)), "15 15"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := d.Select(c.column).Collect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(rows[0].Get(0), " ", rows[1].Get(0)); got != c.want && strings.ReplaceAll(got, "  ", " ") != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFunctionsInSQL(t *testing.T) {
	s, _ := newSession(t)
	if err := s.RegisterFunc("half", spate.UDF1(half)); err != nil {
		t.Fatal(err)
	}
	row, _, err := s.SQL("SELECT half(id) AS h FROM range(4) WHERE half(id) > 1").First(t.Context())
	if err != nil || row.Field("h") != 1.5 {
		t.Error(row, err)
	}
	columns, err := s.Range(0, 1).Select(spate.UDF1(half).Call("id")).Columns()
	if err != nil || columns[0] != "half(id)" {
		t.Error(columns, err)
	}
	_, err = s.SQL("SELECT half('a', 1)").Schema()
	wantClass(t, err, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
	_, err = s.Range(0, 1).Select(spate.UDF1(half).Call(fn.Array("id"))).Schema()
	wantClass(t, err, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE")
	wantClass(t, s.RegisterFunc("bad", spate.UDF1(func(chan int) int { return 0 })), "ENCODER_NOT_FOUND")
}

func TestFailingFunctions(t *testing.T) {
	s, _ := newSession(t)
	for name, f := range map[string]*spate.UserFunc{
		"error": spate.TryUDF1(func(x int64) (int64, error) {
			if x == 2 {
				return 0, errors.New("no twos")
			}
			return x, nil
		}),
		"panic": spate.UDF1(func(x int64) int64 {
			if x == 2 {
				panic("no twos")
			}
			return x
		}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Range(0, 4).Select(f.Call("id")).Collect(t.Context())
			e := wantClass(t, err, "FAILED_EXECUTE_UDF")
			if !strings.HasSuffix(e.Origin.File, "udf_test.go") || e.Origin.Line == 0 || !strings.Contains(e.Error(), "no twos") {
				t.Error(e, e.Origin)
			}
		})
	}
}

type mean struct {
	Sum   float64
	Count int64
}

func geometric() spate.Aggregator[float64, mean, *float64] {
	return spate.Aggregator[float64, mean, *float64]{
		Name:   "geometric_mean",
		Zero:   func() mean { return mean{} },
		Reduce: func(b mean, x float64) mean { return mean{b.Sum + math.Log(x), b.Count + 1} },
		Merge:  func(a, b mean) mean { return mean{a.Sum + b.Sum, a.Count + b.Count} },
		Finish: func(b mean) *float64 {
			if b.Count == 0 {
				return nil
			}
			g := math.Round(math.Exp(b.Sum / float64(b.Count)))
			return &g
		},
	}
}

type weighted struct {
	X *float64
	W float64
}

func TestAggregateFunctions(t *testing.T) {
	s, _ := newSession(t)
	d := s.SQL("SELECT * FROM VALUES ('a', 1D), ('a', 4D), ('b', 9D), ('b', NULL), ('c', NULL) AS t(k, x)")
	got := show(t, d.GroupBy("k").Agg(spate.UDAF(geometric()).Call("x").As("g")).OrderBy("k"))
	want := strings.TrimSpace(`
+---+----+
|  k|   g|
+---+----+
|  a| 2.0|
|  b| 9.0|
|  c|NULL|
+---+----+`)
	if strings.TrimSpace(got) != want {
		t.Errorf("got\n%s", got)
	}
	sum := spate.UDAF(spate.Aggregator[weighted, float64, float64]{
		Zero: func() float64 { return 0 },
		Reduce: func(b float64, x weighted) float64 {
			if x.X == nil {
				return b + 1000
			}
			return b + *x.X*x.W
		},
		Merge:  func(a, b float64) float64 { return a + b },
		Finish: func(b float64) float64 { return b },
	})
	row, _, err := d.Agg(sum.Call("x", fn.Lit(2.0))).First(t.Context())
	if err != nil || row.Get(0) != 2028.0 {
		t.Error(row, err)
	}
}

// TestAggregateOfStream keeps the buffers in the query's state.
func TestAggregateOfStream(t *testing.T) {
	in := lines()
	s, _ := newSession(t, spate.Connectors(in))
	longest := spate.UDAF(spate.Aggregator[string, []string, []string]{
		Zero:   func() []string { return []string{} },
		Reduce: func(b []string, x string) []string { return append(b, x) },
		Merge:  func(a, b []string) []string { return append(a, b...) },
		Finish: func(b []string) []string { return b },
	})
	q := startMemory(t, s.ReadStream().Format("lines").Load().GroupBy(fn.Expr("left(value, 1)").As("k")).Agg(fn.Expr("count(*)").As("n"), longest.Call("value").As("all")), "complete")
	for i, text := range []string{"ab", "b", "ac", "ad"} {
		in.Add(line(text, int64(i)))
		process(t, q)
	}
	rows, err := s.Table("q").OrderBy("k").Collect(t.Context())
	if err != nil || len(rows) != 2 || fmt.Sprint(rows[0].Get(2)) != "[ab ac ad]" {
		t.Error(rows, err)
	}
}

func TestTableFunctions(t *testing.T) {
	s, _ := newSession(t)
	type part struct {
		Word string `spate:"word"`
		At   int32  `spate:"at"`
	}
	words := spate.UDTF1(func(line string) []part {
		var out []part
		for i, w := range strings.Fields(line) {
			out = append(out, part{w, int32(i)})
		}
		return out
	})
	d := s.CreateDataFrame([]string{"a b", "", "c"})
	got := show(t, d.Select("value", words.Call("value")))
	want := strings.TrimSpace(`
+-----+----+---+
|value|word| at|
+-----+----+---+
|  a b|   a|  0|
|  a b|   b|  1|
|    c|   c|  0|
+-----+----+---+`)
	if strings.TrimSpace(got) != want {
		t.Errorf("got\n%s", got)
	}
	count := spate.UDTF1(func(n int64) []int64 { return make([]int64, n) })
	if n, err := s.CreateDataFrame([]int64{20000, 3, 9000}).Select(count.Call("value")).Count(t.Context()); n != 29003 || err != nil {
		t.Error(n, err)
	}
}
