package analyze

import (
	"math"
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// relation analyses a relation within e.
func (a *Analyzer) relation(r plan.Relation, e *env) (logical.Node, error) {
	n, err := a.open(r, e)
	if err != nil {
		return nil, err
	}
	return clip(n), nil
}

// clip drops the hidden columns of a relation.
func clip(n logical.Node) logical.Node {
	var list []expr.Node
	out := n.Output()
	for _, t := range out {
		if !t.Hidden {
			list = append(list, t)
		}
	}
	if len(list) == len(out) {
		return n
	}
	return &logical.Project{At: logical.At{Origin: n.Where()}, List: list, Child: n}
}

// open is relation with hidden columns, for operators whose expressions may
// name them.
func (a *Analyzer) open(r plan.Relation, e *env) (logical.Node, error) {
	if e.depth > maxDepth {
		return nil, fail(r.Where(), "FAILED_TO_PARSE_TOO_COMPLEX", "The query nests more than "+itoa(maxDepth)+" relations.")
	}
	e = e.with(func(d *env) { d.depth++ })
	if e.ids == nil {
		e.ids = map[int64][]*logical.Attr{}
	}
	b, err := a.block(r, e)
	if err != nil {
		return nil, located(err, r.Where())
	}
	if b != nil {
		return b.node(), nil
	}
	n, err := a.operator(r, e)
	if err != nil {
		return nil, located(err, r.Where())
	}
	return n, nil
}

// block analyses a SELECT with its HAVING, nil if r is none.
func (a *Analyzer) block(r plan.Relation, e *env) (*block, error) {
	switch x := r.(type) {
	case *plan.Project:
		return a.selects(x, e)
	case *plan.Aggregate:
		return a.aggregates(x, e)
	case *plan.Identified: // ORDER BY may reach below a SELECT that has a name
		b, err := a.block(x.Child, e)
		if b != nil && err == nil {
			e.ids[x.ID] = append(e.ids[x.ID], logical.ToAttrs(b.list)...)
		}
		return b, err
	case *plan.Having:
		b, err := a.block(x.Child, e)
		if err != nil {
			return nil, err
		}
		if b == nil {
			return nil, sparkerr.Internalf("HAVING over %T", x.Child)
		}
		return b, b.having(x)
	}
	return nil, nil
}

func (a *Analyzer) operator(r plan.Relation, e *env) (logical.Node, error) {
	switch x := r.(type) {
	case *plan.Table:
		return a.table(x, e)
	case *plan.Read:
		return a.read(x, e)
	case *plan.OneRow:
		return logical.OneRow(x.Origin), nil
	case *plan.Range:
		return &logical.Range{At: logical.At{Origin: x.Origin}, Out: logical.NewAttr(a.IDs, "id", sqltype.Long, false), Start: x.Start, End: x.End, Step: x.Step, Partitions: x.Partitions}, nil
	case *plan.Local:
		return a.local(x), nil
	case *plan.Values:
		return a.values(x, e)
	case *plan.TableFunction:
		return a.tableFunction(x, e)
	case *plan.With:
		return a.with(x, e)
	case *plan.Join:
		return a.join(x, e)
	case *plan.SetOp:
		return a.setOp(x, e)
	case *plan.GoTransform:
		return a.goRows(x, e)
	case *plan.Sort:
		return a.sort(x, e)
	}
	child, at := childOf(r), logical.At{Origin: r.Where()}
	if child == nil {
		return nil, refuse(r.Where(), strings.TrimPrefix(typeName(r), "*plan."))
	}
	if x, ok := r.(*plan.Windows); ok {
		e = e.with(func(d *env) { d.specs = specsOf(x, d.specs) })
	}
	in, err := a.open(child, e)
	if err != nil {
		return nil, err
	}
	if !passes(r) {
		in = clip(in)
	}
	return a.unary(r, in, at, e)
}

// passes reports whether the columns that are hidden below an operator may be
// named above it: it leaves the columns as they are.
func passes(r plan.Relation) bool {
	switch x := r.(type) {
	case *plan.Filter, *plan.Limit, *plan.Offset, *plan.Sample, *plan.WithWatermark, *plan.WithColumns,
		*plan.Repartition, *plan.Hint, *plan.Observe, *plan.Windows, *plan.Identified:
		return true
	case *plan.Aliased:
		return x.Columns == nil
	}
	return false
}

func specsOf(x *plan.Windows, outer map[string]*plan.Window) map[string]*plan.Window {
	all := map[string]*plan.Window{}
	for n, s := range outer {
		all[n] = s
	}
	for i, n := range x.Names {
		all[n] = x.Specs[i]
	}
	return all
}

// unary analyses an operator over its one analysed input.
func (a *Analyzer) unary(r plan.Relation, in logical.Node, at logical.At, e *env) (logical.Node, error) {
	switch x := r.(type) {
	case *plan.Aliased:
		return a.aliased(x, in)
	case *plan.Filter:
		return a.filter(x, in, e)
	case *plan.Limit:
		n, err := a.count(x.Count, "limit", a.over(e, in))
		return &logical.Limit{At: at, N: n, Child: in}, err
	case *plan.Offset:
		n, err := a.count(x.Count, "offset", a.over(e, in))
		return &logical.Offset{At: at, N: n, Child: in}, err
	case *plan.Distinct:
		return a.distinct(in, at)
	case *plan.Deduplicate:
		return a.deduplicate(x, in)
	case *plan.WithWatermark:
		return a.watermark(x, in, e)
	case *plan.WithColumns:
		return a.withColumns(x, in, e)
	case *plan.Rename:
		return a.rename(x, in)
	case *plan.DropColumns:
		return a.dropColumns(x, in, e)
	case *plan.ToNames:
		return a.toNames(x, in)
	case *plan.ToSchema:
		return a.toSchema(x.Schema, in, x.Origin)
	case *plan.Generate:
		return a.lateralView(x, in, e)
	case *plan.Sample:
		return a.sample(x, in, e)
	case *plan.Repartition:
		return a.repartition(x, in, e)
	case *plan.Hint:
		return a.hint(x, in, e)
	case *plan.Pivot:
		return a.pivot(x, in, e)
	case *plan.Unpivot:
		return a.unpivot(x, in, e)
	case *plan.Observe:
		return a.observe(x, in, e)
	case *plan.Windows:
		return in, nil
	case *plan.Identified:
		e.ids[x.ID] = append(e.ids[x.ID], in.Output()...)
		return in, nil
	}
	return nil, refuse(r.Where(), strings.TrimPrefix(typeName(r), "*plan."))
}

// childOf returns the one input of a unary operator, nil for others.
func childOf(r plan.Relation) plan.Relation {
	switch x := r.(type) {
	case *plan.Aliased:
		return x.Child
	case *plan.Filter:
		return x.Child
	case *plan.Limit:
		return x.Child
	case *plan.Offset:
		return x.Child
	case *plan.Distinct:
		return x.Child
	case *plan.Deduplicate:
		return x.Child
	case *plan.WithWatermark:
		return x.Child
	case *plan.WithColumns:
		return x.Child
	case *plan.Rename:
		return x.Child
	case *plan.DropColumns:
		return x.Child
	case *plan.ToNames:
		return x.Child
	case *plan.ToSchema:
		return x.Child
	case *plan.Generate:
		return x.Child
	case *plan.Sample:
		return x.Child
	case *plan.Repartition:
		return x.Child
	case *plan.Hint:
		return x.Child
	case *plan.Pivot:
		return x.Child
	case *plan.Unpivot:
		return x.Child
	case *plan.Observe:
		return x.Child
	case *plan.Windows:
		return x.Child
	case *plan.Identified:
		return x.Child
	}
	return nil
}

func (a *Analyzer) local(x *plan.Local) logical.Node {
	l := &logical.Local{At: logical.At{Origin: x.Origin}, Batches: x.Batches}
	for _, f := range x.Schema.Fields {
		t := logical.NewAttr(a.IDs, f.Name, f.Type, f.Nullable)
		t.Tags.Fields = f.Metadata
		l.Out = append(l.Out, t)
	}
	return l
}

func (a *Analyzer) aliased(x *plan.Aliased, in logical.Node) (logical.Node, error) {
	if x.Columns != nil {
		out := in.Output()
		if _, ok := x.Child.(*plan.Values); ok && len(x.Columns) != len(out) {
			return nil, fail(x.Origin, "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "The alias "+plan.Quote(x.Name)+" names "+itoa(len(x.Columns))+" columns, but VALUES has "+itoa(len(out))+".",
				"expectedNumCols", itoa(len(x.Columns)), "actualNumCols", itoa(len(out)), "rowIndex", "0")
		}
		if f, ok := x.Child.(*plan.TableFunction); ok && len(x.Columns) != len(out) {
			name := f.Name.Parts[max(len(f.Name.Parts)-1, 0):]
			return nil, fail(x.Origin, "NUM_TABLE_VALUE_ALIASES_MISMATCH", "The alias names "+itoa(len(x.Columns))+" columns, but "+quotePath(name)+" makes "+itoa(len(out))+".",
				"funcName", quotePath(name), "aliasesNum", itoa(len(x.Columns)), "outColsNum", itoa(len(out)))
		}
		if len(x.Columns) != len(out) {
			return nil, fail(x.Origin, "ASSIGNMENT_ARITY_MISMATCH", "The alias "+plan.Quote(x.Name)+" names "+itoa(len(x.Columns))+" columns, but the relation has "+itoa(len(out))+".",
				"numExpr", itoa(len(x.Columns)), "numTarget", itoa(len(out)))
		}
		in = a.renamed(in, x.Columns, x.Origin)
	}
	if x.Name == "" {
		return in, nil
	}
	return &logical.SubqueryAlias{At: logical.At{Origin: x.Origin}, Name: []string{x.Name}, Child: in}, nil
}

// renamed gives the columns of a relation other names.
func (a *Analyzer) renamed(in logical.Node, names []string, at sparkerr.Origin) logical.Node {
	list := make([]expr.Node, len(names))
	for i, t := range in.Output() {
		list[i] = t
		if t.Name != names[i] {
			list[i] = logical.NewAlias(a.IDs, t, names[i])
		}
	}
	return &logical.Project{At: logical.At{Origin: at}, List: list, Child: in}
}

// filter analyses WHERE.
func (a *Analyzer) filter(x *plan.Filter, in logical.Node, e *env) (logical.Node, error) {
	r := a.over(e, in)
	r.filters = true
	cond, err := r.value(x.Cond)
	if err != nil {
		return nil, err
	}
	if hasAggregate(cond) {
		return nil, fail(x.Cond.Where(), "INVALID_WHERE_CONDITION", "The WHERE condition "+quoteExpr(cond)+" has an aggregate function. Use HAVING, or aggregate in a subquery.",
			"condition", quoteExpr(cond), "expressionList", aggregatesOf(cond))
	}
	if cond, err = a.filterCondition(cond, x.Cond.Where()); err != nil {
		return nil, err
	}
	out := in.Output()
	child, conds, _, err := a.takeWindows(in, []expr.Node{cond})
	if err != nil {
		return nil, err
	}
	var n logical.Node = &logical.Filter{At: logical.At{Origin: x.Origin}, Cond: conds[0], Child: child}
	if child != in {
		n = &logical.Project{At: logical.At{Origin: x.Origin}, List: logical.Nodes(out), Child: n}
	}
	return n, nil
}

func aggregatesOf(e expr.Node) string {
	var parts []string
	expr.Walk(e, func(n expr.Node) bool {
		if c, ok := n.(*logical.AggregateCall); ok {
			parts = append(parts, c.String())
		}
		return true
	})
	return strings.Join(parts, ", ")
}

// count reads a constant number of rows.
func (a *Analyzer) count(x plan.Expr, name string, r *resolver) (int64, error) {
	n, err := r.expr(x)
	if err != nil {
		return 0, err
	}
	params := []string{"name", name, "expr", quoteExpr(n)}
	l, ok := a.fold(n).(*expr.Literal)
	if !ok {
		return 0, fail(x.Where(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", "The "+name+" must be a constant, not "+quoteExpr(n)+".", params...)
	}
	var v int64
	switch i := l.Value.(type) {
	case int32:
		v = int64(i)
	case int64:
		v = i
	case int16:
		v = int64(i)
	case int8:
		v = int64(i)
	case nil:
		return 0, fail(x.Where(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", "The "+name+" must be a number, not null.", params...)
	default:
		return 0, fail(x.Where(), "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "The "+name+" must be an integer, but "+quoteExpr(n)+" has the type "+quoteType(n.Type())+".", append(params, "dataType", quoteType(n.Type()))...)
	}
	if v < 0 {
		return 0, fail(x.Where(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "The "+name+" must be 0 or more, not "+itoa(int(v))+".", append(params, "v", itoa(int(v)))...)
	}
	if v > math.MaxInt32 {
		return 0, fail(x.Where(), "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "The "+name+" must fit an INT.", append(params, "dataType", quoteType(n.Type()))...)
	}
	return v, nil
}

func (a *Analyzer) distinct(in logical.Node, at logical.At) (logical.Node, error) {
	for _, t := range in.Output() {
		if err := comparable(t, at.Origin, "distinct"); err != nil {
			return nil, err
		}
	}
	return &logical.Distinct{At: at, Child: in}, nil
}

// comparable refuses columns whose values cannot be told equal.
func comparable(t *logical.Attr, at sparkerr.Origin, op string) error {
	if t.T.Kind() != sqltype.KindMap && hasMap(t.T) || t.T.Kind() == sqltype.KindMap && op != "distinct" {
		return fail(at, "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE", "The column "+plan.Quote(t.Name)+" of type "+quoteType(t.T)+" has maps, which set operations cannot compare.",
			"colName", plan.Quote(t.Name), "dataType", quoteType(t.T))
	}
	return nil
}

// deduplicate analyses dropDuplicates.
func (a *Analyzer) deduplicate(x *plan.Deduplicate, in logical.Node) (logical.Node, error) {
	d := &logical.Deduplicate{At: logical.At{Origin: x.Origin}, WithinWatermark: x.WithinWatermark, Child: in}
	if x.Columns == nil {
		d.Keys = logical.Nodes(in.Output())
		return d, nil
	}
	for _, name := range x.Columns {
		hit := false
		for _, t := range in.Output() {
			if a.same(t.Name, name) {
				d.Keys, hit = append(d.Keys, t), true
			}
		}
		if !hit {
			names := logical.Schema(in.Output()).Names()
			return nil, fail(x.Origin, "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES", "dropDuplicates names "+plan.Quote(name)+", which is none of the columns ("+strings.Join(names, ", ")+").",
				"colName", plan.Quote(name), "fieldNames", strings.Join(names, ", "))
		}
	}
	return d, nil
}

// sort analyses ORDER BY and SORT BY; over a SELECT it may reach below it.
func (a *Analyzer) sort(x *plan.Sort, e *env) (logical.Node, error) {
	b, err := a.block(x.Child, e)
	if err != nil {
		return nil, located(err, x.Child.Where())
	}
	if b != nil {
		return b.sorted(x)
	}
	in, err := a.open(x.Child, e)
	if err != nil {
		return nil, err
	}
	r := a.over(e, in)
	s := &logical.Sort{At: logical.At{Origin: x.Origin}, Global: x.Global, Child: in}
	for _, k := range a.sortAll(x, in.Output()) {
		n, ok, err := a.position(k.Expr, in.Output())
		if err != nil {
			return nil, err
		}
		if !ok {
			if n, err = r.value(k.Expr); err != nil {
				return nil, err
			}
		}
		s.Orders = append(s.Orders, order(n, k))
	}
	return s, a.orderable(s.Orders, x.Origin)
}

// goRows analyses a Go function over rows.
func (a *Analyzer) goRows(x *plan.GoTransform, e *env) (logical.Node, error) {
	fn, ok := x.Func.(logical.RowFunc)
	if !ok {
		return nil, sparkerr.Internalf("a Go function of the form %T", x.Func)
	}
	g := &logical.GoRows{At: logical.At{Origin: x.Origin}, Fn: fn}
	wants := fn.Inputs()
	for i, c := range x.Children {
		in, err := a.relation(c, e)
		if err != nil {
			return nil, err
		}
		var keys []expr.Node
		if i < len(x.Keys) && x.Keys[i] != nil {
			if keys, err = a.over(e, in).exprs(x.Keys[i]); err != nil {
				return nil, err
			}
		}
		if i < len(wants) && wants[i] != nil && len(keys) == 0 {
			if in, err = a.toSchema(wants[i], in, x.Origin); err != nil {
				return nil, err
			}
		}
		g.Inputs, g.Keys = append(g.Inputs, in), append(g.Keys, keys)
	}
	for _, f := range fn.Output().Fields {
		g.Out = append(g.Out, logical.NewAttr(a.IDs, f.Name, f.Type, f.Nullable))
	}
	return g, nil
}

func (a *Analyzer) sample(x *plan.Sample, in logical.Node, e *env) (logical.Node, error) {
	at := logical.At{Origin: x.Origin}
	switch {
	case x.Rows != nil:
		n, err := a.count(x.Rows, "limit", a.over(e, in))
		return &logical.Limit{At: at, N: n, Child: in}, err
	case x.Buckets > 0:
		x = &plan.Sample{Node: x.Node, Lower: 0, Upper: float64(x.Bucket) / float64(x.Buckets), Seed: x.Seed}
	}
	s := &logical.Sample{At: at, Lower: x.Lower, Upper: x.Upper, Replacement: x.Replacement, Child: in}
	if x.Seed != nil {
		s.Seed = uint64(*x.Seed)
	}
	return s, nil
}

func (a *Analyzer) repartition(x *plan.Repartition, in logical.Node, e *env) (logical.Node, error) {
	n := &logical.Repartition{At: logical.At{Origin: x.Origin}, N: x.Count, Shuffle: x.Kind != plan.Coalesce, Child: in}
	r := a.over(e, in)
	for _, k := range x.Keys {
		key, err := r.value(k.Expr)
		if err != nil {
			return nil, err
		}
		if x.Kind == plan.ByRange {
			n.Orders = append(n.Orders, order(key, k))
		} else {
			n.By = append(n.By, key)
		}
	}
	return n, a.orderable(n.Orders, x.Origin)
}
