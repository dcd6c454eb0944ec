package physical

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Options say what the graph is for.
type Options struct {
	Streaming bool
	Mode      connector.Mode // of a streaming query
	// Open opens a scan's relation: ordinal numbers the streams of the plan
	// from 0, -1 is a batch relation.
	Open func(rel logical.Relation, ordinal int) (connector.Source, error)
	// Broadcast is the size in bytes up to which a join side is sent whole to
	// every task; negative: never.
	Broadcast int64
}

// Plan is a graph with its open sources. Who runs it closes the sources, by
// Close or one by one.
type Plan struct {
	Graph   *task.Graph
	Out     []*logical.Attr
	Sources []connector.Source // streams, by ordinal
	Static  []connector.Source // batch relations
	Delays  []int64            // watermark nodes, by ordinal: delay in milliseconds
	Metrics []*operator.Metrics
	text    string
}

// Schema returns the columns of the result.
func (p *Plan) Schema() *sqltype.Struct { return logical.Schema(p.Out) }

// String prints the plan as a tree, stages marked by their exchanges.
func (p *Plan) String() string { return p.text }

// Close closes every source.
func (p *Plan) Close() error {
	var errs []error
	for _, s := range append(p.Sources[:len(p.Sources):len(p.Sources)], p.Static...) {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// Lower makes a graph of a tree. If it fails, every source it opened is closed.
func Lower(n logical.Node, o Options) (*Plan, error) {
	l := &lowering{Options: o, plan: &Plan{Graph: &task.Graph{}}, observed: map[string]string{}}
	if !o.Streaming {
		l.last = lastSort(n)
	}
	f, err := l.node(n)
	if err != nil {
		return nil, errors.Join(err, l.plan.Close())
	}
	l.cut(f, task.Forward, nil)
	l.plan.Out = n.Output()
	l.plan.text = f.root.print("", "")
	return l.plan, nil
}

// lowering is the state of one Lower.
type lowering struct {
	Options
	plan     *Plan
	observed map[string]string // metrics so far: name to what they are
	stateful int               // stateful operators so far
	last     *logical.Sort     // orders the result, nil for none
}

// stateName returns the stable name of the next stateful operator: its role and
// its number from the sources.
func (l *lowering) stateName(role string) string {
	l.stateful++
	return fmt.Sprintf("%s-%d", role, l.stateful-1)
}

// print draws a step above its inputs.
func (s *step) print(first, rest string) string {
	var b strings.Builder
	b.WriteString(first + s.name + "\n")
	from := s.from
	if s.below != nil {
		from = []*step{s.below}
	}
	for i, c := range from {
		if i < len(from)-1 {
			b.WriteString(c.print(rest+":- ", rest+":  "))
		} else {
			b.WriteString(c.print(rest+"+- ", rest+"   "))
		}
	}
	return b.String()
}
