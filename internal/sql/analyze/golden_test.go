package analyze_test

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/sqltest"
)

// TestGolden analyses the queries of testdata. "append: " and the other output
// modes before a query also check its plan as a stream.
func TestGolden(t *testing.T) { sqltest.Golden(t, show) }

var modes = map[string]connector.Mode{"append": connector.Append, "update": connector.Update, "complete": connector.Complete}

func show(w *sqltest.World, sql string) string {
	mode, rest, streaming := strings.Cut(sql, ": ")
	m, known := modes[mode]
	if streaming && known {
		sql = rest
	}
	n, err := w.Run(sql)
	switch {
	case err != nil:
		return sqltest.Refusal(err)
	case n == nil:
		return ""
	}
	if err := logical.Check(n); err != nil {
		return "BROKEN " + err.Error() + "\n" + logical.Explain(n)
	}
	if streaming && known {
		if err := analyze.CheckStreaming(n, m, true); err != nil {
			return sqltest.Refusal(err)
		}
		return "runs: " + logical.Schema(n.Output()).String() + "\n"
	}
	return sqltest.Numbered(logical.Explain(n))
}
