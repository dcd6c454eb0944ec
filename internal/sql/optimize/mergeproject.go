package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// mergeProjects joins a Project with the one below it and drops those that do
// nothing.
func mergeProjects(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		p, ok := m.(*logical.Project)
		if !ok {
			return m
		}
		if sameColumns(p.List, p.Child) {
			return p.Child
		}
		if c, ok := p.Child.(*logical.Project); ok && mergeable(p, c) {
			return merged(p, c)
		}
		return p
	}), nil
}

// sameColumns reports whether the list is just the columns of n.
func sameColumns(list []expr.Node, n logical.Node) bool {
	out := n.Output()
	if len(list) != len(out) {
		return false
	}
	for i, e := range list {
		a, ok := e.(*logical.Attr)
		if !ok || a.ID != out[i].ID || a.Name != out[i].Name {
			return false
		}
	}
	return true
}

// mergeable reports whether computing the lower columns where they are used
// repeats nothing dear and nothing random.
func mergeable(p, c *logical.Project) bool {
	defs := definitions(c.List)
	uses := map[logical.ID]int{}
	for _, e := range p.List {
		expr.Walk(e, func(n expr.Node) bool {
			if a, ok := n.(*logical.Attr); ok {
				uses[a.ID]++
			}
			return true
		})
	}
	for id, e := range defs {
		if !expr.Deterministic(e) || uses[id] > 1 && !cheap(e) {
			return false
		}
	}
	return true
}

// cheap reports whether an expression costs nothing to compute twice.
func cheap(e expr.Node) bool {
	switch x := e.(type) {
	case *logical.Attr, *expr.Literal, *logical.OuterRef:
		return true
	case *expr.Field:
		return cheap(x.Arg)
	}
	return false
}

func merged(p, c *logical.Project) logical.Node {
	defs := definitions(c.List)
	list := make([]expr.Node, len(p.List))
	for i, e := range p.List {
		if a, ok := e.(*logical.Attr); ok && defs[a.ID] != nil { // the name stays
			list[i] = &logical.Alias{Arg: defs[a.ID], Name: a.Name, ID: a.ID, Qualifier: a.Qualifier, Tags: a.Tags}
			continue
		}
		list[i] = logical.Replace(e, defs)
	}
	return &logical.Project{At: p.At, List: list, Child: c.Child}
}
