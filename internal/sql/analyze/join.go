package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

var joinTypes = map[plan.JoinKind]logical.JoinType{
	plan.Inner: logical.Inner, plan.Cross: logical.Cross, plan.LeftOuter: logical.LeftOuter, plan.RightOuter: logical.RightOuter,
	plan.FullOuter: logical.FullOuter, plan.LeftSemi: logical.LeftSemi, plan.LeftAnti: logical.LeftAnti,
}

// join analyses a join; USING and NATURAL become a condition and a Project
// with the common columns first.
func (a *Analyzer) join(x *plan.Join, e *env) (logical.Node, error) {
	left, err := a.open(x.Left, e)
	if err != nil {
		return nil, err
	}
	if x.Lateral {
		return a.lateral(x, left, e)
	}
	right, err := a.open(x.Right, e)
	if err != nil {
		return nil, err
	}
	left, right = a.apart(left, right)
	j := &logical.Join{At: logical.At{Origin: x.Origin}, Type: joinTypes[x.Kind], Left: left, Right: right}
	j.Left, j.LeftHint = takeHint(left)
	j.Right, j.RightHint = takeHint(right)
	switch {
	case x.Natural:
		return a.using(j, a.commonNames(left, right))
	case len(x.Using) > 0:
		return a.using(j, x.Using)
	case x.On != nil:
		if j.Cond, err = a.joinCondition(x.On, j, e); err != nil {
			return nil, err
		}
		if j.Type == logical.Cross {
			j.Type = logical.Inner
		}
	}
	return j, nil
}

// apart gives the right side fresh columns where it shares some with the left.
func (a *Analyzer) apart(left, right logical.Node) (logical.Node, logical.Node) {
	mine := logical.SetOf(left.Output())
	var list []expr.Node
	shared := false
	for _, t := range right.Output() {
		if mine[t.ID] {
			shared = true
			al := logical.NewAlias(a.IDs, t, t.Name)
			al.Qualifier = t.Qualifier
			list = append(list, al)
		} else {
			list = append(list, t)
		}
	}
	if !shared {
		return left, right
	}
	return left, &logical.Project{List: list, Child: right}
}

func (a *Analyzer) joinCondition(on plan.Expr, j *logical.Join, e *env) (expr.Node, error) {
	cond, err := a.over(e, j.Left, j.Right).value(on)
	if err != nil {
		return nil, err
	}
	if hasAggregate(cond) {
		return nil, fail(on.Where(), "UNSUPPORTED_EXPR_FOR_OPERATOR", "A join condition cannot use the aggregate "+aggregatesOf(cond)+". Aggregate in a subquery.", "invalidExprSqls", aggregatesOf(cond))
	}
	if !expr.Deterministic(cond) {
		return nil, fail(on.Where(), "INVALID_NON_DETERMINISTIC_EXPRESSIONS", "A join condition must be deterministic, but "+quoteExpr(cond)+" is not. Compute it in a subquery.", "sqlExprs", quoteExpr(cond))
	}
	return a.condition(cond, on.Where(), func() error {
		return fail(on.Where(), "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "The join condition "+quoteExpr(cond)+" must be a boolean, but has the type "+quoteType(cond.Type())+".",
			"joinCondition", quoteExpr(cond), "conditionType", quoteType(cond.Type()))
	})
}

func (a *Analyzer) commonNames(left, right logical.Node) []string {
	var names []string
	for _, l := range left.Output() {
		for _, r := range right.Output() {
			if a.same(l.Name, r.Name) && !l.Hidden && !r.Hidden {
				names = append(names, l.Name)
				break
			}
		}
	}
	return names
}

// using joins on equal columns of the names and puts them out once, first.
func (a *Analyzer) using(j *logical.Join, names []string) (logical.Node, error) {
	var keys []expr.Node
	drop := logical.Set{}
	var conds []expr.Node
	for _, name := range names {
		l, err := a.usingSide(j.Left, name, "left", j.Origin)
		if err != nil {
			return nil, err
		}
		r, err := a.usingSide(j.Right, name, "right", j.Origin)
		if err != nil {
			return nil, err
		}
		c, err := a.applyArgs("=", []expr.Node{l, r}, j.Origin)
		if err != nil {
			return nil, err
		}
		conds = append(conds, c)
		drop[l.ID], drop[r.ID] = true, true
		keys = append(keys, l)
		switch j.Type {
		case logical.RightOuter:
			keys[len(keys)-1] = r
		case logical.FullOuter:
			k, err := a.either(l, r, j.Origin)
			if err != nil {
				return nil, err
			}
			keys[len(keys)-1] = k
		}
	}
	j.Cond = logical.And(conds...)
	if j.Cond != nil && j.Type == logical.Cross {
		j.Type = logical.Inner
	}
	shown := logical.SetOf(logical.ToAttrs(keys))
	for _, t := range j.Output() {
		if drop[t.ID] && !shown[t.ID] {
			h := *t
			h.Hidden = true
			keys = append(keys, &h)
		}
	}
	for _, t := range j.Output() {
		if !drop[t.ID] && !t.Meta {
			keys = append(keys, t)
		}
	}
	return &logical.Project{At: j.At, List: keys, Child: j}, nil
}

