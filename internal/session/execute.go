package session

import (
	"context"
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/optimize"
	"github.com/spatestream/spate/internal/sql/physical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Analyze resolves a query against the session.
func (s *Session) Analyze(ctx context.Context, r plan.Relation) (_ logical.Node, err error) {
	defer guard(&err)
	if err := s.ended(); err != nil {
		return nil, err
	}
	return s.analyzer(ctx).Relation(r)
}

func (s *Session) analyzer(ctx context.Context) *analyze.Analyzer {
	return &analyze.Analyzer{Catalog: &names{s: s, ctx: ctx}, Functions: s.funcs, Session: s.exprSession(), IDs: s.ids,
		Variables: s.vars, Now: eventtime.Of(s.cfg.Env.Clock.Now())}
}

// Schema returns the columns of a query.
func (s *Session) Schema(ctx context.Context, r plan.Relation) (*sqltype.Struct, error) {
	n, err := s.Analyze(ctx, r)
	if err != nil {
		return nil, err
	}
	return logical.Schema(n.Output()), nil
}

// Streaming reports whether a query reads a stream.
func (s *Session) Streaming(ctx context.Context, r plan.Relation) (bool, error) {
	n, err := s.Analyze(ctx, r)
	return err == nil && logical.Streaming(n), err
}

// Execute runs a batch query and hands its rows, in order, to visit, which
// borrows each batch for the call.
func (s *Session) Execute(ctx context.Context, r plan.Relation, visit func(*columnar.Batch) error) error {
	n, err := s.Analyze(ctx, r)
	if err != nil {
		return err
	}
	return s.run(ctx, n, visit)
}

// run optimises, lowers and runs an analysed batch query.
func (s *Session) run(ctx context.Context, n logical.Node, visit func(*columnar.Batch) error) (err error) {
	defer guard(&err)
	if err := analyze.CheckBatch(n); err != nil {
		return err
	}
	p, err := s.lower(ctx, n, physical.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	out := &collector{}
	bound, err := s.runner().Bind(p.Graph, s.parallelism(), s.keyGroups(), out.outlet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bound.Close()) }()
	if _, err := bound.RunEpoch(ctx, s.batchEpoch()); err != nil {
		return err
	}
	if err := heard(p); err != nil {
		return err
	}
	return out.visit(visit)
}

// heard tells who waits for the metrics of a batch that has run.
func heard(p *physical.Plan) error {
	for _, m := range p.Metrics {
		row, err := m.Take()
		if err != nil {
			return err
		}
		if m.Heard != nil {
			m.Heard(row)
		}
	}
	return nil
}

// batchEpoch is the one epoch of a batch query.
func (s *Session) batchEpoch() exec.Epoch {
	e := exec.Epoch{Last: true}
	e.Params.Last = true
	e.Params.Expr.ANSI = s.conf.Bool("spark.sql.ansi.enabled")
	e.Params.Expr.Zone = s.zone()
	e.Params.Expr.BatchTime = eventtime.Of(s.cfg.Env.Clock.Now())
	e.Params.Expr.Seed = s.cfg.Env.Seed
	return e
}

// lower optimises a tree and turns it into a graph whose scans are open.
func (s *Session) lower(ctx context.Context, n logical.Node, o physical.Options) (_ *physical.Plan, err error) {
	defer guard(&err)
	if n, err = s.unroll(ctx, n); err != nil {
		return nil, err
	}
	if n, err = s.optimize(n); err != nil {
		return nil, err
	}
	o.Broadcast = s.broadcastBytes()
	if o.Open == nil {
		o.Open = func(rel logical.Relation, _ int) (connector.Source, error) {
			return rel.(*relation).open(ctx, "", nil)
		}
	}
	return physical.Lower(n, o)
}

func (s *Session) optimizer() *optimize.Optimizer {
	return &optimize.Optimizer{Session: s.exprSession(), IDs: s.ids, Functions: s.funcs, BroadcastBytes: s.broadcastBytes()}
}

func (s *Session) optimize(n logical.Node) (logical.Node, error) {
	return s.optimizer().Optimize(n)
}

// collector keeps the rows of each task of a graph's last stage.
type collector struct{ tasks []*exec.Collector }

// outlet makes the end of task i; exec.Bind calls it for one after another.
func (c *collector) outlet(i int) task.Outlet {
	for len(c.tasks) <= i {
		c.tasks = append(c.tasks, exec.NewCollector(nil))
	}
	return c.tasks[i]
}

// visit hands the rows on in the order of the tasks.
func (c *collector) visit(visit func(*columnar.Batch) error) error {
	for _, t := range c.tasks {
		for _, b := range t.Batches() {
			if err := visit(b); err != nil {
				return err
			}
		}
	}
	return nil
}
