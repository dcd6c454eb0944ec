package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// grouping gathers the keys and aggregates of one aggregation. Expressions
// over the input are lowered to expressions over what the Aggregate puts out;
// on the way new aggregates are added.
type grouping struct {
	a        *Analyzer
	child    logical.Node
	explicit bool        // there is a GROUP BY
	keys     []expr.Node // over child
	group    []expr.Node // Aggregate.Group
	byKey    map[string]*logical.Attr
	calls    []expr.Node // Aggregate.Aggs
	byCall   map[string]*logical.Attr
	window   *logical.Attr // the time window among the keys
	gid      *logical.Attr // which grouping set, nil without
	total    bool          // the one grouping set is ()
}

// node returns the Aggregate with everything lowered so far.
func (g *grouping) node(at logical.At) logical.Node {
	return &logical.Aggregate{At: at, Group: g.group, Aggs: g.calls, Child: g.child}
}

// addKey makes e a grouping key.
func (g *grouping) addKey(e expr.Node, name string) {
	g.keys = append(g.keys, e)
	k := logical.Key(e)
	if g.byKey == nil {
		g.byKey = map[string]*logical.Attr{}
	}
	if _, twice := g.byKey[k]; twice {
		return
	}
	var n expr.Node = e
	if _, ok := e.(*logical.Attr); !ok {
		n = g.a.alias(e, nil, name, &plan.Alias{})
	}
	g.group = append(g.group, n)
	g.byKey[k] = logical.ToAttr(n)
}

// lowerNamed lowers a column of the select list. own are the list's earlier
// columns, which stay.
func (g *grouping) lowerNamed(n expr.Node, own logical.Set) (expr.Node, error) {
	if al, ok := n.(*logical.Alias); ok {
		if c, ok := al.Arg.(*logical.AggregateCall); ok && g.byCall[logical.Key(c)] == nil {
			return g.add(c, al), nil
		}
		arg, err := g.lowerOver(al.Arg, own)
		if err != nil {
			return nil, err
		}
		return al.With([]expr.Node{arg}), nil
	}
	low, err := g.lowerOver(n, own)
	if err != nil {
		return nil, err
	}
	if t, ok := low.(*logical.Attr); ok {
		if in, ok := n.(*logical.Attr); ok && in.Name != t.Name {
			return t.Renamed(in.Name), nil // as the list spells it
		}
		return t, nil
	}
	return logical.NewAlias(g.a.IDs, low, n.String()), nil
}

func (g *grouping) lower(e expr.Node) (expr.Node, error) { return g.lowerOver(e, nil) }

func (g *grouping) lowerOver(e expr.Node, own logical.Set) (expr.Node, error) {
	if t := g.byKey[logical.Key(e)]; t != nil {
		return t, nil
	}
	switch x := e.(type) {
	case *logical.AggregateCall:
		return g.call(x), nil
	case *groupingCall:
		return g.groupingBits(x)
	case *logical.Attr:
		if c := g.a.outerCalls[x.ID]; c != nil {
			return g.call(c), nil
		}
		if own[x.ID] || g.gid != nil && x.ID == g.gid.ID {
			return x, nil
		}
		return nil, g.missing(x)
	}
	if g.window != nil && isWindowTime(e) && logical.Key(e.Children()[0].Children()[0]) == logical.Key(g.window) {
		return nil, fail(sparkerr.Origin{}, "MISSING_AGGREGATION", e.String()+" stands beside GROUP BY window(...). Select the window in a subquery and apply window_time outside it.",
			"expression", quoteExpr(e), "expressionAnyValue", `"any_value(`+e.String()+`)"`)
	}
	kids := e.Children()
	if len(kids) == 0 {
		return e, nil
	}
	fresh := make([]expr.Node, len(kids))
	for i, c := range kids {
		var err error
		if fresh[i], err = g.lowerOver(c, own); err != nil {
			return nil, err
		}
	}
	return e.With(fresh), nil
}

// call returns the column of an aggregate, which it adds once.
func (g *grouping) call(c *logical.AggregateCall) *logical.Attr {
	k := logical.Key(c)
	if t := g.byCall[k]; t != nil {
		return t
	}
	return g.add(c, logical.NewAlias(g.a.IDs, c, c.String()))
}

