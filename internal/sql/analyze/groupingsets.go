package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// groupingSets resolves ROLLUP, CUBE or GROUPING SETS to lists of key numbers.
func (r *resolver) groupingSets(x *plan.Grouping, k *groupKeys, items []item) ([][]int, error) {
	for _, e := range x.By {
		if _, err := r.groupKey(e, k, items); err != nil {
			return nil, err
		}
	}
	var elements [][]int
	for _, set := range x.Sets {
		if len(set) == 1 {
			if inner, ok := set[0].(*plan.Grouping); ok {
				sets, err := r.groupingSets(inner, k, items)
				if err != nil {
					return nil, err
				}
				elements = append(elements, sets...)
				continue
			}
		}
		var el []int
		for _, e := range set {
			i, err := r.groupKey(e, k, items)
			if err != nil {
				return nil, err
			}
			el = append(el, i)
		}
		elements = append(elements, el)
	}
	switch x.Kind {
	case plan.Rollup:
		var sets [][]int
		for n := len(elements); n >= 0; n-- {
			sets = append(sets, flat(elements[:n]))
		}
		return sets, nil
	case plan.Cube:
		if len(elements) > 12 {
			return nil, fail(x.Origin, "GROUPING_SIZE_LIMIT_EXCEEDED", "CUBE of "+itoa(len(elements))+" columns makes too many grouping sets.", "maxSize", "12")
		}
		return cube(elements), nil
	}
	return elements, nil
}

// cube returns all subsets, larger prefixes first.
func cube(el [][]int) [][]int {
	if len(el) == 0 {
		return [][]int{nil}
	}
	rest := cube(el[1:])
	var out [][]int
	for _, s := range rest {
		out = append(out, append(append([]int(nil), el[0]...), s...))
	}
	return append(out, rest...)
}

func flat(el [][]int) []int {
	var out []int
	for _, e := range el {
		out = append(out, e...)
	}
	return out
}

// product joins the sets of the elements of GROUP BY, each with each.
func product(parts [][][]int) [][]int {
	out := [][]int{nil}
	for _, sets := range parts {
		var next [][]int
		for _, o := range out {
			for _, s := range sets {
				next = append(next, append(append([]int(nil), o...), s...))
			}
		}
		out = next
	}
	return out
}

// expand makes the Expand of grouping sets and the keys above it: copies of
// the keys, null where a set lacks them, and the number of the set.
func (g *grouping) expand(k *groupKeys, at sparkerr.Origin) error {
	if len(k.exprs) > 63 {
		return fail(at, "GROUPING_SIZE_LIMIT_EXCEEDED", "Grouping sets may have at most 63 columns.", "maxSize", "63")
	}
	in := g.child.Output()
	x := &logical.Expand{At: logical.At{Origin: at}, Out: append([]*logical.Attr(nil), in...), Child: g.child}
	g.byKey = map[string]*logical.Attr{}
	g.keys = k.exprs
	for i, e := range k.exprs {
		c := logical.NewAttr(g.a.IDs, keyName(e, k.names[i]), e.Type(), true)
		c.Tags = logical.TagsOf(e)
		if t, ok := e.(*logical.Attr); ok {
			c.Qualifier = t.Qualifier
		}
		x.Out = append(x.Out, c)
		g.group = append(g.group, c)
		g.byKey[logical.Key(e)] = c
	}
	g.gid = logical.NewAttr(g.a.IDs, "spark_grouping_id", sqltype.Long, false)
	x.Out, g.group = append(x.Out, g.gid), append(g.group, g.gid)
	seen, twice := map[int64]bool{}, false
	for _, s := range k.sets {
		twice = twice || seen[setID(s, len(k.exprs))]
		seen[setID(s, len(k.exprs))] = true
	}
	if twice {
		pos := logical.NewAttr(g.a.IDs, "_gen_grouping_pos", sqltype.Int, false)
		x.Out, g.group = append(x.Out, pos), append(g.group, pos)
	}
	for i, s := range k.sets {
		row := append(logical.Nodes(in), setRow(k, s)...)
		if twice {
			row = append(row, expr.Lit(int32(i), sqltype.Int))
		}
		x.Rows = append(x.Rows, row)
	}
	g.child = x
	return nil
}

