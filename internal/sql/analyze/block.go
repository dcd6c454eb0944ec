package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// block is one SELECT: a list computed over an input, perhaps grouped. HAVING
// and ORDER BY may reach below the list, so the list becomes a node only when
// they have had their say (node).
type block struct {
	a     *Analyzer
	env   *env
	at    logical.At
	child logical.Node // FROM and WHERE, time windows assigned
	group *grouping    // nil: no aggregation
	where []expr.Node  // HAVING, over group's node
	list  []expr.Node  // over child, or over group's node
	raw   []expr.Node  // list as written, before grouping
}

// below is what the list is computed over.
func (b *block) below() logical.Node {
	n := b.child
	if b.group != nil {
		n = b.group.node(b.at)
	}
	if len(b.where) > 0 {
		n = &logical.Filter{At: b.at, Cond: logical.And(b.where...), Child: n}
	}
	return n
}

// node returns the SELECT as a relation.
func (b *block) node() logical.Node { return layered(b.list, b.below(), b.at) }

// selects analyses a SELECT list over its input.
func (a *Analyzer) selects(x *plan.Project, e *env) (*block, error) {
	child, err := a.open(x.Child, e)
	if err != nil {
		return nil, err
	}
	b := &block{a: a, env: e, at: logical.At{Origin: x.Origin}, child: child}
	r := a.over(e, child)
	items, err := r.items(x.Exprs)
	if err != nil {
		return nil, err
	}
	r.generators = true
	if b.raw, err = r.resolveItems(items); err != nil {
		return nil, err
	}
	if anyAggregate(b.raw) {
		g := &grouping{a: a, child: child}
		return b, b.grouped(g)
	}
	if err := b.takeGenerators(items); err != nil {
		return nil, err
	}
	if err := noGrouping(b.raw); err != nil {
		return nil, err
	}
	b.child, b.raw, _, err = a.takeWindows(b.child, b.raw)
	b.list = b.raw
	return b, err
}

// grouped makes b an aggregation with the list b.raw.
func (b *block) grouped(g *grouping) error {
	b.group = g
	b.list = make([]expr.Node, len(b.raw))
	own := logical.Set{}
	for i, n := range b.raw {
		lowered, err := g.lowerNamed(n, own)
		if err != nil {
			return err
		}
		b.list[i] = lowered
		own[logical.ToAttr(n).ID] = true
	}
	return nil
}

func anyAggregate(es []expr.Node) bool {
	for _, e := range es {
		if hasAggregate(e) {
			return true
		}
	}
	return false
}

func hasAggregate(e expr.Node) bool {
	return expr.Any(e, func(n expr.Node) bool { _, ok := n.(*logical.AggregateCall); return ok })
}

// takeGenerators puts the generators of the list below it, one above the other:
// with several a row makes every combination.
func (b *block) takeGenerators(items []item) error {
	var list []expr.Node
	for i, n := range b.raw {
		al, ok := n.(*logical.Alias)
		if !ok {
			list = append(list, n)
			continue
		}
		call, ok := al.Arg.(*logical.GeneratorCall)
		if !ok {
			list = append(list, n)
			continue
		}
		var names []string
		if x, ok := items[i].src.(*plan.Alias); ok {
			names = x.Names
		}
		gen, err := b.a.generate(call, names, b.child)
		if err != nil {
			return err
		}
		b.child = gen
		list = append(list, logical.Nodes(gen.Made)...)
	}
	b.raw = list
	return nil
}

// generate makes the node of a generator; names of its columns may be given.
func (a *Analyzer) generate(call *logical.GeneratorCall, names []string, child logical.Node) (*logical.Generate, error) {
	fields := call.Sig.Out.Fields
	if len(names) > 0 && len(names) != len(fields) {
		return nil, fail(call.Origin, "UDTF_ALIAS_NUMBER_MISMATCH", "The generator makes "+itoa(len(fields))+" columns, but "+itoa(len(names))+" names are given.",
			"aliasesSize", itoa(len(fields)), "aliasesNames", strings.Join(names, ","))
	}
	outer := strings.HasSuffix(call.Fn.Name, "_outer")
	g := &logical.Generate{At: logical.At{Origin: call.Origin}, Call: call, Outer: outer, Child: child}
	for i, f := range fields {
		name := f.Name
		if len(names) > 0 {
			name = names[i]
		}
		g.Made = append(g.Made, logical.NewAttr(a.IDs, name, f.Type, f.Nullable || outer))
	}
	return g, nil
}