// either is the key of a full outer join: that of the side that has a row.
func (a *Analyzer) either(l, r *logical.Attr, at sparkerr.Origin) (expr.Node, error) {
	n, err := a.applyArgs("coalesce", []expr.Node{l.WithNull(true), r.WithNull(true)}, at)
	if err != nil {
		return nil, err
	}
	return logical.NewAlias(a.IDs, n, l.Name), nil
}

func (a *Analyzer) usingSide(n logical.Node, name, side string, at sparkerr.Origin) (*logical.Attr, error) {
	e, err := a.resolve(&scope{attrs: n.Output()}, []string{name}, at)
	if err != nil {
		return nil, err
	}
	if t, ok := e.(*logical.Attr); ok {
		return t, nil
	}
	names := make([]string, 0, len(n.Output()))
	for _, t := range n.Output() {
		names = append(names, plan.Quote(t.Name))
	}
	list := strings.Join(names, ", ")
	return nil, fail(at, "UNRESOLVED_USING_COLUMN_FOR_JOIN", "The "+side+" side of the join has no column "+plan.Quote(name)+" for USING; it has ["+list+"].",
		"colName", plan.Quote(name), "side", side, "suggestion", list)
}

// lateral analyses a join whose right side sees the columns of the left.
func (a *Analyzer) lateral(x *plan.Join, left logical.Node, e *env) (logical.Node, error) {
	outer := &scope{attrs: left.Output()}
	if f, ok := lateralCall(x.Right); ok && (x.Kind == plan.Inner || x.Kind == plan.Cross || x.Kind == plan.LeftOuter) && x.On == nil {
		return a.lateralFunction(x, f, left, e)
	}
	right, err := a.relation(x.Right, e.with(func(d *env) { d.outer = outer }))
	if err != nil {
		return nil, err
	}
	j := &logical.Join{At: logical.At{Origin: x.Origin}, Type: joinTypes[x.Kind], Left: left, Right: right}
	if x.On != nil {
		if j.Cond, err = a.joinCondition(x.On, j, e); err != nil {
			return nil, err
		}
	}
	if j.Type == logical.Cross {
		j.Type = logical.Inner
	}
	return j, nil
}

// lateralCall returns the table function that is the right side of a lateral
// join, with its alias.
func lateralCall(r plan.Relation) (*plan.Aliased, bool) {
	switch x := r.(type) {
	case *plan.Aliased:
		_, ok := x.Child.(*plan.TableFunction)
		return x, ok
	case *plan.TableFunction:
		return &plan.Aliased{Node: x.Node, Child: x}, true
	}
	return nil, false
}

// lateralFunction is a generator over the rows of the left side.
func (a *Analyzer) lateralFunction(x *plan.Join, al *plan.Aliased, left logical.Node, e *env) (logical.Node, error) {
	f := al.Child.(*plan.TableFunction)
	name, err := a.name(f.Name, e)
	if err != nil {
		return nil, err
	}
	call := &plan.Call{Node: f.Node, Name: name[len(name)-1], Qualifier: name[:len(name)-1], Args: f.Args}
	g := &plan.Generate{Node: x.Node, Call: call, Outer: x.Kind == plan.LeftOuter, Table: al.Name, Columns: al.Columns}
	return a.lateralView(g, left, e)
}

// lateralView analyses LATERAL VIEW.
func (a *Analyzer) lateralView(x *plan.Generate, in logical.Node, e *env) (logical.Node, error) {
	r := a.over(e, in)
	r.generators = true
	n, err := r.call(x.Call)
	if err != nil {
		return nil, err
	}
	call, ok := n.(*logical.GeneratorCall)
	if !ok {
		return nil, fail(x.Call.Origin, "UNSUPPORTED_GENERATOR.NOT_GENERATOR", "The function "+plan.Quote(x.Call.Name)+" makes no rows. Use explode or another generator.",
			"functionName", plan.Quote(x.Call.Name), "classCanonicalName", "expression")
	}
	g, err := a.generate(call, x.Columns, in)
	if err != nil {
		return nil, err
	}
	g.Outer = g.Outer || x.Outer
	for i, t := range g.Made {
		if x.Table != "" {
			t = t.Qualified([]string{x.Table})
		}
		g.Made[i] = t.WithNull(t.Null || g.Outer)
	}
	return g, nil
}

