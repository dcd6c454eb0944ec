package spate_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/connector/file/parquet"
	"github.com/spatestream/spate/sparkerr"
)

// views is a folder of JSON files; the expected results are those of Spark 4.3
// over the same files.
func views(t *testing.T, s *spate.Session) *spate.DataFrame {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "p=a b", "x 1%.json")
	text := `{"k":"a","v":1,"ts":"2026-01-01T00:00:01Z"}` + "\n" + `{"k":"b","v":2,"ts":"2026-01-01T00:00:02Z"}` + "\n"
	at := time.Date(2026, 1, 1, 0, 0, 0, 123_456_000, time.UTC)
	for _, err := range []error{os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644), os.Chtimes(file, at, at)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SQL("CREATE TABLE jt (k STRING, v INT, ts TIMESTAMP) USING json OPTIONS (path '" + dir + "')").Err(); err != nil {
		t.Fatal(err)
	}
	return s.Read().Schema("k STRING, v INT, ts TIMESTAMP").Format("json").Load(dir)
}

func collect(t *testing.T, d *spate.DataFrame) string {
	t.Helper()
	rows, err := d.Collect(context.Background())
	if err != nil {
		return sparkerr.ClassOf(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(r.String(), "Row("), ")"))
	}
	return strings.Join(out, "; ")
}

func TestMetadataColumn(t *testing.T) {
	s, _ := newSession(t)
	j := views(t, s)
	if err := j.CreateTempView("jv"); err != nil {
		t.Fatal(err)
	}
	const name = "file_name='x%201%25.json'"
	const twice = name + "; " + name
	for query, want := range map[string]string{
		"SELECT _metadata.file_name FROM jt":     twice,
		"SELECT x._metadata.file_name FROM jt x": twice,
		"SELECT _metadata.nope FROM jt":          "FIELD_NOT_FOUND",
		"SELECT _metadata.file_name n FROM jt WHERE _metadata.file_size > 1 ORDER BY _metadata.file_name LIMIT 1":  "n='x%201%25.json'",
		"SELECT _metadata.file_name, count(*) c FROM jt GROUP BY _metadata.file_name":                              name + ", c=2",
		"SELECT k FROM jt ORDER BY _metadata.file_name, k":                                                         "k='a'; k='b'",
		"SELECT _metadata.file_name FROM jv":                                                                       "UNRESOLVED_COLUMN.WITH_SUGGESTION",
		"WITH c AS (SELECT * FROM jt) SELECT _metadata.file_name FROM c":                                           "UNRESOLVED_COLUMN.WITH_SUGGESTION",
		"SELECT _metadata.file_name FROM jt a JOIN jt b USING (k)":                                                 "UNRESOLVED_COLUMN.WITH_SUGGESTION",
		"SELECT _metadata.file_block_start, _metadata.file_block_length, _metadata.file_modification_time FROM jt": "file_block_start=0, file_block_length=88, file_modification_time=2026-01-01 00:00:00.123; file_block_start=0, file_block_length=88, file_modification_time=2026-01-01 00:00:00.123",
		"SELECT *, _metadata.file_size FROM jt WHERE v > 1":                                                        "k='b', v=2, ts=2026-01-01 00:00:02, p='a b', file_size=88",
		"SELECT max(_metadata).file_name FROM jt":                                                                  "max(_metadata).file_name='x%201%25.json'",
		"SELECT DISTINCT _metadata FROM jt WHERE _metadata.file_path LIKE 'file:/%/p=a\\%20b/x\\%201\\%25.json'":   "",
	} {
		got := collect(t, s.SQL(query))
		if want == "" && got != "" && !strings.Contains(got, ";") || got == want {
			continue
		}
		t.Errorf("%s\ngot  %s\nwant %s", query, got, want)
	}
	for what, c := range map[string]struct {
		frame *spate.DataFrame
		want  string
	}{
		"columns":  {j.Where("v > 1"), "k='b', v=2, ts=2026-01-01 00:00:02, p='a b'"},
		"after":    {j.Where("v > 1").Limit(5).Select("_metadata.file_name"), name},
		"alias":    {j.Alias("q").Limit(1).Select("q._metadata.file_name"), name},
		"column":   {j.WithColumn("f", spate.Col("_metadata.file_size")).WithColumn("f", spate.Col("f").Plus(1)).Select("f", "_metadata.file_name").Limit(1), "f=89, " + name},
		"distinct": {j.Select("k").Distinct().Select("k", spate.Lit(1).As("one")).OrderBy("k"), "k='a', one=1; k='b', one=1"},
	} {
		if got := collect(t, c.frame); got != c.want {
			t.Errorf("%s: got %s, want %s", what, got, c.want)
		}
	}
}

func TestRowIndexOfParquet(t *testing.T) {
	s := spate.NewSession(spate.Connectors(parquet.Connector()))
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	dir := t.TempDir()
	ctx := context.Background()
	n := 20000 // several batches
	if err := s.Range(0, int64(n)).Coalesce(1).Write().Mode("overwrite").Format("parquet").Save(ctx, dir); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Read().Format("parquet").Load(dir).Where("id % 5000 = 4999").Select("id", "_metadata.row_index", "_metadata").OrderBy("id").Collect(ctx)
	if err != nil || len(rows) != n/5000 {
		t.Fatal(rows, err)
	}
	for _, r := range rows {
		if r.Get(0) != r.Get(1) || r.Get(2).(spate.Row).Field("row_index") != r.Get(0) || !strings.HasSuffix(fmt.Sprint(r.Get(2).(spate.Row).Field("file_name")), ".parquet") {
			t.Error(r)
		}
	}
}
