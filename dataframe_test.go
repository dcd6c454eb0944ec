package spate_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate"
)

func TestDataFrame(t *testing.T) {
	s, _ := newSession(t)
	numbers := s.Range(0, 6)
	people := s.SQL("SELECT * FROM VALUES (1, 'Ada', 36), (2, 'Bob', NULL), (3, 'Cy', 20) AS p(id, name, age)")
	for name, c := range map[string]struct {
		frame *spate.DataFrame
		want  string
	}{
		"select": {numbers.Select("id", spate.Col("id").Times(2).As("twice")).Where("twice > 6"), `
+---+-----+
| id|twice|
+---+-----+
|  4|    8|
|  5|   10|
+---+-----+`},
		"group": {numbers.GroupBy(spate.Col("id").Mod(2).As("odd")).Agg(spate.CallFunction("sum", "id").As("s")).OrderBy("odd"), `
+---+---+
|odd|  s|
+---+---+
|  0|  6|
|  1|  9|
+---+---+`},
		"count": {numbers.GroupBy(spate.Col("id").Mod(2).As("odd")).Count().OrderBy(spate.Col("odd").Desc()), `
+---+-----+
|odd|count|
+---+-----+
|  1|    3|
|  0|    3|
+---+-----+`},
		"sort below the list": {people.Select("name").OrderBy("id"), `
+----+
|name|
+----+
| Ada|
| Bob|
|  Cy|
+----+`},
		"case and nulls": {people.Select("name", spate.When(spate.Col("age").Gt(30), "old").When(spate.Col("age").IsNull(), "unknown").Otherwise("young").As("kind")).OrderBy("name"), `
+----+-------+
|name|   kind|
+----+-------+
| Ada|    old|
| Bob|unknown|
|  Cy|  young|
+----+-------+`},
		"join on a name": {people.Join(numbers, "id", "left").Select("id", "name").OrderBy("id").Limit(2), `
+---+----+
| id|name|
+---+----+
|  1| Ada|
|  2| Bob|
+---+----+`},
		"join on frames' columns": {people.Join(numbers, people.Col("id").Eq(numbers.Col("id").Plus(1))).Select(people.Col("id"), numbers.Col("id").As("n")).OrderBy("n").Limit(1), `
+---+---+
| id|  n|
+---+---+
|  1|  0|
+---+---+`},
		"columns": {people.WithColumn("age", spate.Col("age").Plus(1)).WithColumnRenamed("name", "who").Drop("id").Where(spate.Col("who").IsIn("Ada", "Bob")).OrderBy("who"), `
+---+----+
|who| age|
+---+----+
|Ada|  37|
|Bob|NULL|
+---+----+`},
		"union by name": {people.Select("id").UnionByName(numbers.Select("id", spate.Lit("n").As("src")).Limit(1), true).OrderBy("id").Limit(2), `
+---+----+
| id| src|
+---+----+
|  0|   n|
|  1|NULL|
+---+----+`},
		"pivot": {people.GroupBy().Pivot("name").Sum("age"), `
+---+----+---+
|Ada| Bob| Cy|
+---+----+---+
| 36|NULL| 20|
+---+----+---+`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.TrimSpace(show(t, c.frame)); got != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant%s", got, c.want)
			}
		})
	}
}

func TestActions(t *testing.T) {
	s, out := newSession(t)
	d := s.Range(0, 5)
	if n, err := d.Count(t.Context()); n != 5 || err != nil {
		t.Error(n, err)
	}
	row, ok, err := d.Where("id = 3").First(t.Context())
	if !ok || err != nil || row.Field("ID") != int64(3) || row.String() != "Row(id=3)" {
		t.Error(row, ok, err)
	}
	if _, ok, err := d.Where("id > 9").First(t.Context()); ok || err != nil {
		t.Error(ok, err)
	}
	if err := d.PrintSchema(); err != nil || out.String() != "root\n |-- id: long (nullable = false)\n\n" {
		t.Errorf("%q %v", out, err)
	}
	if err := d.CreateTempView("n"); err != nil {
		t.Fatal(err)
	}
	wantClass(t, d.CreateTempView("n"), "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS")
	if n, err := s.SQL("SELECT * FROM n WHERE id < 2").Count(t.Context()); n != 2 || err != nil {
		t.Error(n, err)
	}
	if tail, err := s.Table("n").Tail(t.Context(), 2); err != nil || len(tail) != 2 || tail[1].Get(0) != int64(4) {
		t.Error(tail, err)
	}
}

func TestErrorsPointAtTheCall(t *testing.T) {
	s, _ := newSession(t, spate.Conf("spark.sql.warehouse.dir", filepath.ToSlash(t.TempDir())))
	for class, err := range map[string]error{
		"UNRESOLVED_COLUMN.WITH_SUGGESTION": firstError(s.Range(0, 3).Select("od")),
		"NOT_COLUMN_OR_STR":                 firstError(s.Range(0, 3).Select(42).Where("id > 1")),
		"UNSUPPORTED_JOIN_TYPE":             firstError(s.Range(0, 3).Join(s.Range(0, 2), "id", "sideways")),
		"INVALID_ATTRIBUTE_NAME_SYNTAX":     firstError(s.Range(0, 3).Select(spate.Col("a`b"))),
		"UNRESOLVED_ROUTINE":                firstError(s.Range(0, 3).Select(spate.CallFunction("nothing", "id"))),
		"PARSE_SYNTAX_ERROR":                firstError(s.Range(0, 3).Where("id >")),
		"TABLE_OR_VIEW_ALREADY_EXISTS":      firstError(s.SQL("CREATE TABLE t (a INT) USING json").Session().SQL("CREATE TABLE t (a INT) USING json")),
		"UNSUPPORTED_FEATURE.LITERAL_TYPE":  firstError(s.Range(0, 3).Select(spate.Lit(struct{}{}))),
	} {
		e := wantClass(t, err, class)
		if !strings.HasSuffix(e.Origin.File, "dataframe_test.go") || e.SQLState() == "" && class != "NOT_COLUMN_OR_STR" {
			t.Errorf("%s: the error points at %v, SQLSTATE %q", class, e.Origin, e.SQLState())
		}
	}
}

func firstError(d *spate.DataFrame) error {
	_, err := d.Schema()
	return err
}