// setOp analyses UNION, INTERSECT and EXCEPT.
func (a *Analyzer) setOp(x *plan.SetOp, e *env) (logical.Node, error) {
	inputs, err := a.setInputs(x, e)
	if err != nil {
		return nil, err
	}
	at := logical.At{Origin: x.Origin}
	if x.ByName {
		if inputs, err = a.byName(inputs, x); err != nil {
			return nil, err
		}
	}
	if inputs, err = a.widenInputs(inputs, x); err != nil {
		return nil, err
	}
	if x.Kind == plan.Union {
		var n logical.Node = logical.NewUnion(a.IDs, inputs, at)
		if !x.All {
			for _, t := range n.Output() {
				if err := comparable(t, x.Origin, "set"); err != nil {
					return nil, err
				}
			}
			return a.distinct(n, at)
		}
		return n, nil
	}
	for _, t := range inputs[0].Output() {
		if err := comparable(t, x.Origin, "set"); err != nil {
			return nil, err
		}
	}
	left, right := a.apart(inputs[0], inputs[1])
	return &logical.SetOp{At: at, Except: x.Kind == plan.Except, All: x.All, Left: left, Right: right}, nil
}

// setInputs analyses the inputs; a chain of UNION ALL becomes one list.
func (a *Analyzer) setInputs(x *plan.SetOp, e *env) ([]logical.Node, error) {
	var parts []plan.Relation
	var gather func(r plan.Relation)
	gather = func(r plan.Relation) {
		if y, ok := r.(*plan.SetOp); ok && x.Kind == plan.Union && x.All && y.Kind == plan.Union && y.All && !y.ByName && !x.ByName {
			gather(y.Left)
			gather(y.Right)
			return
		}
		parts = append(parts, r)
	}
	if x.Kind == plan.Union && x.All && !x.ByName {
		gather(x)
	} else {
		parts = []plan.Relation{x.Left, x.Right}
	}
	inputs := make([]logical.Node, len(parts))
	for i, p := range parts {
		var err error
		if inputs[i], err = a.relation(p, e); err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

var setNames = map[plan.SetKind]string{plan.Union: "UNION", plan.Intersect: "INTERSECT", plan.Except: "EXCEPT"}

// widenInputs brings the columns of all inputs to common types.
func (a *Analyzer) widenInputs(inputs []logical.Node, x *plan.SetOp) ([]logical.Node, error) {
	width := len(inputs[0].Output())
	for i, in := range inputs {
		if n := len(in.Output()); n != width {
			return nil, fail(x.Origin, "NUM_COLUMNS_MISMATCH", setNames[x.Kind]+" needs inputs with the same number of columns, but the first has "+itoa(width)+" and the "+expr.Ordinal(i)+" "+itoa(n)+".",
				"operator", setNames[x.Kind], "firstNumColumns", itoa(width), "invalidOrdinalNum", expr.Ordinal(i), "invalidNumColumns", itoa(n))
		}
	}
	types := make([]sqltype.Type, width)
	for k := range types {
		types[k] = inputs[0].Output()[k].T
		for i, in := range inputs[1:] {
			t, ok := a.widestByPlace([]sqltype.Type{types[k], in.Output()[k].T})
			if !ok {
				return nil, fail(x.Origin, "INCOMPATIBLE_COLUMN_TYPE", setNames[x.Kind]+" needs compatible columns, but the "+expr.Ordinal(k)+" column of the "+expr.Ordinal(i+1)+" input has the type "+quoteType(in.Output()[k].T)+" and the first input "+quoteType(types[k])+". Cast one.",
					"operator", setNames[x.Kind], "columnOrdinalNumber", expr.Ordinal(k), "tableOrdinalNumber", expr.Ordinal(i+1), "dataType1", quoteType(in.Output()[k].T), "dataType2", quoteType(types[k]), "hint", "")
			}
			types[k] = t
		}
	}
	out := make([]logical.Node, len(inputs))
	for i, in := range inputs {
		out[i] = a.converted(in, types, x.Origin)
	}
	return out, nil
}

// converted casts the columns of a relation to types, itself if none changes.
func (a *Analyzer) converted(in logical.Node, types []sqltype.Type, at sparkerr.Origin) logical.Node {
	list := make([]expr.Node, len(types))
	changed := false
	for k, t := range in.Output() {
		n := a.coerce(t, types[k])
		list[k] = t
		if n != expr.Node(t) {
			list[k], changed = logical.NewAlias(a.IDs, n, t.Name), true
		}
	}
	if !changed {
		return in
	}
	return &logical.Project{At: logical.At{Origin: at}, List: list, Child: in}
}

// byName reorders the right input's columns as the left's.
func (a *Analyzer) byName(inputs []logical.Node, x *plan.SetOp) ([]logical.Node, error) {
	left, right := inputs[0], inputs[1]
	pick := func(from, like logical.Node) ([]expr.Node, error) {
		var list []expr.Node
		for _, t := range like.Output() {
			n, err := a.resolve(&scope{attrs: from.Output()}, []string{t.Name}, x.Origin)
			switch {
			case err != nil:
				return nil, err
			case n == nil && !x.AllowMissing:
				names := make([]string, len(from.Output()))
				for i, o := range from.Output() {
					names[i] = o.Name
				}
				return nil, fail(x.Origin, "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES", "Cannot resolve column name "+plan.Quote(t.Name)+" among ("+strings.Join(names, ", ")+").",
					"colName", plan.Quote(t.Name), "fieldNames", strings.Join(names, ", "))
			case n == nil:
				n = logical.NewAlias(a.IDs, expr.NullOf(t.T), t.Name)
			}
			list = append(list, n)
		}
		return list, nil
	}
	rightList, err := pick(right, left)
	if err != nil {
		return nil, err
	}
	leftList := logical.Nodes(left.Output())
	for _, t := range right.Output() {
		if n, err := a.resolve(&scope{attrs: left.Output()}, []string{t.Name}, x.Origin); n != nil || err != nil {
			continue
		}
		if !x.AllowMissing {
			if len(left.Output()) == len(right.Output()) {
				continue
			}
			return []logical.Node{left, right}, nil // NUM_COLUMNS_MISMATCH
		}
		leftList = append(leftList, logical.NewAlias(a.IDs, expr.NullOf(t.T), t.Name))
		rightList = append(rightList, t)
	}
	at := logical.At{Origin: x.Origin}
	return []logical.Node{&logical.Project{At: at, List: leftList, Child: left}, &logical.Project{At: at, List: rightList, Child: right}}, nil
}

// hinted is a relation with a join hint, until a join above takes it.
type hinted struct {
	logical.SubqueryAlias
	hint logical.Hint
}

func (h *hinted) Output() []*logical.Attr            { return h.Child.Output() }
func (h *hinted) With(c []logical.Node) logical.Node { d := *h; d.Child = c[0]; return &d }
func (h *hinted) WithExprs([]expr.Node) logical.Node { return h }
func (h *hinted) String() string                     { return "ResolvedHint" }
func takeHint(n logical.Node) (logical.Node, logical.Hint) {
	if h, ok := n.(*hinted); ok {
		return h.Child, h.hint
	}
	return n, logical.NoHint
}

var joinHints = map[string]logical.Hint{"broadcast": logical.Broadcast, "broadcastjoin": logical.Broadcast, "mapjoin": logical.Broadcast,
	"merge": logical.ShuffleMerge, "shuffle_merge": logical.ShuffleMerge, "mergejoin": logical.ShuffleMerge,
	"shuffle_hash": logical.ShuffleHash, "shuffle_replicate_nl": logical.NestedLoop}

// hint applies a hint: of partitioning at once, of joins to the relations it
// names or, without names, to the relation it stands on. Unknown ones mean
// nothing.
func (a *Analyzer) hint(x *plan.Hint, in logical.Node, e *env) (logical.Node, error) {
	name := strings.ToLower(x.Name)
	if h, ok := joinHints[name]; ok {
		if len(x.Args) == 0 {
			n := &hinted{hint: h}
			n.Child = in
			return n, nil
		}
		return hintNamed(in, x.Args, h, a), nil
	}
	kind, ok := map[string]plan.RepartitionKind{"coalesce": plan.Coalesce, "repartition": plan.RoundRobin, "repartition_by_range": plan.ByRange, "rebalance": plan.RoundRobin}[name]
	if !ok {
		return in, nil
	}
	p := &plan.Repartition{Node: x.Node, Kind: kind}
	for _, arg := range x.Args {
		if l, ok := arg.(*plan.Literal); ok {
			if n, ok := l.Value.(int32); ok {
				p.Count = int(n)
				continue
			}
		}
		p.Keys = append(p.Keys, plan.SortKey{Expr: arg})
		if kind == plan.RoundRobin {
			p.Kind = plan.ByHash
		}
	}
	return a.repartition(p, in, e)
}

// hintNamed puts a join hint on the sides of the joins below whose alias is
// among the names.
func hintNamed(n logical.Node, names []plan.Expr, h logical.Hint, a *Analyzer) logical.Node {
	is := func(m logical.Node) bool {
		s, ok := m.(*logical.SubqueryAlias)
		if !ok {
			return false
		}
		for _, e := range names {
			if at, ok := e.(*plan.Attribute); ok && a.qualified(s.Name, at.Parts) {
				return true
			}
		}
		return false
	}
	return logical.Transform(n, func(m logical.Node) logical.Node {
		j, ok := m.(*logical.Join)
		if !ok {
			return m
		}
		d := *j
		if is(j.Left) {
			d.LeftHint = h
		}
		if is(j.Right) {
			d.RightHint = h
		}
		return &d
	})
}
