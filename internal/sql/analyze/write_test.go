package analyze_test

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/sqltest"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func TestWrite(t *testing.T) {
	schema, err := sqltype.ParseDDL("i INT, s STRING, d DATE")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query, columns string
		byName         bool
		class, plan    string
	}{
		{"SELECT 1, 'x', DATE'2024-01-01'", "", false, "", "1 AS i, x AS s, DATE '2024-01-01' AS d"},
		{"SELECT 1L, 2, TIMESTAMP'2024-01-01 00:00:00'", "", false, "", "1 AS i, 2 AS s, TIMESTAMP '2024-01-01 00:00:00' AS d"},
		{"SELECT 'x', 1", "s,i", false, "", "1 AS i, x AS s, NULL AS d"},
		{"SELECT 'x' AS s, 1 AS I", "", true, "", "I AS i, s AS s, NULL AS d"},
		{"SELECT 1, 2", "", false, "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", ""},
		{"SELECT 1, 2, 3, 4", "", false, "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS", ""},
		{"SELECT 'x', 'y', NULL", "", false, "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", ""},
		{"SELECT 1", "nosuch", false, "UNRESOLVED_COLUMN.WITH_SUGGESTION", ""},
		{"SELECT 1, 2", "i,I", false, "COLUMN_ALREADY_EXISTS", ""},
		{"SELECT 1 AS nosuch", "", true, "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", ""},
	} {
		w := sqltest.New()
		a := w.Analyzer()
		q, err := w.RunWith(a, c.query)
		if err != nil {
			t.Fatal(err)
		}
		target := analyze.Target{Path: []string{"t"}, Schema: schema, ByName: c.byName}
		if c.columns != "" {
			target.Columns = strings.Split(c.columns, ",")
		}
		n, err := a.Write(q, target)
		if got := sparkerr.ClassOf(err); got != c.class {
			t.Errorf("%s: %q, want %q", c.query, got, c.class)
		}
		if err != nil {
			continue
		}
		var parts []string
		for _, e := range n.Exprs() {
			al := e.(*logical.Alias)
			parts = append(parts, al.Arg.String()+" AS "+al.Name)
		}
		if got := strings.Join(parts, ", "); got != c.plan {
			t.Errorf("%s: %s, want %s", c.query, got, c.plan)
		}
		if !sqltype.SameShape(logical.Schema(n.Output()), schema) {
			t.Errorf("%s: writes %s", c.query, logical.Schema(n.Output()))
		}
	}
}
