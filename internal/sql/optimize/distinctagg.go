package optimize

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// distinctAggregates leaves only plain aggregates. If all aggregates read the
// same distinct values, an aggregation by keys and values stands below one by
// keys. Else an Expand makes a copy of each row for each set of distinct
// values and one for the plain aggregates; the lower aggregation makes values
// distinct and finishes the plain aggregates, the upper one picks.
func distinctAggregates(o *Optimizer, n logical.Node) (logical.Node, error) {
	return rewrite(n, func(m logical.Node) (logical.Node, error) {
		a, ok := m.(*logical.Aggregate)
		if !ok {
			return m, nil
		}
		a = plainDistinct(a)
		sets := distinctSets(a)
		switch {
		case len(sets) == 0:
			return a, nil
		case len(sets) == 1 && len(sets[0].calls) == len(a.Aggs) && sets[0].filter == nil:
			return o.twoLevels(a, sets[0]), nil
		}
		return o.expanded(a, sets)
	})
}

// plainDistinct takes DISTINCT off functions to which it means nothing.
func plainDistinct(a *logical.Aggregate) *logical.Aggregate {
	d := logical.MapExprs(a, func(e expr.Node) expr.Node {
		return expr.Transform(e, func(x expr.Node) expr.Node {
			c, ok := x.(*logical.AggregateCall)
			if !ok || !c.Distinct || !c.Fn.DistinctIsPlain {
				return x
			}
			p := *c
			p.Distinct = false
			return &p
		})
	})
	return d.(*logical.Aggregate)
}

// distinctSet is aggregates over the same distinct operands and filter.
type distinctSet struct {
	args   []expr.Node
	filter expr.Node
	calls  []int // ordinals among Aggs
}

func distinctSets(a *logical.Aggregate) []*distinctSet {
	var sets []*distinctSet
	byKey := map[string]*distinctSet{}
	for i := range a.Aggs {
		c := a.Call(i)
		if !c.Distinct {
			continue
		}
		k := ""
		for _, e := range c.Children() {
			k += logical.Key(e) + ";"
		}
		s := byKey[k]
		if s == nil {
			s = &distinctSet{args: c.Args, filter: c.Filter}
			byKey[k] = s
			sets = append(sets, s)
		}
		s.calls = append(s.calls, i)
	}
	return sets
}

// column names an expression, an attribute by itself.
func (o *Optimizer) column(e expr.Node) expr.Node {
	if a, ok := e.(*logical.Attr); ok {
		return a
	}
	return logical.NewAlias(o.IDs, e, e.String())
}

// keyColumns are the keys of an aggregation as columns below and above a lower
// one that computes them.
func keyColumns(group []expr.Node) []expr.Node { return logical.Nodes(logical.ToAttrs(group)) }

func (o *Optimizer) twoLevels(a *logical.Aggregate, s *distinctSet) logical.Node {
	lower := &logical.Aggregate{At: a.At, Group: append([]expr.Node(nil), a.Group...), Child: a.Child}
	args := make([]expr.Node, len(s.args))
	have := map[string]*logical.Attr{}
	for _, g := range a.Group {
		have[logical.Key(g)] = logical.ToAttr(g)
	}
	for i, e := range s.args {
		t := have[logical.Key(e)]
		if t == nil {
			g := o.column(e)
			lower.Group = append(lower.Group, g)
			t = logical.ToAttr(g)
			have[logical.Key(e)] = t
		}
		args[i] = t
	}
	upper := &logical.Aggregate{At: a.At, Group: keyColumns(a.Group), Child: lower}
	for i := range a.Aggs {
		upper.Aggs = append(upper.Aggs, plainOver(a, i, args, nil))
	}
	return upper
}

// plainOver is aggregate i over other operands, no longer distinct.
func plainOver(a *logical.Aggregate, i int, args []expr.Node, filter expr.Node) expr.Node {
	c := *a.Call(i)
	c.Distinct, c.Args, c.Filter = false, args, filter
	return a.Aggs[i].With([]expr.Node{&c})
}

// expanded is the general form.
func (o *Optimizer) expanded(a *logical.Aggregate, sets []*distinctSet) (logical.Node, error) {
	x := newExpansion(o, a, sets)
	lower := &logical.Aggregate{At: a.At, Group: append(append(logical.Nodes(x.keys), logical.Nodes(x.values)...), x.gid), Child: x.node}
	upper := &logical.Aggregate{At: a.At, Group: logical.Nodes(x.keys), Child: lower}
	var result []expr.Node
	for _, k := range x.keys {
		result = append(result, k)
	}
	for i := range a.Aggs {
		out, err := x.pick(i, lower, upper)
		if err != nil {
			return nil, err
		}
		result = append(result, out)
	}
	return &logical.Project{At: a.At, List: result, Child: upper}, nil
}

// expansion is the Expand below both aggregations: the keys, a column for each
// operand of a distinct set, and which copy a row is (0: plain aggregates).
type expansion struct {
	o      *Optimizer
	a      *logical.Aggregate
	sets   []*distinctSet
	node   *logical.Expand
	keys   []*logical.Attr
	values []*logical.Attr // of all sets, one after the other, each with its filter
	first  []int           // where a set's values start
	inputs []*logical.Attr // operands of plain aggregates
	plain  map[int][]*logical.Attr
	gid    *logical.Attr
}

