package optimize

import "github.com/spatestream/spate/internal/sql/logical"

// pushLimits merges limits and copies them below nodes that keep the number of
// rows, so that sources stop early. The limit of a stream counts over the whole
// query and stays where it is.
func pushLimits(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		l, ok := m.(*logical.Limit)
		if !ok || logical.Streaming(l.Child) {
			return m
		}
		switch c := l.Child.(type) {
		case *logical.Limit:
			return &logical.Limit{At: l.At, N: min(l.N, c.N), Child: c.Child}
		case *logical.Project:
			return c.With([]logical.Node{&logical.Limit{At: l.At, N: l.N, Child: c.Child}})
		case *logical.Union:
			return l.With([]logical.Node{limitedInputs(l, c)})
		}
		return m
	}), nil
}

// limitedInputs limits each input of a union, the union itself if each is.
func limitedInputs(l *logical.Limit, u *logical.Union) logical.Node {
	return logical.WithChildren(u, func(in logical.Node) logical.Node {
		if k, ok := in.(*logical.Limit); ok && k.N <= l.N || limitBelow(in, l.N) {
			return in
		}
		return &logical.Limit{At: l.At, N: l.N, Child: in}
	})
}

// limitBelow reports whether a limit stands right below projections.
func limitBelow(n logical.Node, rows int64) bool {
	for {
		switch x := n.(type) {
		case *logical.Project:
			n = x.Child
		case *logical.Limit:
			return x.N <= rows
		default:
			return false
		}
	}
}
