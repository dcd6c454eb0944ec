package physical_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/optimize"
	"github.com/spatestream/spate/internal/sql/physical"
	"github.com/spatestream/spate/internal/sql/sqltest"
	"github.com/spatestream/spate/sqltype"
)

// TestGolden shows the operators and exchanges that each query becomes.
func TestGolden(t *testing.T) {
	sqltest.Golden(t, func(w *sqltest.World, sql string) string {
		an := w.Analyzer()
		n, err := w.RunWith(an, sql)
		if err != nil {
			return sqltest.Refusal(err)
		}
		o := &optimize.Optimizer{Session: an.Session, IDs: an.IDs, Functions: sqltest.Functions{}, BroadcastBytes: 10 << 20}
		if n, err = o.Optimize(n); err != nil {
			return sqltest.Refusal(err)
		}
		p, closed, err := lower(n)
		if err != nil {
			return sqltest.Refusal(err)
		}
		check(t, sql, p)
		if err := p.Close(); err != nil || *closed != len(p.Sources)+len(p.Static) {
			t.Errorf("%s: %d of %d sources closed: %v", sql, *closed, len(p.Sources)+len(p.Static), err)
		}
		return sqltest.Numbered(p.String())
	})
}

func lower(n logical.Node) (*physical.Plan, *int, error) {
	closed := new(int)
	p, err := physical.Lower(n, physical.Options{
		Streaming: logical.Streaming(n), Mode: connector.Append, Broadcast: 10 << 20,
		Open: func(rel logical.Relation, _ int) (connector.Source, error) {
			return &stub{schema: rel.Schema(), closed: closed}, nil
		},
	})
	return p, closed, err
}

// check tests what holds for every graph: stages read earlier stages only, each
// is read once, all but the last end in an exchange, and names are unique.
func check(t *testing.T, sql string, p *physical.Plan) {
	t.Helper()
	read, names := map[int]int{}, map[string]bool{}
	for i, s := range p.Graph.Stages {
		if names[s.ID] {
			t.Errorf("%s: two stages are called %s", sql, s.ID)
		}
		names[s.ID] = true
		for _, in := range s.Inputs {
			if in.Scan != nil {
				continue
			}
			read[in.From]++
			if in.From >= i {
				t.Errorf("%s: stage %d reads stage %d", sql, i, in.From)
			}
		}
	}
	for i := range p.Graph.Stages[:len(p.Graph.Stages)-1] {
		if read[i] != 1 {
			t.Errorf("%s: stage %d is read %d times", sql, i, read[i])
		}
	}
}

// TestLowerClosesOnFailure: a plan that cannot be lowered leaves no source open.
func TestLowerClosesOnFailure(t *testing.T) {
	w := sqltest.New()
	n, err := w.RunWith(w.Analyzer(), "SELECT a FROM t")
	if err != nil {
		t.Fatal(err)
	}
	bad := &logical.SetOp{Left: n, Right: n} // which the optimiser would have replaced
	if _, closed, err := lower(&logical.Union{Inputs: []logical.Node{n, bad}, Out: n.Output()}); err == nil || *closed == 0 {
		t.Errorf("error %v, %d sources closed", err, *closed)
	}
}

// stub is a source that has no rows.
type stub struct {
	schema *sqltype.Struct
	closed *int
}

func (s *stub) Schema() *sqltype.Struct { return s.schema }
func (s *stub) Latest(context.Context, connector.Offset, connector.Limit) (connector.Offset, error) {
	return nil, nil
}
func (s *stub) Splits(context.Context, connector.Offset, connector.Offset) ([]connector.Split, error) {
	return nil, nil
}
func (s *stub) Open(context.Context, connector.Split, connector.Wanted) (connector.Reader, error) {
	return nothing{}, nil
}
func (s *stub) Forget(context.Context, connector.Offset) error { return nil }
func (s *stub) Close() error                                   { *s.closed++; return nil }

type nothing struct{}

func (nothing) Read(context.Context, *columnar.Batch) error { return io.EOF }
func (nothing) Position() connector.Offset                  { return nil }
func (nothing) Close() error                                { return nil }

// TestExchangesAreNamed: the text of a plan shows every exchange.
func TestExchangesAreNamed(t *testing.T) {
	w := sqltest.New()
	an := w.Analyzer()
	n, err := w.RunWith(an, "SELECT a, count(*) FROM t GROUP BY a")
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := lower(n)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(p.String(), "Exchange "); got != len(p.Graph.Stages)-1 {
		t.Errorf("%d exchanges in the text of %d stages:\n%s", got, len(p.Graph.Stages), p)
	}
}
