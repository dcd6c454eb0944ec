package spate_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate"
	fn "github.com/spatestream/spate/functions"
)

func TestNulls(t *testing.T) {
	s, _ := newSession(t)
	d := s.SQL("SELECT * FROM VALUES (1, 'a', 1D), (2, NULL, double('NaN')), (NULL, NULL, NULL) AS t(i, s, x)")
	for name, c := range map[string]struct {
		frame *spate.DataFrame
		want  string
	}{
		"drop":        {d.NA().Drop(), "[Row(i=1, s='a', x=1)]"},
		"drop all":    {d.NA().DropAll().Select("i"), "[Row(i=1) Row(i=2)]"},
		"drop of one": {d.NA().Drop("i").Select("i"), "[Row(i=1) Row(i=2)]"},
		"numbers":     {d.NA().Fill(7), "[Row(i=1, s='a', x=1) Row(i=2, s=NULL, x=7) Row(i=7, s=NULL, x=7)]"},
		"texts":       {d.NA().Fill("?").Select("s"), "[Row(s='a') Row(s='?') Row(s='?')]"},
	} {
		rows, err := c.frame.Collect(t.Context())
		if got := fmt.Sprint(rows); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, c.want)
		}
	}
	wantClass(t, d.NA().Drop("nothing").Err(), "UNRESOLVED_COLUMN.WITH_SUGGESTION")
}

