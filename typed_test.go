package spate_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/sparkerr"
)

type sale struct {
	Shop  string
	Item  *string
	Cents int64 `spate:"cents"`
}

func sales(t *testing.T) *spate.DataFrame {
	t.Helper()
	s, _ := newSession(t)
	return s.SQL("SELECT * FROM VALUES ('a', 'tea', 300, true), ('b', NULL, 50, false), ('a', 'jam', 450, true) AS s(shop, item, cents, paid)")
}

func TestTypedOperations(t *testing.T) {
	d := sales(t)
	type priced struct {
		Item string  `spate:"item"`
		Euro float64 `spate:"euro"`
	}
	type total struct {
		Shop  string
		Items []string
	}
	type place struct {
		Shop string
		Paid bool
	}
	name := func(x sale) string {
		if x.Item == nil {
			return "nothing"
		}
		return *x.Item
	}
	for what, c := range map[string]struct {
		frame *spate.DataFrame
		want  string
	}{
		"map":       {spate.Map(d, func(x sale) priced { return priced{name(x), float64(x.Cents) / 100} }).OrderBy("euro"), "item='nothing', euro=0.5; item='tea', euro=3; item='jam', euro=4.5"},
		"scalars":   {spate.Map(d.Select("cents"), func(c int64) int64 { return c * 2 }).OrderBy("value"), "value=100; value=600; value=900"},
		"flat map":  {spate.FlatMap(d, func(x sale) []string { return strings.Split(name(x), "") }).Distinct().OrderBy("value").Limit(3), "value='a'; value='e'; value='g'"},
		"nothing":   {spate.FlatMap(d, func(sale) []priced { return nil }), ""},
		"filter":    {spate.Filter(d, func(x sale) bool { return x.Cents > 100 && x.Shop == "a" }).OrderBy("cents"), "shop='a', item='tea', cents=300, paid=true; shop='a', item='jam', cents=450, paid=true"},
		"groups":    {spate.MapGroups(d.GroupBy("shop"), func(shop string, rows []sale) total { return total{shop, sorted(rows, name)} }).OrderBy("Shop"), "Shop='a', Items=['jam', 'tea']; Shop='b', Items=['nothing']"},
		"two keys":  {spate.MapGroups(d.GroupBy("shop", "paid"), func(k place, rows []sale) int { return len(rows) }).OrderBy("value"), "value=1; value=2"},
		"flat":      {spate.FlatMapGroups(d.GroupBy(spate.Col("cents").Gt(100)), func(big bool, rows []sale) []bool { return make([]bool, len(rows)) }).GroupBy("value").Count(), "value=false, count=3"},
		"then more": {spate.Map(spate.Map(d, func(x sale) priced { return priced{name(x), 1} }), func(p priced) float64 { return p.Euro }).Agg(spate.CallFunction("sum", "value").As("n")), "n=3"},
	} {
		if got := collect(t, c.frame); got != c.want {
			t.Errorf("%s: got %s, want %s", what, got, c.want)
		}
	}
}

func sorted(rows []sale, name func(sale) string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, name(r))
	}
	slices.Sort(out)
	return out
}

func TestTypedOperationsFail(t *testing.T) {
	d := sales(t)
	for class, frame := range map[string]*spate.DataFrame{
		"UNRESOLVED_COLUMN.WITH_SUGGESTION": spate.Map(d, func(x struct{ Nope string }) string { return x.Nope }),
		"ENCODER_NOT_FOUND":                 spate.Map(d, func(x struct{ Shop chan int }) string { return "" }),
		"FAILED_EXECUTE_UDF":                spate.Map(d, func(x sale) string { return *x.Item }),
		"NOT_NULL_ASSERT_VIOLATION":         spate.Map(d, func(x struct{ Item string }) string { return x.Item }),
		"WRONG_NUM_ARGS.WITHOUT_SUGGESTION": spate.Map(d, func(x int64) int64 { return x }),
	} {
		if _, err := frame.Collect(t.Context()); sparkerr.ClassOf(err) != class {
			t.Errorf("got %v, want %s", err, class)
		}
	}
	if err := spate.MapGroups(d.GroupBy("shop", "paid"), func(string, []sale) int { return 0 }).Err(); err == nil {
		t.Error("a string took two columns")
	}
}

func TestTypedStream(t *testing.T) {
	s, _ := newSession(t)
	views(t, s)
	type row struct {
		K string
		V int32
	}
	d := spate.Map(spate.Filter(s.SQL("SELECT * FROM STREAM jt"), func(r row) bool { return r.V > 1 }), func(r row) string { return strings.ToUpper(r.K) })
	q, err := d.WriteStream().Format("memory").QueryName("typed").Trigger(spate.AvailableNow()).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := q.AwaitTermination(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := collect(t, s.Table("typed")); got != "value='B'" {
		t.Error(got)
	}
}

func BenchmarkTypedMap(b *testing.B) {
	s := spate.NewSession()
	defer func() { _ = s.Stop(context.Background()) }()
	type in struct{ ID int64 }
	d := spate.Map(s.Range(0, 1<<16).ToDF("id"), func(x in) int64 { return x.ID ^ 7 }).Agg(spate.CallFunction("sum", "value"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Collect(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