// add puts an aggregate under its name into the Aggregate.
func (g *grouping) add(c *logical.AggregateCall, al *logical.Alias) *logical.Attr {
	g.calls = append(g.calls, al)
	if g.byCall == nil {
		g.byCall = map[string]*logical.Attr{}
	}
	t := al.Attr()
	g.byCall[logical.Key(c)] = t
	return t
}

// missing is the error of a column that is neither grouped nor aggregated.
func (g *grouping) missing(t *logical.Attr) error {
	if !g.explicit {
		return sparkerr.New("MISSING_GROUP_BY", "The query aggregates but does not group, so the column "+plan.Quote(t.Name)+" has no single value. Add GROUP BY, or wrap the column in any_value.")
	}
	return sparkerr.New("MISSING_AGGREGATION", "The column "+quoteExpr(t)+" is neither grouped by nor inside an aggregate function. Group by it, or wrap it in any_value.",
		"expression", quoteExpr(t), "expressionAnyValue", `"any_value(`+t.Name+`)"`)
}

// aggregates analyses GROUP BY and its select list.
func (a *Analyzer) aggregates(x *plan.Aggregate, e *env) (*block, error) {
	child, err := a.open(x.Child, e)
	if err != nil {
		return nil, err
	}
	b := &block{a: a, env: e, at: logical.At{Origin: x.Origin}, child: child}
	r := a.over(e, child)
	items, err := r.items(x.Aggs)
	if err != nil {
		return nil, err
	}
	if x.All && len(a.named(child, "all")) > 0 { // a column called all
		y := *x
		y.All, y.Group = false, []plan.Expr{&plan.Attribute{Node: x.Node, Parts: []string{"all"}}}
		x = &y
	}
	g := &grouping{a: a, child: child, explicit: len(x.Group) > 0 || x.All}
	keys, err := r.groupKeys(x, items)
	if err != nil {
		return nil, err
	}
	r.sets = keys.sets != nil
	if err := b.bind(x, r, g, keys, items); err != nil {
		return nil, err
	}
	return b, b.finishGroup(g, x, keys)
}

// bind takes time windows below the aggregation and resolves the list.
func (b *block) bind(x *plan.Aggregate, r *resolver, g *grouping, keys *groupKeys, items []item) error {
	var err error
	if b.child, keys.exprs, g.window, err = b.a.takeWindows(b.child, keys.exprs); err != nil {
		return err
	}
	if g.window != nil {
		r.scopes = append(r.scopes, &scope{attrs: []*logical.Attr{g.window}})
	}
	if x.Keyed {
		for i, e := range keys.exprs {
			b.raw = append(b.raw, b.a.alias(e, keys.src[i], keys.names[i], aliasOf(keys.names[i], e)))
		}
	}
	list, err := r.resolveItems(items)
	if err != nil {
		return err
	}
	b.raw = append(b.raw, list...)
	return b.bindWindows(g, keys)
}

// aliasOf is the alias of a key that the program named.
func aliasOf(name string, e expr.Node) *plan.Alias {
	if t, ok := e.(*logical.Attr); name == "" || ok && t.Name == name {
		return nil
	}
	return &plan.Alias{}
}

// bindWindows replaces time windows in the list by the column of the keys', or
// makes one.
func (b *block) bindWindows(g *grouping, keys *groupKeys) error {
	if g.window == nil {
		var err error
		b.child, b.raw, g.window, err = b.a.takeWindows(b.child, b.raw)
		return err
	}
	var err error
	for i, n := range b.raw {
		b.raw[i] = expr.Transform(n, func(y expr.Node) expr.Node {
			w, ok := y.(*timeWindow)
			if !ok {
				return y
			}
			if !sameWindow(w, b.child) {
				err = fail(w.origin, "_LEGACY_ERROR_TEMP_1039", "Several different time windows or session windows in one operator make a product of windows, which is not supported. Use one, or a subquery for each.")
			}
			return g.window
		})
	}
	return err
}

// sameWindow reports whether w is the window that n, made for the keys, makes.
func sameWindow(w *timeWindow, n logical.Node) bool {
	switch x := n.(type) {
	case *logical.Windows:
		return w.gap == nil && logical.Key(w.time) == logical.Key(x.Time) && w.size == x.Size && w.slide == x.Slide && w.start == x.Start
	case *logical.Sessions:
		return w.gap != nil && logical.Key(w.time) == logical.Key(x.Time) && logical.Key(w.gap) == logical.Key(x.Gap)
	}
	return false
}

