package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// factorOrs makes (a AND b) OR (a AND c) into a AND (b OR c), so that a can be
// a join's key or be pushed. The law holds with nulls too.
func factorOrs(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		switch m.(type) {
		case *logical.Filter, *logical.Join:
		default:
			return m
		}
		return logical.MapExprs(m, func(e expr.Node) expr.Node {
			if e == nil {
				return e
			}
			list, changed := []expr.Node{}, false
			for _, c := range logical.Conjuncts(e) {
				common, rest := factored(c)
				list, changed = append(list, common...), changed || len(common) > 0
				if rest != nil {
					list = append(list, rest)
				}
			}
			if !changed {
				return e
			}
			return logical.And(list...)
		})
	}), nil
}

// disjuncts returns the operands of nested ORs.
func disjuncts(e expr.Node) []expr.Node {
	if l, ok := e.(*expr.Logic); ok && l.Or {
		return append(disjuncts(l.Left), disjuncts(l.Right)...)
	}
	return []expr.Node{e}
}

// anyOf is the OR of conditions.
func anyOf(list []expr.Node) expr.Node {
	e := list[0]
	for _, x := range list[1:] {
		e = &expr.Logic{Or: true, Left: e, Right: x}
	}
	return e
}

// factored takes out of an OR what all its operands ask for; rest is nil if one
// of them asks for nothing more.
func factored(e expr.Node) (common []expr.Node, rest expr.Node) {
	all := disjuncts(e)
	if len(all) == 1 || !expr.Deterministic(e) {
		return nil, e
	}
	in := map[string]int{}
	lists := make([][]expr.Node, len(all))
	for i, d := range all {
		lists[i] = logical.Conjuncts(d)
		for _, c := range lists[i] {
			if k := logical.Key(c); in[k] == i { // counted at most once an operand
				in[k]++
			}
		}
	}
	for _, c := range lists[0] {
		if k := logical.Key(c); in[k] == len(all) {
			common = append(common, c)
			in[k]++
		}
	}
	if len(common) == 0 {
		return nil, e
	}
	left := make([]expr.Node, len(all))
	for i, l := range lists {
		var keep []expr.Node
		for _, c := range l {
			if in[logical.Key(c)] <= len(all) {
				keep = append(keep, c)
			}
		}
		if len(keep) == 0 {
			return common, nil
		}
		left[i] = logical.And(keep...)
	}
	return common, anyOf(left)
}

// implied returns what an OR over several relations asks of the columns of one:
// the OR of what its operands ask of them; nil if one asks for nothing.
func implied(e expr.Node, of logical.Set) expr.Node {
	all := disjuncts(e)
	if len(all) == 1 || !expr.Deterministic(e) || of.HasAll(e) {
		return nil
	}
	parts := make([]expr.Node, len(all))
	for i, d := range all {
		var mine []expr.Node
		for _, c := range logical.Conjuncts(d) {
			if reads(c) && of.HasAll(c) {
				mine = append(mine, c)
			}
		}
		if len(mine) == 0 {
			return nil
		}
		parts[i] = logical.And(mine...)
	}
	return anyOf(parts)
}
