package console

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sqltype"
)

var schema = sqltype.NewStruct(sqltype.F("word", sqltype.String), sqltype.F("count", sqltype.Long))

func open(t *testing.T, out *strings.Builder, o connector.Options) connector.Sink {
	t.Helper()
	s, err := Connector(out).Sink(context.Background(), connector.Request{Options: o, Schema: schema, Streaming: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, s connector.Sink, e connector.Epoch, task int, rows ...columnar.Row) connector.Receipt {
	t.Helper()
	b := columnar.NewBatch(schema)
	for _, r := range rows {
		for i, c := range b.Cols {
			c.AppendValue(r[i])
		}
		b.Len++
	}
	ctx := context.Background()
	w, err := s.Writer(ctx, e, task)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(ctx, b); err != nil {
		t.Fatal(err)
	}
	r, err := w.Prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// As Spark 4.3 printed it.
func TestPrints(t *testing.T) {
	var out strings.Builder
	s := open(t, &out, nil)
	second := write(t, s, 0, 1, columnar.Row{"owl", int64(1)})
	first := write(t, s, 0, 0, columnar.Row{"cat", int64(2)}, columnar.Row{nil, nil})
	if err := s.Commit(context.Background(), 0, []connector.Receipt{first, second}); err != nil {
		t.Fatal(err)
	}
	empty := write(t, s, 1, 0)
	if err := s.Commit(context.Background(), 1, []connector.Receipt{empty}); err != nil {
		t.Fatal(err)
	}
	want := `-------------------------------------------
Batch: 0
-------------------------------------------
+----+-----+
|word|count|
+----+-----+
| cat|    2|
|NULL| NULL|
| owl|    1|
+----+-----+

-------------------------------------------
Batch: 1
-------------------------------------------
+----+-----+
|word|count|
+----+-----+
+----+-----+

`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestNumRows(t *testing.T) {
	var out strings.Builder
	s := open(t, &out, connector.Options{"numrows": "1", "truncate": "false"})
	r := write(t, s, 7, 0, columnar.Row{"a", int64(1)}, columnar.Row{"b", int64(2)})
	if err := s.Commit(context.Background(), 7, []connector.Receipt{r}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "|a   |1    |\n+----+-----+\nonly showing top 1 row\n") {
		t.Errorf("got\n%s", out.String())
	}
	if err := s.Commit(context.Background(), 8, []connector.Receipt{r}); !errors.Is(err, connector.ErrLost) {
		t.Error("rows of another process:", err)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []connector.Options{{"numRows": "x"}, {"truncate": "10"}} {
		if _, err := Connector(nil).Sink(context.Background(), connector.Request{Options: o, Schema: schema}); err == nil {
			t.Error(o, "was taken")
		}
	}
}
