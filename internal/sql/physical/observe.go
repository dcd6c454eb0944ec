package physical

import (
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

// observe puts an operator that counts metrics on top of f. Metrics that occur
// twice, as in a join of a frame with itself, are counted once.
func (l *lowering) observe(n *logical.Observe, f *fragment) (*fragment, error) {
	text := n.String()
	if old, ok := l.observed[n.Name]; ok {
		if old == text {
			return f, nil
		}
		return nil, sparkerr.New("DUPLICATED_METRICS_NAME",
			"The metric name is not unique: "+n.Name+". Give the metrics of each observe their own name.", "metricName", n.Name).At(n.Origin)
	}
	l.observed[n.Name] = text
	m := &operator.Metrics{Name: n.Name, Calls: calls(n.Calls, f), Results: n.Metrics, Out: n.Out, Heard: n.Heard}
	l.plan.Metrics = append(l.plan.Metrics, m)
	return f.then(text, f.out, func() task.Operator { return &operator.Observe{Metrics: m} }), nil
}
