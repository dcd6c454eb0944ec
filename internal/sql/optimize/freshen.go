package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// renamer makes the same plan with attributes of its own, so that it may stand
// beside the first in one tree.
type renamer struct {
	ids   *logical.IDs
	names map[logical.ID]logical.ID
}

func (r *renamer) node(n logical.Node) logical.Node {
	n = logical.WithChildren(n, r.node)
	n = logical.MapExprs(n, r.expr)
	switch x := n.(type) {
	case *logical.Scan:
		d := *x
		d.Cols = r.attrs(x.Cols)
		return &d
	case *logical.Local:
		d := *x
		d.Out = r.attrs(x.Out)
		return &d
	case *logical.Values:
		d := *x
		d.Out = r.attrs(x.Out)
		return &d
	case *logical.Range:
		d := *x
		d.Out = r.attr(x.Out)
		return &d
	case *logical.Union:
		d := *x
		d.Out = r.attrs(x.Out)
		return &d
	case *logical.Expand:
		d := *x
		d.Out = r.attrs(x.Out)
		return &d
	case *logical.Generate:
		d := *x
		d.Made, d.Unread = r.attrs(x.Made), logical.Set{}
		for id := range x.Unread {
			d.Unread[r.id(id)] = true
		}
		return &d
	case *logical.Windows:
		d := *x
		d.Out = r.attr(x.Out)
		return &d
	case *logical.Sessions:
		d := *x
		d.Out = r.attr(x.Out)
		return &d
	case *logical.GoRows:
		d := *x
		d.Out = r.attrs(x.Out)
		return &d
	case *logical.Join:
		d := *x
		if x.Mark != nil {
			d.Mark = r.attr(x.Mark)
		}
		return &d
	}
	return n
}

func (r *renamer) attrs(in []*logical.Attr) []*logical.Attr {
	out := make([]*logical.Attr, len(in))
	for i, a := range in {
		out[i] = r.attr(a)
	}
	return out
}

// attr gives an attribute the identity that stands for its own.
func (r *renamer) attr(a *logical.Attr) *logical.Attr {
	b := *a
	b.ID = r.id(a.ID)
	return &b
}

func (r *renamer) id(old logical.ID) logical.ID {
	if _, ok := r.names[old]; !ok {
		r.names[old] = r.ids.Next()
	}
	return r.names[old]
}

func (r *renamer) expr(e expr.Node) expr.Node {
	return expr.Transform(e, func(x expr.Node) expr.Node {
		switch y := x.(type) {
		case *logical.Attr:
			return r.attr(y)
		case *logical.Alias:
			d := *y
			d.ID = r.id(y.ID)
			return &d
		}
		return x
	})
}