func TestDescribe(t *testing.T) {
	s, _ := newSession(t)
	got := strings.TrimSpace(show(t, s.CreateDataFrame([]struct {
		Name string
		Age  int32
	}{{"Ada", 10}, {"Bob", 20}}).Describe()))
	want := strings.TrimSpace(`
+-------+----+------------------+
|summary|Name|               Age|
+-------+----+------------------+
|  count|   2|                 2|
|   mean|NULL|              15.0|
| stddev|NULL|7.0710678118654755|
|    min| Ada|                10|
|    max| Bob|                20|
+-------+----+------------------+`)
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestCatalogAndConf(t *testing.T) {
	s, _ := newSession(t)
	if err := s.Range(0, 1).CreateTempView("v"); err != nil {
		t.Fatal(err)
	}
	tables, err := s.Catalog().ListTables()
	if err != nil || fmt.Sprint(tables) != "[{ v true}]" || !s.Catalog().TableExists("v") {
		t.Error(tables, err)
	}
	if !s.Catalog().DropTempView("v") || s.Catalog().TableExists("v") {
		t.Error("the view stays")
	}
	if err := s.Conf().Set("spark.sql.shuffle.partitions", "3"); err != nil || s.Conf().Get("spark.sql.shuffle.partitions") != "3" {
		t.Error(err)
	}
	wantClass(t, s.Conf().Set("spate.paralelism", "3"), "INVALID_CONF_VALUE.UNKNOWN_KEY")
	if name, err := s.Catalog().CurrentDatabase(); name != "default" || err != nil {
		t.Error(name, err)
	}
}

func TestWriters(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	s, _ := newSession(t, spate.Conf("spark.sql.warehouse.dir", dir+"/warehouse"))
	d := s.Range(0, 4).Select("id", spate.Col("id").Mod(2).As("odd"))
	if err := d.Write().PartitionBy("odd").JSON(t.Context(), dir+"/out"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Read().JSON(dir + "/out").Where("odd = 1").Count(t.Context()); n != 2 || err != nil {
		t.Error(n, err)
	}
	wantClass(t, d.Write().JSON(t.Context(), dir+"/out"), "PATH_ALREADY_EXISTS")
	wantClass(t, d.Write().Mode("sideways").JSON(t.Context(), dir+"/x"), "INVALID_SAVE_MODE")
	for range 2 {
		if err := d.Write().Format("json").Mode("append").SaveAsTable(t.Context(), "t"); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Table("t").Count(t.Context()); n != 8 || err != nil {
		t.Error(n, err)
	}
	if err := d.Write().InsertInto(t.Context(), "t", true); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Table("t").Count(t.Context()); n != 4 || err != nil {
		t.Error(n, err)
	}
}

// TestFilesToTable streams files through a table: everything available, twice,
// from one checkpoint.
func TestFilesToTable(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	s, _ := newSession(t, spate.Conf("spark.sql.warehouse.dir", dir+"/warehouse"))
	write := func(name, text string) {
		if err := os.MkdirAll(dir+"/in", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/in/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func() {
		q, err := s.ReadStream().Schema("id BIGINT").JSON(dir+"/in").WriteStream().Format("json").
			Option("checkpointLocation", dir+"/ckpt").Trigger(spate.AvailableNow()).ToTable(t.Context(), "ids")
		if err != nil {
			t.Fatal(err)
		}
		if err := q.AwaitTermination(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	write("a.json", "{\"id\": 1}\n{\"id\": 2}\n")
	run()
	write("b.json", "{\"id\": 3}\n")
	run()
	if row, _, err := s.Table("ids").Agg(fn.Sum("id"), fn.Count("*")).First(t.Context()); err != nil || row.Get(0) != int64(6) || row.Get(1) != int64(3) {
		t.Error(row, err)
	}
}

func ExampleDataFrame_GroupBy() {
	ctx := context.Background()
	s := spate.NewSession()
	defer s.Stop(ctx)
	type sale struct {
		City   string  `spate:"city"`
		Amount float64 `spate:"amount"`
	}
	sales := s.CreateDataFrame([]sale{{"Rome", 10}, {"Bonn", 5}, {"Rome", 2.5}})
	err := sales.GroupBy("city").Agg(fn.Sum("amount").As("total")).OrderBy("city").Show(ctx)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// +----+-----+
	// |city|total|
	// +----+-----+
	// |Bonn|  5.0|
	// |Rome| 12.5|
	// +----+-----+
}

func ExampleUDF1() {
	ctx := context.Background()
	s := spate.NewSession()
	defer s.Stop(ctx)
	shout := spate.UDF1(func(text string) string { return strings.ToUpper(text) + "!" }).Named("shout")
	if err := s.CreateDataFrame([]string{"hello"}).Select(shout.Call("value")).Show(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// +------------+
	// |shout(value)|
	// +------------+
	// |      HELLO!|
	// +------------+
}

func ExampleToStructs() {
	ctx := context.Background()
	s := spate.NewSession()
	defer s.Stop(ctx)
	type square struct{ ID, Square int64 }
	squares, err := spate.ToStructs[square](ctx, s.Range(1, 4).WithColumn("square", spate.Col("id").Times(spate.Col("id"))))
	fmt.Println(squares, err)
	// Output: [{1 1} {2 4} {3 9}] <nil>
}

func TestReshape(t *testing.T) {
	s, _ := newSession(t)
	d := s.SQL("SELECT * FROM VALUES (1, 10, 20) AS t(id, a, b)")
	rows, err := d.Unpivot([]any{"id"}, []any{"a", "b"}, "name", "n").Collect(t.Context())
	if err != nil || fmt.Sprint(rows) != "[Row(id=1, name='a', n=10) Row(id=1, name='b', n=20)]" {
		t.Error(rows, err)
	}
	if names, err := d.Select(d.ColRegex("[ab]")).Columns(); err != nil || fmt.Sprint(names) != "[a b]" {
		t.Error(names, err)
	}
	total := int64(0)
	for _, part := range s.Range(0, 1000).RandomSplit([]float64{1, 3}, 7) {
		n, err := part.Count(t.Context())
		if err != nil || n < 150 {
			t.Error(n, err)
		}
		total += n
	}
	if total != 1000 {
		t.Errorf("the parts have %d rows", total)
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	s := spate.NewSession(spate.Conf("spate.parallelism", "many"))
	defer s.Stop(t.Context())
	if _, err := s.Range(0, 1).Count(t.Context()); err == nil || !strings.Contains(err.Error(), "spate.parallelism") {
		t.Error(err)
	}
}
