package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// scanFilters tells scans of the filters right above them. The filters stay: a
// source may ignore what it is told.
func scanFilters(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		f, ok := m.(*logical.Filter)
		if !ok {
			return m
		}
		s, ok := f.Child.(*logical.Scan)
		if !ok {
			return m
		}
		var simple []expr.Node
		for _, c := range logical.Conjuncts(f.Cond) {
			if usable(c) {
				simple = append(simple, c)
			}
		}
		if len(simple) == 0 || len(simple) == len(s.Filters) {
			return m
		}
		d := *s
		d.Filters = simple
		return f.With([]logical.Node{&d})
	}), nil
}

// searches are conditions that a source of texts may look for itself.
var searches = map[string]bool{"contains": true, "startswith": true, "endswith": true, "like": true}

var comparisons = map[string]bool{"=": true, "<=>": true, "<": true, "<=": true, ">": true, ">=": true}

// usable reports whether a condition has a form that sources know: a column
// compared with a constant, tested for null, sought in a list of constants, or
// searched for a constant text.
func usable(e expr.Node) bool {
	switch x := e.(type) {
	case *expr.In:
		for _, v := range x.List {
			if !isLiteral(v) {
				return false
			}
		}
		return isColumn(x.Arg)
	case *expr.Call:
		switch {
		case len(x.Args) == 1:
			return (x.Fn.Name == "isnull" || x.Fn.Name == "isnotnull") && isColumn(x.Args[0])
		case len(x.Args) == 2 && comparisons[x.Fn.Name]:
			return isColumn(x.Args[0]) && isLiteral(x.Args[1]) || isLiteral(x.Args[0]) && isColumn(x.Args[1])
		case len(x.Args) == 2 && searches[x.Fn.Name]:
			return isColumn(x.Args[0]) && isLiteral(x.Args[1])
		}
	}
	return false
}

func isColumn(e expr.Node) bool { _, ok := e.(*logical.Attr); return ok }

func isLiteral(e expr.Node) bool { _, ok := e.(*expr.Literal); return ok }