// finishGroup makes the keys of the Aggregate and lowers the list onto it.
func (b *block) finishGroup(g *grouping, x *plan.Aggregate, keys *groupKeys) error {
	g.child = b.child
	if x.All {
		if err := g.inferKeys(b.raw, x.Origin); err != nil {
			return err
		}
		return b.grouped(g)
	}
	for i, e := range keys.exprs {
		if hasAggregate(e) {
			return fail(keys.src[i].Where(), "GROUP_BY_AGGREGATE", "GROUP BY cannot use the aggregate "+quoteExpr(e)+".", "sqlExpr", e.String())
		}
	}
	if len(keys.sets) == 1 && len(keys.exprs) == 0 { // GROUPING SETS (()): one group of all rows
		g.explicit, g.total = false, true
		return b.grouped(g)
	}
	if keys.sets != nil {
		if err := g.expand(keys, x.Origin); err != nil {
			return err
		}
		return b.grouped(g)
	}
	for i, e := range keys.exprs {
		g.addKey(e, keyName(e, keys.names[i]))
	}
	return b.grouped(g)
}

func keyName(e expr.Node, name string) string {
	if name != "" {
		return name
	}
	return e.String()
}

// unnamed is what an alias names.
func unnamed(n expr.Node) expr.Node {
	if al, ok := n.(*logical.Alias); ok {
		return al.Arg
	}
	return n
}

// inferKeys makes the keys of GROUP BY ALL: the columns of the list without
// aggregates.
func (g *grouping) inferKeys(list []expr.Node, at sparkerr.Origin) error {
	own := logical.Set{}
	for _, n := range list {
		if own.HasAny(unnamed(n)) && !hasAggregate(n) {
			return lateralInGroupBy(at)
		}
		own[logical.ToAttr(n).ID] = true
		if hasAggregate(n) {
			continue
		}
		e, name := n, ""
		if al, ok := n.(*logical.Alias); ok {
			e, name = al.Arg, al.Name
		}
		if _, constant := e.(*expr.Literal); !constant {
			g.addKey(e, keyName(e, name))
		}
	}
	for _, n := range list {
		if hasAggregate(n) {
			if _, err := g.lowerNamed(n, nil); err != nil {
				return fail(at, "UNRESOLVED_ALL_IN_GROUP_BY", "GROUP BY ALL cannot tell what to group by: "+quoteExpr(unnamed(n))+" mixes an aggregate with columns. Name the keys.")
			}
		}
	}
	return nil
}

// groupKeys are the distinct keys of GROUP BY in order, and the grouping sets
// as lists of key numbers (nil: one set, of all).
type groupKeys struct {
	exprs []expr.Node
	src   []plan.Expr
	names []string
	sets  [][]int
}

// groupKeys resolves the expressions of GROUP BY.
func (r *resolver) groupKeys(x *plan.Aggregate, items []item) (*groupKeys, error) {
	k := &groupKeys{}
	if x.All {
		return k, nil
	}
	parts := [][][]int{} // of each element of GROUP BY its sets
	plain := true
	for _, e := range x.Group {
		if gr, ok := e.(*plan.Grouping); ok {
			plain = false
			sets, err := r.groupingSets(gr, k, items)
			if err != nil {
				return nil, err
			}
			parts = append(parts, sets)
			continue
		}
		i, err := r.groupKey(e, k, items)
		if err != nil {
			return nil, err
		}
		parts = append(parts, [][]int{{i}})
	}
	if !plain {
		k.sets = product(parts)
	}
	return k, nil
}

// groupKey resolves one key and returns its number.
func (r *resolver) groupKey(e plan.Expr, k *groupKeys, items []item) (int, error) {
	n, name, err := r.keyExpr(e, items)
	if err != nil {
		return 0, err
	}
	id := logical.Key(n)
	for i, have := range k.exprs {
		if logical.Key(have) == id {
			return i, nil
		}
	}
	k.exprs, k.src, k.names = append(k.exprs, n), append(k.src, e), append(k.names, name)
	return len(k.exprs) - 1, nil
}