func newExpansion(o *Optimizer, a *logical.Aggregate, sets []*distinctSet) *expansion {
	x := &expansion{o: o, a: a, sets: sets, plain: map[int][]*logical.Attr{}, gid: logical.NewAttr(o.IDs, "gid", sqltype.Int, false)}
	x.keys = logical.ToAttrs(a.Group)
	var sources []expr.Node // of values, then inputs
	add := func(list *[]*logical.Attr, e expr.Node) {
		*list = append(*list, logical.NewAttr(o.IDs, e.String(), e.Type(), true))
		sources = append(sources, e)
	}
	for _, s := range sets {
		x.first = append(x.first, len(x.values))
		for _, e := range s.args {
			add(&x.values, e)
		}
		if s.filter != nil {
			add(&x.values, s.filter)
		}
	}
	for i := range a.Aggs {
		if c := a.Call(i); !c.Distinct {
			from := len(x.inputs)
			for _, e := range c.Children() {
				add(&x.inputs, e)
			}
			x.plain[i] = x.inputs[from:len(x.inputs):len(x.inputs)]
		}
	}
	x.expand(sources)
	return x
}

// expand writes the rows: copy 0 has the inputs, copy s the values of set s.
func (x *expansion) expand(sources []expr.Node) {
	out := append(append(append([]*logical.Attr(nil), x.keys...), x.values...), x.inputs...)
	x.node = &logical.Expand{At: x.a.At, Out: append(out, x.gid), Child: x.a.Child}
	lo := 0
	if len(x.inputs) == 0 {
		lo = 1
	}
	for copyNo := lo; copyNo <= len(x.sets); copyNo++ {
		var row []expr.Node
		for _, g := range x.a.Group {
			if al, ok := g.(*logical.Alias); ok {
				g = al.Arg
			}
			row = append(row, g)
		}
		for k, e := range sources {
			if x.owner(k) != copyNo {
				e = expr.NullOf(e.Type())
			}
			row = append(row, e)
		}
		x.node.Rows = append(x.node.Rows, append(row, expr.Lit(int32(copyNo), sqltype.Int)))
	}
}

// owner returns which copy has the k-th source.
func (x *expansion) owner(k int) int {
	if k >= len(x.values) {
		return 0
	}
	for s := len(x.first) - 1; s >= 0; s-- {
		if k >= x.first[s] {
			return s + 1
		}
	}
	return 0
}

// pick adds aggregate i to both aggregations and returns its column.
func (x *expansion) pick(i int, lower, upper *logical.Aggregate) (expr.Node, error) {
	for s, set := range x.sets {
		for _, c := range set.calls {
			if c == i {
				return x.pickDistinct(i, s, upper)
			}
		}
	}
	return x.pickPlain(i, lower, upper)
}

func (x *expansion) pickDistinct(i, s int, upper *logical.Aggregate) (expr.Node, error) {
	mine, err := x.o.call("=", x.gid, expr.Lit(int32(s+1), sqltype.Int))
	if err != nil {
		return nil, err
	}
	set := x.sets[s]
	values := x.values[x.first[s] : x.first[s]+len(set.args)]
	if set.filter != nil {
		mine = logical.And(mine, x.values[x.first[s]+len(set.args)])
	}
	al := plainOver(x.a, i, logical.Nodes(values), mine)
	upper.Aggs = append(upper.Aggs, al)
	return logical.ToAttr(al), nil
}

// pickPlain finishes a plain aggregate in the lower aggregation and takes its
// value, or that of no rows, in the upper one.
func (x *expansion) pickPlain(i int, lower, upper *logical.Aggregate) (expr.Node, error) {
	c := x.a.Call(i)
	ins := x.plain[i]
	var filter expr.Node
	if c.Filter != nil {
		filter = ins[len(c.Args)]
	}
	mine, err := x.o.call("=", x.gid, expr.Lit(int32(0), sqltype.Int))
	if err != nil {
		return nil, err
	}
	done := plainOver(x.a, i, logical.Nodes(ins[:len(c.Args)]), logical.And(mine, filter)).(*logical.Alias)
	part := logical.NewAlias(x.o.IDs, done.Arg, done.Name)
	lower.Aggs = append(lower.Aggs, part)
	first, err := x.o.aggregate("first", part.Attr())
	if err != nil {
		return nil, err
	}
	first.Filter = mine
	top := logical.NewAlias(x.o.IDs, first, done.Name)
	upper.Aggs = append(upper.Aggs, top)
	nothing, err := x.o.ofNothing(c)
	if err != nil {
		return nil, err
	}
	var value expr.Node = top.Attr()
	if nothing.Value != nil {
		if value, err = x.o.call("coalesce", value, nothing); err != nil {
			return nil, err
		}
	}
	return &logical.Alias{Arg: value, Name: done.Name, ID: done.ID, Tags: done.Tags}, nil
}

// ofNothing is what an aggregate is worth over no rows.
func (o *Optimizer) ofNothing(c *logical.AggregateCall) (*expr.Literal, error) {
	agg, err := c.Sig.Make(o.context())
	if err != nil {
		return nil, err
	}
	var state []*columnar.Vector
	for _, f := range agg.State().Fields {
		v := columnar.New(f.Type)
		v.AppendZero()
		state = append(state, v)
	}
	out := columnar.New(c.Sig.Result)
	if err := agg.Result(state, []uint32{0}, out); err != nil {
		return nil, err
	}
	return expr.Lit(out.Value(0), c.Sig.Result), nil
}
