package logical

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
)

// Replace puts expressions in the place of attributes.
func Replace(e expr.Node, with map[ID]expr.Node) expr.Node {
	if len(with) == 0 {
		return e
	}
	return expr.Transform(e, func(n expr.Node) expr.Node {
		if a, ok := n.(*Attr); ok {
			if r := with[a.ID]; r != nil {
				return r
			}
		}
		return n
	})
}

// Refs adds the attributes that e reads to s.
func Refs(e expr.Node, s Set) {
	expr.Walk(e, func(n expr.Node) bool {
		if a, ok := n.(*Attr); ok {
			s[a.ID] = true
		}
		return true
	})
}

// Conjuncts splits e at its ANDs; nil gives none.
func Conjuncts(e expr.Node) []expr.Node {
	if e == nil {
		return nil
	}
	if l, ok := e.(*expr.Logic); ok && !l.Or {
		return append(Conjuncts(l.Left), Conjuncts(l.Right)...)
	}
	return []expr.Node{e}
}

// And joins conditions; none give nil.
func And(es ...expr.Node) expr.Node {
	var all expr.Node
	for _, e := range es {
		switch {
		case e == nil:
		case all == nil:
			all = e
		default:
			all = &expr.Logic{Left: all, Right: e}
		}
	}
	return all
}

// Transform rewrites a tree from the leaves up.
func Transform(n Node, f func(Node) Node) Node {
	return f(WithChildren(n, func(c Node) Node { return Transform(c, f) }))
}

// WithChildren returns n over its children as f rewrites them; n itself if f
// changes none.
func WithChildren(n Node, f func(Node) Node) Node {
	kids := n.Children()
	var fresh []Node
	for i, c := range kids {
		d := f(c)
		if d != c && fresh == nil {
			fresh = append([]Node(nil), kids...)
		}
		if fresh != nil {
			fresh[i] = d
		}
	}
	if fresh == nil {
		return n
	}
	return n.With(fresh)
}

// MapExprs returns n with each of its expressions rewritten by f, n itself if
// f changes none.
func MapExprs(n Node, f func(expr.Node) expr.Node) Node {
	old := n.Exprs()
	var fresh []expr.Node
	for i, e := range old {
		d := f(e)
		if d != e && fresh == nil {
			fresh = append([]expr.Node(nil), old...)
		}
		if fresh != nil {
			fresh[i] = d
		}
	}
	if fresh == nil {
		return n
	}
	return n.WithExprs(fresh)
}

// Visit calls f for n and, while f returns true, for the nodes below.
// Subqueries inside expressions are not entered.
func Visit(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	for _, c := range n.Children() {
		Visit(c, f)
	}
}

// Streaming reports whether some source below n never ends.
func Streaming(n Node) bool {
	found := false
	Visit(n, func(m Node) bool {
		if s, ok := m.(*Scan); ok && s.Rel.Streaming() {
			found = true
		}
		return !found
	})
	return found
}

// Explain prints a tree as Spark prints plans: one node a line, children
// below, the last after "+- ", the others after ":- ".
func Explain(n Node) string {
	var b strings.Builder
	explain(&b, n, "", "")
	return b.String()
}

func explain(b *strings.Builder, n Node, first, rest string) {
	b.WriteString(first + n.String() + "\n")
	kids := n.Children()
	for i, c := range kids {
		if i == len(kids)-1 {
			explain(b, c, rest+"+- ", rest+"   ")
		} else {
			explain(b, c, rest+":- ", rest+":  ")
		}
	}
}

// Text prints an expression with the identities of its attributes.
func Text(e expr.Node) string {
	return expr.Transform(e, func(n expr.Node) expr.Node {
		if a, ok := n.(*Attr); ok {
			return a.Renamed(a.Ref())
		}
		return n
	}).String()
}

func texts[E expr.Node](es []E) string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = Text(e)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
