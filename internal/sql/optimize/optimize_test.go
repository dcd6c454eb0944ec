package optimize_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/optimize"
	"github.com/spatestream/spate/internal/sql/sqltest"
	"github.com/spatestream/spate/sqltype"
)

// TestGolden shows the optimised plan of each query, and checks after every
// rule that the tree obeys its laws and puts out the same columns.
func TestGolden(t *testing.T) {
	sqltest.Golden(t, func(w *sqltest.World, sql string) string {
		an := w.Analyzer()
		n, err := w.RunWith(an, sql)
		if err != nil {
			return sqltest.Refusal(err)
		}
		before := logical.Schema(n.Output())
		o := &optimize.Optimizer{Session: an.Session, IDs: an.IDs, Functions: sqltest.Functions{}, BroadcastBytes: 10 << 20}
		o.Trace = func(rule string, m logical.Node) {
			if err := logical.Check(m); err != nil {
				t.Errorf("%s: after %s: %v\n%s", sql, rule, err, logical.Explain(m))
			}
			if got := logical.Schema(m.Output()); !sqltype.SameShape(got, before) {
				t.Errorf("%s: %s changed the columns from %s to %s", sql, rule, before, got)
			}
		}
		m, err := o.Optimize(n)
		if err != nil {
			return sqltest.Refusal(err)
		}
		logical.Visit(m, func(k logical.Node) bool {
			for _, e := range k.Exprs() {
				if expr.Any(e, isSubquery) {
					t.Errorf("%s: a subquery is left in %s", sql, k)
				}
			}
			return true
		})
		return sqltest.Numbered(logical.Explain(m))
	})
}

func isSubquery(e expr.Node) bool {
	switch e.(type) {
	case *logical.Subquery, *logical.OuterRef:
		return true
	}
	return false
}