// having analyses HAVING over a SELECT.
func (b *block) having(x *plan.Having) error {
	if b.group == nil {
		b.group = &grouping{a: b.a, child: b.child}
		if err := b.grouped(b.group); err != nil {
			return err
		}
	}
	cond, err := b.havingCondition(x.Cond)
	if err != nil {
		return err
	}
	if cond, err = b.a.filterCondition(cond, x.Cond.Where()); err != nil {
		return err
	}
	b.where = append(b.where, cond)
	return nil
}

// havingCondition resolves a condition of HAVING; of another type than boolean
// it is cast.
func (b *block) havingCondition(e plan.Expr) (expr.Node, error) {
	r := b.resolver()
	r.scopes = append([]*scope{{attrs: b.group.keyColumns()}}, r.scopes...)
	n, err := r.value(e)
	if err != nil {
		return nil, err
	}
	if t := n.Type(); sqltype.IsNumeric(t) || t.Kind() == sqltype.KindString {
		n = b.a.coerce(n, sqltype.Boolean)
	}
	return b.lower(n)
}

// keyColumns are the input's columns that are grouped by.
func (g *grouping) keyColumns() []*logical.Attr {
	var out []*logical.Attr
	for _, k := range g.keys {
		if t, ok := k.(*logical.Attr); ok {
			out = append(out, t)
		}
	}
	return out
}

// expression resolves an expression of HAVING or ORDER BY: names are columns of
// the list, else of the input (inside an aggregate the other way round). The
// result reads what the list reads.
func (b *block) expression(e plan.Expr) (expr.Node, error) {
	n, err := b.resolver().value(e)
	if err != nil {
		return nil, err
	}
	return b.lower(n)
}

func (b *block) resolver() *resolver {
	r := b.a.over(b.env, b.child)
	below := r.scopes[0]
	r.grouped = b.group != nil
	if b.group != nil && b.group.gid != nil { // as the input was before it was expanded
		r.sets = true
		below = &scope{attrs: b.group.child.Children()[0].Output()}
	}
	list := &scope{attrs: logical.ToAttrs(b.list), yields: true}
	r.scopes = []*scope{list, below}
	r.aggScopes = []*scope{below, list}
	return r
}

// lower makes an expression over the list's columns and the input one over
// what the list is computed over.
func (b *block) lower(n expr.Node) (expr.Node, error) {
	defs := map[logical.ID]expr.Node{}
	for i, raw := range b.raw {
		out := logical.ToAttr(b.list[i])
		switch x := raw.(type) {
		case *logical.Alias:
			defs[x.ID] = x.Arg
			defs[out.ID] = x.Arg
		case *logical.Attr:
			if out.ID != x.ID { // a key of grouping sets
				defs[out.ID] = x
			}
		}
	}
	for expr.Any(n, func(x expr.Node) bool { t, ok := x.(*logical.Attr); return ok && defs[t.ID] != nil }) {
		n = logical.Replace(n, defs)
	}
	if b.group == nil {
		if hasAggregate(n) {
			return nil, fail(sparkerr.Origin{}, "MISSING_GROUP_BY", "An aggregate function stands in a query without GROUP BY. Add GROUP BY, or aggregate in a subquery.")
		}
		return n, nil
	}
	if w := b.group.window; w != nil {
		n = expr.Transform(n, func(x expr.Node) expr.Node {
			if _, ok := x.(*timeWindow); ok {
				return w
			}
			return x
		})
	}
	return b.group.lower(n)
}

// filterCondition makes a condition of WHERE or HAVING a boolean.
func (a *Analyzer) filterCondition(e expr.Node, at sparkerr.Origin) (expr.Node, error) {
	if e.Type().Kind() == sqltype.KindBoolean {
		return e, nil
	}
	return nil, fail(at, "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "The condition "+quoteExpr(e)+" must be a boolean, but has the type "+quoteType(e.Type())+".",
		"filter", quoteExpr(e), "type", quoteType(e.Type()), "sqlExpr", quoteExpr(e))
}