// setRow is the keys of one set, null for those it lacks, and its number.
func setRow(k *groupKeys, set []int) []expr.Node {
	id := setID(set, len(k.exprs))
	var row []expr.Node
	for i, e := range k.exprs {
		if id>>(len(k.exprs)-1-i)&1 == 1 {
			e = expr.NullOf(e.Type())
		}
		row = append(row, e)
	}
	return append(row, expr.Lit(id, sqltype.Long))
}

// setID has a bit for each key, the first the highest: 1 if the set lacks it.
func setID(set []int, n int) int64 {
	id := int64(1)<<n - 1
	for _, i := range set {
		id &^= 1 << (n - 1 - i)
	}
	return id
}

// groupingCall is grouping(a) or grouping_id(a, ...) before the sets are known.
type groupingCall struct {
	id     bool
	args   []expr.Node
	origin sparkerr.Origin
}

func (c *groupingCall) Type() sqltype.Type {
	if c.id {
		return sqltype.Long
	}
	return sqltype.Byte
}
func (c *groupingCall) Nullable() bool        { return false }
func (c *groupingCall) Children() []expr.Node { return c.args }
func (c *groupingCall) With(k []expr.Node) expr.Node {
	return &groupingCall{id: c.id, args: k, origin: c.origin}
}
func (c *groupingCall) String() string {
	name := "grouping("
	if c.id {
		name = "grouping_id("
	}
	return name + c2(c.args, ", ") + ")"
}

func (r *resolver) grouping(c *plan.Call) (expr.Node, error) {
	id := strings.EqualFold(c.Name, "grouping_id")
	if !id && len(c.Args) != 1 {
		return nil, wrongCount(c, "1")
	}
	args, err := r.exprs(c.Args)
	return &groupingCall{id: id, args: args, origin: c.Origin}, err
}

// noGrouping refuses grouping functions in a list without aggregation.
func noGrouping(list []expr.Node) error {
	var err error
	for _, n := range list {
		expr.Walk(n, func(x expr.Node) bool {
			if c, ok := x.(*groupingCall); ok {
				err = fail(c.origin, "UNSUPPORTED_GROUPING_EXPRESSION", "grouping and grouping_id stand only in a query with GROUPING SETS, CUBE or ROLLUP.")
			}
			return err == nil
		})
	}
	return err
}

// groupingBits computes grouping and grouping_id from the number of the set.
func (g *grouping) groupingBits(c *groupingCall) (expr.Node, error) {
	if g.total && c.id && len(c.args) == 0 {
		return expr.Lit(int64(0), sqltype.Long), nil
	}
	if g.gid == nil {
		return nil, fail(c.origin, "UNSUPPORTED_GROUPING_EXPRESSION", "grouping and grouping_id stand only in a query with GROUPING SETS, CUBE or ROLLUP.")
	}
	if c.id {
		if len(c.args) > 0 && !g.isKeys(c.args) {
			return nil, fail(c.origin, "GROUPING_ID_COLUMN_MISMATCH", "grouping_id must name all grouping columns in their order, or none: "+c2(g.keys, ", ")+".", "groupingIdColumn", c2(c.args, ", "), "groupByColumns", c2(g.keys, ", "))
		}
		return g.gid, nil
	}
	at := -1
	for i, k := range g.keys {
		if logical.Key(k) == logical.Key(c.args[0]) {
			at = len(g.keys) - 1 - i
		}
	}
	if at < 0 {
		return nil, fail(c.origin, "GROUPING_COLUMN_MISMATCH", "The column "+c.args[0].String()+" of grouping is no grouping column: "+c2(g.keys, ", ")+".", "grouping", c.args[0].String(), "groupingColumns", c2(g.keys, ", "))
	}
	n, err := g.a.applyArgs(">>", []expr.Node{g.gid, expr.Lit(int32(at), sqltype.Int)}, c.origin)
	if err != nil {
		return nil, err
	}
	if n, err = g.a.applyArgs("&", []expr.Node{n, expr.Lit(int64(1), sqltype.Long)}, c.origin); err != nil {
		return nil, err
	}
	return &expr.Cast{Arg: n, T: sqltype.Byte, Mode: expr.CastLegacy, Implicit: true}, nil
}

func (g *grouping) isKeys(args []expr.Node) bool {
	if len(args) != len(g.keys) {
		return false
	}
	for i, e := range args {
		if logical.Key(e) != logical.Key(g.keys[i]) {
			return false
		}
	}
	return true
}
