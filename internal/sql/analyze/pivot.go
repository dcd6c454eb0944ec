package analyze

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// pivot turns values into columns: each aggregate filtered by each value.
func (a *Analyzer) pivot(x *plan.Pivot, in logical.Node, e *env) (logical.Node, error) {
	if x.Values == nil {
		return nil, refuse(x.Origin, "PIVOT without a list of values")
	}
	if logical.Streaming(in) {
		return nil, unsupported(in, "PIVOT of a stream is not possible. Filter the aggregates by value instead")
	}
	r := a.over(e, in)
	on, err := r.exprs(x.On)
	if err != nil {
		return nil, err
	}
	aggs, err := a.pivotAggregates(x, r)
	if err != nil {
		return nil, err
	}
	g := &grouping{a: a, child: in, explicit: true}
	keys, err := a.pivotKeys(x, r, on, aggs, in)
	if err != nil {
		return nil, err
	}
	var list []expr.Node
	for _, k := range keys {
		g.addKey(k, k.String())
		list = append(list, g.byKey[logical.Key(k)])
	}
	for _, v := range x.Values {
		cond, name, err := a.pivotValue(v, on, r)
		if err != nil {
			return nil, err
		}
		for i, agg := range aggs {
			low, err := g.lower(filtered(agg, cond))
			if err != nil {
				return nil, err
			}
			if !low.Nullable() { // no row of that value: null, also where no rows have a value
				if low, err = a.ifAny(g, cond, low); err != nil {
					return nil, err
				}
			}
			list = append(list, logical.NewAlias(a.IDs, low, pivotName(name, x.Aggs[i], agg, len(aggs))))
		}
	}
	at := logical.At{Origin: x.Origin}
	return &logical.Project{At: at, List: list, Child: g.node(at)}, nil
}

// ifAny is e where the group has a row that meets cond, else null.
func (a *Analyzer) ifAny(g *grouping, cond, e expr.Node) (expr.Node, error) {
	one := expr.Lit(int32(1), sqltype.Int)
	r := &resolver{a: a, scopes: []*scope{{}}}
	n, err := r.call(&plan.Call{Name: "count", Args: []plan.Expr{&plan.Literal{Value: int32(1), Type: sqltype.Int}}})
	if err != nil {
		return nil, err
	}
	if n, err = g.lower(filtered(n, cond)); err != nil {
		return nil, err
	}
	some, err := a.applyArgs(">=", []expr.Node{n, one}, g.child.Where())
	if err != nil {
		return nil, err
	}
	return &expr.Case{Whens: []expr.Node{some}, Thens: []expr.Node{e}}, nil
}

func (a *Analyzer) pivotAggregates(x *plan.Pivot, r *resolver) ([]expr.Node, error) {
	aggs, err := r.exprs(x.Aggs)
	if err != nil {
		return nil, err
	}
	for i, n := range aggs {
		if !hasAggregate(n) {
			return nil, fail(x.Aggs[i].Where(), "_LEGACY_ERROR_TEMP_1006", "PIVOT needs aggregates, but "+quoteExpr(n)+" is none.", "sql", n.String())
		}
	}
	return aggs, nil
}

// pivotKeys are the grouping columns: those given, else all not used.
func (a *Analyzer) pivotKeys(x *plan.Pivot, r *resolver, on, aggs []expr.Node, in logical.Node) ([]expr.Node, error) {
	if x.Group != nil {
		return r.exprs(x.Group)
	}
	used := logical.Set{}
	for _, n := range append(append([]expr.Node(nil), on...), aggs...) {
		logical.Refs(n, used)
	}
	var keys []expr.Node
	for _, t := range in.Output() {
		if !used[t.ID] {
			keys = append(keys, t)
		}
	}
	return keys, nil
}

// pivotValue returns the condition of a value and its name.
func (a *Analyzer) pivotValue(v plan.Expr, on []expr.Node, r *resolver) (expr.Node, string, error) {
	name := ""
	if al, ok := v.(*plan.Alias); ok {
		v, name = al.Child, al.Names[0]
	}
	n, err := r.value(v)
	if err != nil {
		return nil, "", err
	}
	if expr.Any(n, isAttr) {
		return nil, "", fail(v.Where(), "NON_LITERAL_PIVOT_VALUES", "The values of PIVOT must be constants, but "+quoteExpr(n)+" is none.", "expression", quoteExpr(n))
	}
	vals := []expr.Node{n}
	if len(on) > 1 {
		if isStruct(n) {
			vals = structFields(n)
		}
		if len(vals) != len(on) {
			return nil, "", pivotMismatch(v, n, on)
		}
	}
	var conds []expr.Node
	for i, o := range on {
		c, err := a.applyArgs("<=>", []expr.Node{o, vals[i]}, v.Where())
		if err != nil {
			return nil, "", err
		}
		conds = append(conds, c)
	}
	if name == "" {
		if name, err = a.textOf(n); err != nil {
			return nil, "", err
		}
	}
	return logical.And(conds...), name, nil
}

func pivotMismatch(v plan.Expr, n expr.Node, on []expr.Node) error {
	t := logical.Schema(logical.ToAttrs(on)).String()
	if len(on) == 1 {
		t = on[0].Type().String()
	}
	return fail(v.Where(), "PIVOT_VALUE_DATA_TYPE_MISMATCH", "The value "+n.String()+" of PIVOT has the type "+n.Type().String()+", but "+t+" is pivoted.",
		"value", n.String(), "valueType", n.Type().String(), "pivotType", t)
}

// textOf is a constant as text.
func (a *Analyzer) textOf(n expr.Node) (string, error) {
	l, ok := a.fold(a.coerce(n, sqltype.String)).(*expr.Literal)
	if !ok {
		return n.String(), nil
	}
	if l.Value == nil {
		return "null", nil
	}
	s, _ := l.Value.(string)
	return s, nil
}

