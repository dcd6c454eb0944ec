package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// everywhere is logical.Transform that enters the plans of subqueries too.
func everywhere(n logical.Node, f func(logical.Node) logical.Node) logical.Node {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		m = logical.MapExprs(m, func(e expr.Node) expr.Node {
			return expr.Transform(e, func(x expr.Node) expr.Node {
				q, ok := x.(*logical.Subquery)
				if !ok {
					return x
				}
				p := everywhere(q.Plan, f)
				if p == q.Plan {
					return x
				}
				d := *q
				d.Plan = p
				return &d
			})
		})
		return f(m)
	})
}

// rewrite is logical.Transform with errors.
func rewrite(n logical.Node, f func(logical.Node) (logical.Node, error)) (logical.Node, error) {
	var failed error
	out := logical.Transform(n, func(m logical.Node) logical.Node {
		if failed != nil {
			return m
		}
		d, err := f(m)
		if err != nil {
			failed = err
			return m
		}
		return d
	})
	return out, failed
}

// definitions maps the computed columns of a list to what computes them.
func definitions(list []expr.Node) map[logical.ID]expr.Node {
	m := map[logical.ID]expr.Node{}
	for _, e := range list {
		if a, ok := e.(*logical.Alias); ok {
			m[a.ID] = a.Arg
		}
	}
	return m
}

// project returns n with the columns given, n itself if it has just those.
func project(n logical.Node, out []*logical.Attr) logical.Node {
	have := n.Output()
	if len(have) == len(out) {
		same := true
		for i := range out {
			same = same && have[i].ID == out[i].ID
		}
		if same {
			return n
		}
	}
	return &logical.Project{List: logical.Nodes(out), Child: n}
}
