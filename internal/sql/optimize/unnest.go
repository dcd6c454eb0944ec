package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// unnest turns subqueries in expressions, and lateral joins, into joins, from
// the innermost out.
func unnest(o *Optimizer, n logical.Node) (logical.Node, error) {
	return rewrite(n, func(m logical.Node) (logical.Node, error) {
		if j, ok := m.(*logical.Join); ok && len(logical.OuterRefs(j.Right)) > 0 && refersTo(j.Right, j.Left) {
			var err error
			if m, err = o.lateral(j); err != nil {
				return nil, err
			}
		}
		if !hasSubquery(m.Exprs()) {
			return m, nil
		}
		return o.unnestNode(m)
	})
}

// refersTo reports whether n reads columns of left from outside.
func refersTo(n, left logical.Node) bool {
	in := logical.SetOf(left.Output())
	for _, a := range logical.OuterRefs(n) {
		if in[a.ID] {
			return true
		}
	}
	return false
}

func hasSubquery(es []expr.Node) bool {
	for _, e := range es {
		if expr.Any(e, func(x expr.Node) bool { _, ok := x.(*logical.Subquery); return ok }) {
			return true
		}
	}
	return false
}

// unnestNode joins the subqueries of a node's expressions to its input.
func (o *Optimizer) unnestNode(n logical.Node) (logical.Node, error) {
	if f, ok := n.(*logical.Filter); ok {
		return o.unnestFilter(f)
	}
	if j, ok := n.(*logical.Join); ok {
		return o.unnestJoin(j)
	}
	kids := n.Children()
	if len(kids) != 1 {
		return nil, fail(n, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY", "A subquery cannot stand in "+n.String()+".")
	}
	u := &unnester{o: o, input: kids[0]}
	var failed error
	m := logical.MapExprs(n, func(e expr.Node) expr.Node {
		d, err := u.replace(e)
		if err != nil {
			failed = err
			return e
		}
		return d
	})
	if failed != nil {
		return nil, failed
	}
	m = m.With([]logical.Node{u.input})
	return project(m, n.Output()), nil
}

func fail(n logical.Node, class, message string, kv ...string) error {
	return sparkerr.New(class, message, kv...).At(n.Where())
}

// unnestFilter turns the conjuncts of WHERE that are EXISTS or IN into semi and
// anti joins, the rest into joins that compute a column.
func (o *Optimizer) unnestFilter(f *logical.Filter) (logical.Node, error) {
	u := &unnester{o: o, input: f.Child}
	var rest []expr.Node
	cond, err := u.sink(f.Cond, false)
	if err != nil {
		return nil, err
	}
	for _, c := range logical.Conjuncts(cond) {
		q, negated := predicate(c)
		if q == nil {
			e, err := u.replace(c)
			if err != nil {
				return nil, err
			}
			rest = append(rest, e)
			continue
		}
		if err := u.filterBy(q, negated); err != nil {
			return nil, err
		}
	}
	return project(over(rest, u.input, f.At), f.Output()), nil
}

// sink brings NOT down to the subqueries of a condition, so that it meets IN
// where that can be null. negated: a NOT is under way.
func (u *unnester) sink(e expr.Node, negated bool) (expr.Node, error) {
	if !hasSubquery([]expr.Node{e}) {
		if negated {
			return u.o.call("not", e)
		}
		return e, nil
	}
	switch x := e.(type) {
	case *expr.Logic:
		left, err := u.sink(x.Left, negated)
		if err != nil {
			return nil, err
		}
		right, err := u.sink(x.Right, negated)
		return &expr.Logic{Or: x.Or != negated, Left: left, Right: right}, err
	case *expr.Call:
		if x.Fn.Name == "not" || x.Fn.Name == "!" {
			return u.sink(x.Args[0], !negated)
		}
	}
	if negated {
		return u.o.call("not", e)
	}
	return e, nil
}

// predicate returns the subquery of [NOT] EXISTS or [NOT] IN.
func predicate(e expr.Node) (q *logical.Subquery, negated bool) {
	if c, ok := e.(*expr.Call); ok && (c.Fn.Name == "not" || c.Fn.Name == "!") {
		q, _ = c.Args[0].(*logical.Subquery)
		negated = true
	} else {
		q, _ = e.(*logical.Subquery)
	}
	if q != nil && q.Form == logical.Scalar {
		return nil, false
	}
	return q, negated
}

// unnestJoin puts the subqueries of a join's condition on the side they read.
func (o *Optimizer) unnestJoin(j *logical.Join) (logical.Node, error) {
	s := &sided{j: j, right: logical.SetOf(j.Right.Output()), left: logical.SetOf(j.Left.Output())}
	s.l, s.r = &unnester{o: o, input: j.Left}, &unnester{o: o, input: j.Right}
	var conds []expr.Node
	for _, c := range logical.Conjuncts(j.Cond) {
		s.l.loose = !s.filters(c)
		s.r.loose = s.l.loose
		c, err := s.replace(c)
		if err != nil {
			return nil, err
		}
		conds = append(conds, c)
	}
	d := *j
	d.Cond, d.Left, d.Right = logical.And(conds...), s.l.input, s.r.input
	return project(&d, j.Output()), nil
}

// sided replaces the subqueries of a join's condition.
type sided struct {
	j           *logical.Join
	left, right logical.Set
	l, r        *unnester
}

// filters reports whether a conjunct filters one side before the join: it reads
// that side only, and the join does not keep its rows without partner.
func (s *sided) filters(c expr.Node) bool {
	switch left, right := s.left.HasAny(c), s.right.HasAny(c); {
	case left && right:
		return false
	case left:
		return s.j.Type == logical.Inner || s.j.Type == logical.Cross || s.j.Type == logical.RightOuter || s.j.Type == logical.LeftSemi
	}
	return s.j.Type != logical.RightOuter && s.j.Type != logical.FullOuter
}

func (s *sided) replace(e expr.Node) (expr.Node, error) {
	q, _ := predicate(e)
	if q == nil {
		q, _ = e.(*logical.Subquery)
	}
	switch {
	case q == nil:
		return replaceKids(e, s.replace)
	case !s.right.HasAny(q):
		return s.l.replace(e)
	case !s.left.HasAny(q):
		return s.r.replace(e)
	}
	return nil, fail(s.j, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
		"A subquery in a join condition may read one side only. Filter above the join.", "subqueryExpression", q.String())
}

// unnester replaces subqueries by columns that joins add to input.
type unnester struct {
	o     *Optimizer
	input logical.Node
	// loose: NOT IN is true where a null leaves it open, as Spark has it in
	// conditions that it evaluates in a join.
	loose bool
}

// replace rewrites from the top, since NOT IN is one form.
func (u *unnester) replace(e expr.Node) (expr.Node, error) {
	if q, negated := predicate(e); q != nil && q.Form == logical.InQuery {
		return u.inValue(q, negated)
	}
	if q, ok := e.(*logical.Subquery); ok {
		return u.value(q)
	}
	return replaceKids(e, u.replace)
}

// replaceKids applies f to the operands of e.
func replaceKids(e expr.Node, f func(expr.Node) (expr.Node, error)) (expr.Node, error) {
	kids := e.Children()
	fresh := make([]expr.Node, len(kids))
	changed := false
	for i, c := range kids {
		d, err := f(c)
		if err != nil {
			return nil, err
		}
		fresh[i], changed = d, changed || d != c
	}
	if !changed {
		return e, nil
	}
	return e.With(fresh), nil
}

// plan prepares the plan of a subquery: itself unnested, and parted from the
// query around, on which the conditions returned depend.
func (u *unnester) plan(q *logical.Subquery, exists bool) (*parting, error) {
	inner, err := unnest(u.o, q.Plan)
	if err != nil {
		return nil, err
	}
	return u.o.apart(inner, u.input, exists, q.Form == logical.Scalar)
}

// apart takes the correlation out of a plan: by lifting its conditions, else by
// evaluating it over the domain of the outer columns. outerJoin: who asks joins
// in a way that a row without partners stays, and asks for missing values.
func (o *Optimizer) apart(inner, outer logical.Node, exists, outerJoin bool) (*parting, error) {
	p := &parting{o: o, exists: exists, outer: outer}
	var err error
	if p.node, err = p.part(inner); err == nil && p.nothing != nil && !outerJoin {
		err = p.refuse(inner)
	}
	if err == nil || logical.Streaming(outer) || !refersTo(inner, outer) {
		return p, err
	}
	p = &parting{o: o}
	p.node, p.conds, err = o.depend(inner, outer)
	return p, err
}

// filterBy keeps the input's rows for which the predicate holds.
func (u *unnester) filterBy(q *logical.Subquery, negated bool) error {
	p, err := u.plan(q, q.Form == logical.Exists)
	if err != nil {
		return err
	}
	conds := p.conds
	if q.Form == logical.InQuery {
		eq, err := u.equal(q, p)
		if err != nil {
			return err
		}
		if negated && q.Nullable() {
			return u.notIn(q, p, eq)
		}
		conds = append(conds, eq...)
	}
	j := &logical.Join{At: logical.At{Origin: q.Origin}, Type: logical.LeftSemi, Cond: logical.And(conds...), Left: u.input, Right: p.node}
	if negated {
		j.Type = logical.LeftAnti
	}
	u.input = j
	return nil
}

// notIn keeps the rows that differ from every row of the subquery, surely: a
// null on either side leaves it open. One column without correlation is a null
// aware join; else rows are refused whose equality is true or null.
func (u *unnester) notIn(q *logical.Subquery, p *parting, eq []expr.Node) error {
	j := &logical.Join{At: logical.At{Origin: q.Origin}, Type: logical.LeftAnti, Left: u.input, Right: p.node}
	u.input = j
	if len(eq) == 1 && len(p.conds) == 0 {
		j.NullAware, j.Cond = true, eq[0]
		return nil
	}
	same := logical.And(eq...)
	open, err := u.o.call("isnull", same)
	if err != nil {
		return err
	}
	j.Cond = logical.And(append(p.conds, &expr.Logic{Or: true, Left: same, Right: open})...)
	return nil
}

// equal compares the values of IN with the columns of the query.
func (u *unnester) equal(q *logical.Subquery, p *parting) ([]expr.Node, error) {
	var conds []expr.Node
	for i, a := range q.Plan.Output() {
		c, err := u.o.call("=", q.Args[i], p.value(a))
		if err != nil {
			return nil, err
		}
		conds = append(conds, c)
	}
	return conds, nil
}

// value adds a column with the value of the subquery.
func (u *unnester) value(q *logical.Subquery) (expr.Node, error) {
	switch q.Form {
	case logical.Exists:
		p, err := u.plan(q, true)
		if err != nil {
			return nil, err
		}
		return u.mark(q, p.node, p.conds), nil
	}
	return u.scalar(q)
}

func (u *unnester) mark(q *logical.Subquery, right logical.Node, conds []expr.Node) expr.Node {
	m := logical.NewAttr(u.o.IDs, "exists", sqltype.Boolean, false)
	u.input = &logical.Join{At: logical.At{Origin: q.Origin}, Type: logical.Mark, Cond: logical.And(conds...), Left: u.input, Right: right, Mark: m}
	return m
}

// inValue is IN as a value: as in Spark false, not null, where a null leaves it
// open; and NOT IN is false there too, unless loose.
func (u *unnester) inValue(q *logical.Subquery, negated bool) (expr.Node, error) {
	p, err := u.plan(q, false)
	if err != nil {
		return nil, err
	}
	eq, err := u.equal(q, p)
	if err != nil {
		return nil, err
	}
	if !negated || u.loose {
		hit := u.mark(q, p.node, append(p.conds, eq...))
		if negated {
			return u.o.call("not", hit)
		}
		return hit, nil
	}
	same := logical.And(eq...)
	open, err := u.o.call("isnull", same)
	if err != nil {
		return nil, err
	}
	hit := u.mark(q, p.node, append(p.conds, &expr.Logic{Or: true, Left: same, Right: open}))
	return u.o.call("not", hit)
}

// scalar joins the one row of a subquery.
func (u *unnester) scalar(q *logical.Subquery) (expr.Node, error) {
	p, err := u.plan(q, false)
	if err != nil {
		return nil, err
	}
	j := &logical.Join{At: logical.At{Origin: q.Origin}, Type: logical.Single, Cond: logical.And(p.conds...), Left: u.input, Right: p.node}
	u.input = j
	values, err := p.missing(j, q.Plan.Output()[:1])
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

// lateral turns a lateral join into a plain one. A right side that always has a
// row, an aggregation without keys, is looked for by an outer join.
func (o *Optimizer) lateral(j *logical.Join) (logical.Node, error) {
	right, err := unnest(o, j.Right)
	if err != nil {
		return nil, err
	}
	p, err := o.apart(right, j.Left, false, true)
	if err != nil {
		return nil, err
	}
	d := *j
	d.Right = p.node
	on := j.Cond
	if p.nothing != nil && j.Type == logical.Inner {
		d.Type = logical.LeftOuter
		d.Cond = logical.And(p.conds...)
	} else {
		d.Cond, on = logical.And(append(p.conds, j.Cond)...), nil
	}
	values, err := p.missing(&d, j.Right.Output())
	if err != nil {
		return nil, err
	}
	list := logical.Nodes(j.Left.Output())
	with := map[logical.ID]expr.Node{}
	for i, a := range j.Right.Output() {
		with[a.ID] = values[i]
		list = append(list, &logical.Alias{Arg: values[i], Name: a.Name, ID: o.IDs.Next(), Qualifier: a.Qualifier})
	}
	for i, a := range j.Right.Output() { // the identity stays where the column does
		k := len(j.Left.Output()) + i
		if t, ok := values[i].(*logical.Attr); ok && t.ID == a.ID {
			list[k] = t
		} else {
			list[k].(*logical.Alias).ID = a.ID
		}
	}
	var n logical.Node = &d
	if on != nil {
		n = &logical.Filter{At: j.At, Cond: logical.Replace(on, with), Child: n}
	}
	return &logical.Project{At: j.At, List: list, Child: n}, nil
}