// keyExpr reads a key: a position in the list, an expression, or the name of
// a column of the list.
func (r *resolver) keyExpr(e plan.Expr, items []item) (expr.Node, string, error) {
	if l, ok := e.(*plan.Literal); ok && r.a.conf("spark.sql.groupByOrdinal", true) {
		if i, ok := l.Value.(int32); ok {
			return r.keyAt(int(i), items, l.Origin)
		}
	}
	if al, ok := e.(*plan.Alias); ok {
		n, err := r.value(al.Child)
		return n, al.Names[0], err
	}
	name := ""
	inner := *r
	if r.a.conf("spark.sql.groupByAliases", true) {
		inner.later = r.byAlias(items, &name)
	}
	n, err := inner.value(e)
	if _, whole := e.(*plan.Attribute); !whole {
		name = ""
	}
	return n, name, err
}

// byAlias finds names of GROUP BY among the columns of the list, whose name it
// tells.
func (r *resolver) byAlias(items []item, name *string) func([]string, sparkerr.Origin) (expr.Node, error) {
	return func(parts []string, at sparkerr.Origin) (expr.Node, error) {
		if len(parts) != 1 {
			return nil, nil
		}
		for i, it := range items {
			n, ok, err := r.called(it, parts[0])
			if !ok {
				continue
			}
			if err != nil && r.readsEarlier(items[:i], err) {
				return nil, lateralInGroupBy(at)
			}
			if err == nil && hasAggregate(n) {
				err = fail(at, "GROUP_BY_AGGREGATE", "GROUP BY cannot use the aggregate "+quoteExpr(n)+".", "sqlExpr", n.String())
			}
			*name = parts[0]
			return n, err
		}
		return nil, nil
	}
}

// called resolves an item of the list if it has the name, given or made.
func (r *resolver) called(it item, name string) (expr.Node, bool, error) {
	if al, ok := it.src.(*plan.Alias); ok {
		if !r.a.same(al.Names[0], name) {
			return nil, false, nil
		}
		n, err := r.value(al.Child)
		return n, true, err
	}
	n, err := r.named(it)
	if err != nil {
		return nil, false, nil
	}
	al, ok := n.(*logical.Alias)
	if !ok || !r.a.same(al.Name, name) {
		return nil, false, nil
	}
	return bareOf(al.Arg), true, nil
}

// readsEarlier reports whether err is a name that an item before stands for.
func (r *resolver) readsEarlier(before []item, err error) bool {
	e := sparkerr.As(err)
	if e == nil || !strings.HasPrefix(e.Class, "UNRESOLVED_COLUMN") {
		return false
	}
	for _, it := range before {
		if al, ok := it.src.(*plan.Alias); ok && plan.Quote(al.Names[0]) == e.Params["objectName"] {
			return true
		}
	}
	return false
}

func lateralInGroupBy(at sparkerr.Origin) error {
	return fail(at, "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY", "GROUP BY cannot use a column of the list that reads an earlier one. Compute it in a subquery.")
}

// named returns the columns of a relation that have a name.
func (a *Analyzer) named(n logical.Node, name string) []*logical.Attr {
	found, _ := a.candidates(&scope{attrs: n.Output()}, []string{name})
	return found
}

func (r *resolver) keyAt(i int, items []item, at sparkerr.Origin) (expr.Node, string, error) {
	if i < 1 || i > len(items) {
		return nil, "", fail(at, "GROUP_BY_POS_OUT_OF_RANGE", "GROUP BY position "+itoa(i)+" is not in the select list, which has "+itoa(len(items))+" columns.", "index", itoa(i), "size", itoa(len(items)))
	}
	n, err := r.named(items[i-1])
	if err != nil {
		return nil, "", err
	}
	n = bareOf(n)
	if hasAggregate(n) {
		return nil, "", fail(at, "GROUP_BY_POS_AGGREGATE", "GROUP BY "+itoa(i)+" points at the aggregate "+unnamed(n).String()+", which cannot be grouped by.", "index", itoa(i), "aggExpr", unnamed(n).String()+" AS "+plan.Quote(logical.ToAttr(n).Name))
	}
	if al, ok := n.(*logical.Alias); ok {
		return al.Arg, al.Name, nil
	}
	return n, "", nil
}