func pivotName(value string, src plan.Expr, agg expr.Node, n int) string {
	if al, ok := src.(*plan.Alias); ok {
		return value + "_" + al.Names[0]
	}
	if n == 1 {
		return value
	}
	return value + "_" + agg.String()
}

// filtered restricts the aggregates of an expression to rows that meet cond.
func filtered(e, cond expr.Node) expr.Node {
	return expr.Transform(e, func(n expr.Node) expr.Node {
		c, ok := n.(*logical.AggregateCall)
		if !ok {
			return n
		}
		d := *c
		d.Filter = logical.And(c.Filter, cond)
		return &d
	})
}

// unpivot turns columns into rows: one Expand row for each set of columns.
func (a *Analyzer) unpivot(x *plan.Unpivot, in logical.Node, e *env) (logical.Node, error) {
	r := a.over(e, in)
	ids, sets, err := r.unpivotColumns(x, in)
	if err != nil {
		return nil, err
	}
	n := &logical.Expand{At: logical.At{Origin: x.Origin}, Child: in}
	for _, t := range ids {
		n.Out = append(n.Out, logical.ToAttr(t).Fresh(a.IDs))
	}
	n.Out = append(n.Out, logical.NewAttr(a.IDs, x.Variable, sqltype.String, false))
	if err := a.unpivotValues(x, n, sets); err != nil {
		return nil, err
	}
	for i, set := range sets {
		label := ""
		if i < len(x.Labels) {
			label = x.Labels[i]
		}
		if label == "" {
			label = c2(set, "_")
		}
		row := append(append([]expr.Node(nil), ids...), textLiteral(label))
		for k, v := range set {
			row = append(row, a.coerce(v, n.Out[len(ids)+1+k].T))
		}
		n.Rows = append(n.Rows, row)
	}
	if x.IncludeNulls {
		return n, nil
	}
	return a.dropNulls(n, n.Out[len(ids)+1:], x)
}

// dropNulls leaves out the rows whose values are all null.
func (a *Analyzer) dropNulls(n logical.Node, values []*logical.Attr, x *plan.Unpivot) (logical.Node, error) {
	var any expr.Node
	for _, t := range values {
		c, err := a.applyArgs("isnotnull", []expr.Node{t}, x.Origin)
		if err != nil {
			return nil, err
		}
		if any != nil {
			c = &expr.Logic{Or: true, Left: any, Right: c}
		}
		any = c
	}
	return &logical.Filter{At: logical.At{Origin: x.Origin}, Cond: any, Child: n}, nil
}

func (a *Analyzer) unpivotValues(x *plan.Unpivot, n *logical.Expand, sets [][]expr.Node) error {
	for k, name := range x.Values {
		ts := make([]sqltype.Type, len(sets))
		for i, set := range sets {
			if len(set) != len(x.Values) {
				return fail(x.Origin, "UNPIVOT_VALUE_SIZE_MISMATCH", "UNPIVOT names "+itoa(len(x.Values))+" values, but a set has "+itoa(len(set))+" columns.", "names", itoa(len(x.Values)))
			}
			ts[i] = set[k].Type()
		}
		t, ok := a.widest(ts)
		if !ok {
			return fail(x.Origin, "UNPIVOT_VALUE_DATA_TYPE_MISMATCH", "The columns of the UNPIVOT value "+plan.Quote(name)+" have types without a common one. Cast them.", "types", "")
		}
		n.Out = append(n.Out, logical.NewAttr(a.IDs, name, t, true))
	}
	return nil
}

func (r *resolver) unpivotColumns(x *plan.Unpivot, in logical.Node) (ids []expr.Node, sets [][]expr.Node, err error) {
	if x.HasIDs {
		if ids, err = r.expand(x.IDs); err != nil {
			return nil, nil, err
		}
	}
	for _, set := range x.Columns {
		cols, err := r.expand(set)
		if err != nil {
			return nil, nil, err
		}
		if len(cols) > len(x.Values) && len(x.Values) == 1 { // a star
			for _, c := range cols {
				sets = append(sets, []expr.Node{c})
			}
			continue
		}
		sets = append(sets, cols)
	}
	used := logical.Set{}
	for _, set := range append(sets, ids) {
		for _, c := range set {
			logical.Refs(c, used)
		}
	}
	for _, t := range in.Output() {
		switch {
		case used[t.ID]:
		case x.Columns == nil:
			sets = append(sets, []expr.Node{t})
		case !x.HasIDs:
			ids = append(ids, t)
		}
	}
	if len(sets) == 0 {
		return nil, nil, fail(x.Origin, "UNPIVOT_REQUIRES_VALUE_COLUMNS", "UNPIVOT has no columns to turn into rows.")
	}
	return ids, sets, nil
}

// expand resolves columns and stars.
func (r *resolver) expand(es []plan.Expr) ([]expr.Node, error) {
	items, err := r.items(es)
	if err != nil {
		return nil, err
	}
	out := make([]expr.Node, len(items))
	for i, it := range items {
		if out[i] = it.node; out[i] == nil {
			if out[i], err = r.value(it.src); err != nil {
				return nil, err
			}
		}
	}
	for i, n := range out {
		if _, ok := n.(*logical.Attr); !ok {
			return nil, fail(es[min(i, len(es)-1)].Where(), "UNPIVOT_REQUIRES_ATTRIBUTES", "UNPIVOT takes columns, not expressions like "+quoteExpr(n)+".", "given", "value", "empty", "id", "expressions", quoteExpr(n))
		}
	}
	return out, nil
}
