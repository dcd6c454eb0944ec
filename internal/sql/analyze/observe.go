package analyze

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// observe analyses metrics on the way: expressions of aggregates, without
// groups.
func (a *Analyzer) observe(x *plan.Observe, in logical.Node, e *env) (logical.Node, error) {
	switch {
	case x.Name == "":
		return nil, badMetrics(x, "MISSING_NAME", "The observed metrics need a name.", "operator", "CollectMetrics")
	case x.Heard != nil && logical.Streaming(in):
		return nil, fail(x.Origin, "", "Observation does not support streaming Datasets. Observe under a name, and read the metrics of every micro-batch from its progress.")
	}
	r := a.over(e, in)
	items, err := r.items(x.Exprs)
	if err != nil {
		return nil, err
	}
	list, err := r.resolveItems(items)
	if sparkerr.ClassOf(err) == "NESTED_AGGREGATE_FUNCTION" {
		return nil, badMetrics(x, "NESTED_AGGREGATES_UNSUPPORTED", "An observed metric has an aggregate inside another. Observe the inner one.")
	}
	if err != nil {
		return nil, err
	}
	g := &grouping{a: a, child: in}
	o := &logical.Observe{At: logical.At{Origin: x.Origin}, Name: x.Name, Out: &sqltype.Struct{}, Heard: x.Heard, Child: in}
	for _, n := range list {
		if err := distinctMetric(x, n); err != nil {
			return nil, err
		}
		metric, err := g.lowerNamed(n, nil)
		if err != nil {
			return nil, badMetrics(x, "NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", "The observed metric "+n.String()+" uses a column outside of an aggregate function, and there is no single row to take it from.", "expr", quoteExpr(n))
		}
		o.Out.Fields = append(o.Out.Fields, logical.Schema([]*logical.Attr{logical.ToAttr(metric)}).Fields...)
		o.Metrics = append(o.Metrics, metric)
	}
	o.Calls = g.calls
	calls := logical.ToAttrs(g.calls)
	for i, m := range o.Metrics {
		o.Metrics[i] = ordinals(m, calls)
	}
	return o, nil
}

// ordinals replaces the columns of an expression by their places in from.
func ordinals(e expr.Node, from []*logical.Attr) expr.Node {
	return expr.Transform(e, func(n expr.Node) expr.Node {
		switch x := n.(type) {
		case *logical.Alias:
			return x.Arg
		case *logical.Attr:
			for i, t := range from {
				if t.ID == x.ID {
					return &expr.Column{Ordinal: i, Name: x.Name, T: t.T, Null: t.Null}
				}
			}
		}
		return n
	})
}

func distinctMetric(x *plan.Observe, n expr.Node) error {
	if expr.Any(n, func(n expr.Node) bool { c, ok := n.(*logical.AggregateCall); return ok && c.Distinct }) {
		return badMetrics(x, "AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED", "The observed metric "+n.String()+" counts distinct values, which takes more than one pass. Use approx_count_distinct.", "expr", quoteExpr(n))
	}
	return nil
}

func badMetrics(x *plan.Observe, sub, message string, kv ...string) error {
	return fail(x.Origin, "INVALID_OBSERVED_METRICS."+sub, message, kv...)
}
