package session

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

func newTestSession(t *testing.T) *Session {
	t.Helper()
	e := &env.Env{Clock: env.System{}, Seed: 1, FS: vfs.OS(1), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	n := 0
	s, err := New(Config{Env: e, NewID: func() string { n++; return fmt.Sprintf("id-%d", n) }, TempDir: t.TempDir(),
		Conf:  map[string]string{"spark.sql.session.timeZone": "UTC", "spark.sql.warehouse.dir": t.TempDir()},
		Spill: func() (memory.Space, error) { return memory.NewSpace(e.FS, t.TempDir()), nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask runs a statement and returns its rows as text: cells joined by |, rows by
// line feeds.
func ask(s *Session, sql string) (string, error) {
	ctx := context.Background()
	r, err := s.SQL(ctx, sql)
	if err != nil {
		return "", err
	}
	var out []string
	p := s.Printer(render.Hive)
	err = s.Execute(ctx, r, func(b *columnar.Batch) error {
		for k := range b.Rows() {
			var cells []string
			for _, c := range b.Cols {
				cells = append(cells, string(p.Append(nil, c, b.RowAt(k))))
			}
			out = append(out, strings.Join(cells, "|"))
		}
		return nil
	})
	return strings.Join(out, "\n"), err
}

func TestQueries(t *testing.T) {
	s := newTestSession(t)
	for _, c := range []struct{ sql, want string }{
		{"SELECT 1 + 1 AS two, 'a' AS a", "2|a"},
		{"SELECT id FROM range(3) ORDER BY id DESC", "2\n1\n0"},
		{"SELECT count(*), sum(id) FROM range(10)", "10|45"},
		{"SELECT k, sum(v) FROM VALUES ('a', 1), ('b', 2), ('a', 3) AS t(k, v) GROUP BY k ORDER BY k", "a|4\nb|2"},
		{"SELECT a.id, b.x FROM range(3) a LEFT JOIN (VALUES (1L, 'x')) AS b(id, x) ON a.id = b.id ORDER BY a.id", "0|NULL\n1|x\n2|NULL"},
		{"SELECT id FROM range(10) WHERE id % 3 = 0 ORDER BY id LIMIT 2 OFFSET 1", "3\n6"},
		{"SELECT x FROM VALUES (1), (2) t(x) WHERE x IN (SELECT id FROM range(2)) ", "1"},
		{"SELECT DISTINCT id % 2 AS p FROM range(5) ORDER BY p", "0\n1"},
		{"SELECT DISTINCT v FROM VALUES (-0.0D), (0.0D) AS t(v)", "0.0"},
		{"SELECT v, count(*) FROM VALUES (float(-0.0)), (float(1)) AS t(v) GROUP BY v ORDER BY v", "0.0|1\n1.0|1"},
		{"SELECT id FROM range(3) UNION ALL SELECT 7 ORDER BY id", "0\n1\n2\n7"},
		{"WITH t AS (SELECT id AS x FROM range(2)) SELECT sum(x) FROM t", "1"},
		{"SELECT CASE WHEN id > 1 THEN 'big' ELSE 'small' END AS c FROM range(3) ORDER BY id", "small\nsmall\nbig"},
		{"SELECT (SELECT max(id) FROM range(4)) AS m", "3"},
	} {
		got, err := ask(s, c.sql)
		if err != nil || got != c.want {
			t.Errorf("%s\ngot  %q %v\nwant %q", c.sql, got, err, c.want)
		}
	}
}

func TestStatements(t *testing.T) {
	s := newTestSession(t)
	for _, c := range []struct{ sql, want string }{
		{"CREATE TEMP VIEW v AS SELECT id AS a, id * 2 AS b FROM range(3)", ""},
		{"SELECT sum(b) FROM v", "6"},
		{"SHOW TABLES", "|v|true"},
		{"DESCRIBE v", "a|bigint|NULL\nb|bigint|NULL"},
		{"SET spark.sql.ansi.enabled=false", "spark.sql.ansi.enabled|false"},
		{"SELECT 1/0", "NULL"},
		{"SET spark.sql.ansi.enabled", "spark.sql.ansi.enabled|false"},
		{"CREATE DATABASE d", ""},
		{"USE d", ""},
		{"SHOW DATABASES", "d\ndefault"},
		{"DROP VIEW v", ""},
		{"SHOW TABLES", ""},
	} {
		got, err := ask(s, c.sql)
		if err != nil || got != c.want {
			t.Errorf("%s\ngot  %q %v\nwant %q", c.sql, got, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	s := newTestSession(t)
	for _, c := range []struct{ sql, class string }{
		{"SELEC 1", "PARSE_SYNTAX_ERROR"},
		{"SELECT x FROM range(1)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"},
		{"SELECT * FROM nowhere", "TABLE_OR_VIEW_NOT_FOUND"},
		{"SELECT nofunction(1)", "UNRESOLVED_ROUTINE"},
		{"SELECT 1/0", "DIVIDE_BY_ZERO"},
		{"SELECT id, count(*) FROM range(2)", "MISSING_GROUP_BY"},
		{"SELECT (SELECT id FROM range(2))", "SCALAR_SUBQUERY_TOO_MANY_ROWS"},
		{"SET spate.memory.buget=1g", "INVALID_CONF_VALUE.UNKNOWN_KEY"},
		{"DROP TABLE t", "TABLE_OR_VIEW_NOT_FOUND"},
	} {
		if _, err := ask(s, c.sql); sparkerr.ClassOf(err) != c.class {
			t.Errorf("%s: got %v, want %s", c.sql, err, c.class)
		}
	}
}

func TestGuardNamesThePlace(t *testing.T) {
	fail := func() (err error) {
		defer guard(&err)
		var rows []int
		_ = rows[3]
		return nil
	}
	err := fail()
	if sparkerr.ClassOf(err) != "INTERNAL_ERROR" || !strings.Contains(err.Error(), "TestGuardNamesThePlace") {
		t.Errorf("got %v", err)
	}
}
