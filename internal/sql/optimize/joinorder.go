package optimize

import (
	"math"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// orderJoins orders inner joins of batches by estimated rows: the two parts
// whose join has the fewest come first, again and again (greedy operator
// ordering, Fegaras 1998). Parts that no equality connects are joined last.
// Conditions stand as low as they can; an OR over several parts also filters
// each part by what it implies there.
func orderJoins(o *Optimizer, n logical.Node) (logical.Node, error) {
	return orderBelow(n), nil
}

// orderBelow goes from the root down, because a join is ordered with all the
// inner joins right below it.
func orderBelow(n logical.Node) logical.Node {
	j, ok := n.(*logical.Join)
	if !ok || !reorderable(j) {
		return logical.WithChildren(n, orderBelow)
	}
	c := &cluster{}
	c.add(n)
	for i := range c.parts {
		c.parts[i].node = orderBelow(c.parts[i].node)
	}
	if len(c.parts) > maxOrdered {
		return n
	}
	return project(c.order(j.At), n.Output())
}

// maxOrdered is how many parts are ordered: pairs are looked at again for each.
const maxOrdered = 40

func reorderable(j *logical.Join) bool {
	return (j.Type == logical.Inner || j.Type == logical.Cross) && j.LeftHint == logical.NoHint && j.RightHint == logical.NoHint &&
		!logical.Streaming(j) && (j.Cond == nil || expr.Deterministic(j.Cond))
}

// part is an input of the joins, or the join of some.
type part struct {
	node logical.Node
	rows float64
	cols logical.Set
}

func newPart(n logical.Node) part {
	rows := logical.RowsOf(n)
	if rows < 0 {
		rows = math.Inf(1)
	}
	return part{n, rows, logical.SetOf(n.Output())}
}

// cluster is inner joins next to each other.
type cluster struct {
	parts  []part
	conds  []expr.Node // not yet part of a join
	values map[logical.ID]float64
	class  map[logical.ID]logical.ID // of columns that are equal, one stands for all
}

func (c *cluster) add(n logical.Node) {
	j, ok := n.(*logical.Join)
	if !ok || !reorderable(j) {
		c.parts = append(c.parts, part{node: n})
		return
	}
	c.add(j.Left)
	c.add(j.Right)
	if j.Cond != nil {
		c.conds = append(c.conds, logical.Conjuncts(j.Cond)...)
	}
}

// order joins all parts.
func (c *cluster) order(at logical.At) logical.Node {
	for i, p := range c.parts {
		set := logical.SetOf(p.node.Output())
		var more []expr.Node
		for _, e := range c.conds {
			if x := implied(e, set); x != nil {
				more = append(more, x)
			}
		}
		if len(more) > 0 {
			c.parts[i].node = pushed(logical.And(more...), p.node, at)
		}
		c.parts[i] = newPart(c.parts[i].node)
	}
	c.classes()
	for len(c.parts) > 1 {
		c.joinBest(at)
	}
	return over(c.conds, c.parts[0].node, at)
}

// classes finds which columns are equal, and how many values they have: no more
// than the smallest relation that one of them comes from has rows.
func (c *cluster) classes() {
	c.class, c.values = map[logical.ID]logical.ID{}, map[logical.ID]float64{}
	for _, e := range c.conds {
		a, b, ok := equalColumns(e)
		if ok {
			c.class[c.find(a.ID)] = c.find(b.ID)
		}
	}
	for _, p := range c.parts {
		for id := range p.cols {
			n := logical.ValuesOf(p.node, &logical.Attr{ID: id})
			k := c.find(id)
			if have, ok := c.values[k]; n >= 0 && (!ok || n < have) {
				c.values[k] = n
			}
		}
	}
}

func (c *cluster) find(id logical.ID) logical.ID {
	for {
		up, ok := c.class[id]
		if !ok || up == id {
			return id
		}
		id = up
	}
}

func equalColumns(e expr.Node) (a, b *logical.Attr, ok bool) {
	call, is := e.(*expr.Call)
	if !is || call.Fn.Name != "=" || len(call.Args) != 2 {
		return nil, nil, false
	}
	a, left := call.Args[0].(*logical.Attr)
	b, right := call.Args[1].(*logical.Attr)
	return a, b, left && right
}

// joinBest joins the two parts that give the fewest rows.
func (c *cluster) joinBest(at logical.At) {
	bestI, bestJ, least, found := 0, 1, math.Inf(1), false
	for i := range c.parts {
		for k := i + 1; k < len(c.parts); k++ {
			rows, keyed := c.rows(c.parts[i], c.parts[k])
			if keyed == found && rows < least || keyed && !found {
				bestI, bestJ, least, found = i, k, rows, keyed
			}
		}
	}
	left, right := c.parts[bestI], c.parts[bestJ]
	both := part{rows: least, cols: union(left.cols, right.cols)}
	var into, rest []expr.Node
	for _, e := range c.conds {
		if both.cols.HasAll(e) {
			into = append(into, e)
		} else {
			rest = append(rest, e)
		}
	}
	j := &logical.Join{At: at, Type: logical.Inner, Left: left.node, Right: right.node}
	if c.conds = rest; len(into) > 0 {
		j.Cond = logical.And(into...)
	} else {
		j.Type = logical.Cross
	}
	both.node = j
	c.parts = append(c.parts[:bestJ], c.parts[bestJ+1:]...)
	c.parts[bestI] = both
}

// rows estimates the join of two parts; keyed says that an equality connects
// them.
func (c *cluster) rows(a, b part) (rows float64, keyed bool) {
	both := union(a.cols, b.cols)
	j := &logical.Join{Left: a.node, Right: b.node}
	var conds []expr.Node
	for _, e := range c.conds {
		if both.HasAll(e) {
			conds = append(conds, e)
		}
	}
	rows = a.rows * b.rows
	if len(conds) == 0 {
		return rows, false
	}
	j.Cond = logical.And(conds...)
	keys, rest := j.EquiKeys()
	rows /= logical.KeyValues(a.node, b.node, keys, func(k logical.KeyPair) float64 {
		if x, ok := k.Left.(*logical.Attr); ok {
			return c.values[c.find(x.ID)]
		}
		return min(logical.ValuesOf(a.node, k.Left), logical.ValuesOf(b.node, k.Right))
	})
	for _, e := range rest {
		rows *= logical.Share(e)
	}
	return max(1, rows), len(keys) > 0
}

func union(a, b logical.Set) logical.Set {
	s := make(logical.Set, len(a)+len(b))
	for id := range a {
		s[id] = true
	}
	for id := range b {
		s[id] = true
	}
	return s
}