// sorted analyses ORDER BY over a SELECT.
func (b *block) sorted(x *plan.Sort) (logical.Node, error) {
	outs := logical.ToAttrs(b.list)
	if x.All && len(b.a.named(b.child, "all")) > 0 { // a column called all
		y := *x
		y.Keys = append([]plan.SortKey(nil), x.Keys...)
		y.All, y.Keys[0].Expr = false, &plan.Attribute{Node: plan.At(x.Origin), Parts: []string{"all"}}
		x = &y
	}
	keys := b.a.sortAll(x, outs)
	orders := make([]logical.Order, len(keys))
	var hidden []expr.Node
	for i, k := range keys {
		n, err := b.sortKey(k, outs)
		if err != nil {
			return nil, err
		}
		if !logical.SetOf(outs).HasAll(n) {
			al := logical.NewAlias(b.a.IDs, n, n.String())
			hidden = append(hidden, al)
			n = al.Attr()
		}
		orders[i] = order(n, k)
	}
	if err := b.a.orderable(orders, x.Origin); err != nil {
		return nil, err
	}
	at := logical.At{Origin: x.Origin}
	if len(hidden) == 0 {
		return &logical.Sort{At: at, Orders: orders, Global: x.Global, Child: b.node()}, nil
	}
	wide := layered(append(append([]expr.Node(nil), b.list...), hidden...), b.below(), b.at)
	sorted := &logical.Sort{At: at, Orders: orders, Global: x.Global, Child: wide}
	return &logical.Project{At: b.at, List: logical.Nodes(outs), Child: sorted}, nil
}

// sortKey resolves one key: a position, an expression over the list's columns,
// or one that reaches below the list.
func (b *block) sortKey(k plan.SortKey, outs []*logical.Attr) (expr.Node, error) {
	if n, ok, err := b.a.position(k.Expr, outs); ok || err != nil {
		return n, err
	}
	if at, ok := k.Expr.(*plan.Attribute); ok && at.PlanID == 0 && len(at.Parts) > 0 {
		n, err := b.a.resolve(&scope{attrs: outs}, at.Parts, at.Origin)
		if sparkerr.ClassOf(err) == "AMBIGUOUS_REFERENCE" {
			if below, _ := b.expression(k.Expr); below != nil {
				return below, nil
			}
		}
		if n != nil || err != nil {
			return n, err
		}
	}
	n, err := b.expression(k.Expr)
	if err != nil {
		return nil, err
	}
	for i, l := range b.list { // the same as a column: sort by that
		if al, ok := l.(*logical.Alias); ok && logical.Key(al.Arg) == logical.Key(n) && expr.Deterministic(n) {
			return outs[i], nil
		}
	}
	return n, nil
}

func (a *Analyzer) sortAll(x *plan.Sort, outs []*logical.Attr) []plan.SortKey {
	if !x.All {
		return x.Keys
	}
	keys := make([]plan.SortKey, len(outs))
	for i := range outs {
		keys[i] = x.Keys[0]
		keys[i].Expr = &plan.Literal{Node: plan.At(x.Origin), Value: int32(i + 1), Type: sqltype.Int}
	}
	return keys
}

// position reads ORDER BY n.
func (a *Analyzer) position(e plan.Expr, outs []*logical.Attr) (expr.Node, bool, error) {
	l, ok := e.(*plan.Literal)
	if !ok || !a.conf("spark.sql.orderByOrdinal", true) {
		return nil, false, nil
	}
	i, ok := l.Value.(int32)
	if !ok {
		return nil, false, nil
	}
	if i < 1 || int(i) > len(outs) {
		return nil, true, fail(l.Origin, "ORDER_BY_POS_OUT_OF_RANGE", "ORDER BY position "+itoa(int(i))+" is not in the select list, which has "+itoa(len(outs))+" columns.",
			"index", itoa(int(i)), "size", itoa(len(outs)))
	}
	return outs[i-1], true, nil
}

func order(n expr.Node, k plan.SortKey) logical.Order {
	o := logical.Order{Expr: n, Desc: k.Desc, NullsFirst: !k.Desc}
	if k.Nulls != plan.NullsDefault {
		o.NullsFirst = k.Nulls == plan.NullsFirst
	}
	return o
}

// orderable refuses sort keys of types without an order.
func (a *Analyzer) orderable(orders []logical.Order, at sparkerr.Origin) error {
	for _, o := range orders {
		if hasMap(o.Expr.Type()) || o.Expr.Type().Kind() == sqltype.KindCalendar {
			return fail(at, "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "Values of type "+quoteType(o.Expr.Type())+" have no order.",
				"functionName", "`sortorder`", "dataType", quoteType(o.Expr.Type()), "sqlExpr", quoteExpr(o.Expr))
		}
	}
	return nil
}

func isStruct(n expr.Node) bool { _, ok := n.Type().(*sqltype.Struct); return ok }

func fieldsOf(n expr.Node) []sqltype.Field { return n.Type().(*sqltype.Struct).Fields }
