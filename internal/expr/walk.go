package expr

// Transform rewrites n from the leaves up: f gets each node over its already
// rewritten children. Nodes whose children did not change are kept.
func Transform(n Node, f func(Node) Node) Node {
	children := n.Children()
	var fresh []Node
	for i, c := range children {
		d := Transform(c, f)
		if d != c && fresh == nil {
			fresh = append(make([]Node, 0, len(children)), children[:i]...)
		}
		if fresh != nil {
			fresh = append(fresh, d)
		}
	}
	if fresh != nil {
		n = n.With(fresh)
	}
	return f(n)
}

// Walk visits n and below, parents first, as long as f returns true for them.
func Walk(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	for _, c := range n.Children() {
		Walk(c, f)
	}
}

// Any reports whether f holds for n or a node below.
func Any(n Node, f func(Node) bool) bool {
	found := false
	Walk(n, func(m Node) bool {
		found = found || f(m)
		return !found
	})
	return found
}

// Deterministic reports whether n contains no call that may give another
// result for the same row.
func Deterministic(n Node) bool {
	return !Any(n, func(m Node) bool {
		c, ok := m.(*Call)
		return ok && c.Fn.NonDeterministic
	})
}
