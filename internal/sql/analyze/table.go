package analyze

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// searchPath is where unqualified names are sought, as errors show it.
const searchPath = "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]"

func typeName(v any) string { return fmt.Sprintf("%T", v) }

// cteScope is the queries that WITH has named so far, innermost first.
type cteScope struct {
	cte   plan.CTE
	env   *env // what the query of the CTE may refer to
	outer *cteScope
	// recursive: the query may name itself; self is what it then means there.
	recursive bool
	self      *self
}

func (a *Analyzer) findCTE(e *env, name string) *cteScope {
	for s := e.ctes; s != nil; s = s.outer {
		if a.same(s.cte.Name, name) {
			return s
		}
	}
	return nil
}

// with makes CTEs known. Each mention is analysed by itself; a CTE nobody
// mentions is analysed once, for its errors.
func (a *Analyzer) with(x *plan.With, e *env) (logical.Node, error) {
	e, err := a.known(x, e)
	if err != nil {
		return nil, err
	}
	return a.relation(x.Child, e)
}

// known is e with the queries of WITH.
func (a *Analyzer) known(x *plan.With, e *env) (*env, error) {
	seen := map[string]bool{}
	for _, c := range x.CTEs {
		k := strings.ToLower(c.Name)
		if seen[k] {
			return nil, fail(x.Origin, "DUPLICATED_CTE_NAMES", "WITH names the query "+plan.Quote(c.Name)+" twice.", "duplicateNames", plan.Quote(c.Name))
		}
		seen[k] = true
		if a.Session.Conf != nil && strings.EqualFold(a.Session.Conf("spark.sql.legacy.ctePrecedencePolicy"), "EXCEPTION") && a.shadows(e.ctes, c.Name) {
			return nil, fail(x.Origin, "AMBIGUOUS_ALIAS_IN_NESTED_CTE", "The query around has a WITH query "+plan.Quote(c.Name)+" too. Rename one, or set spark.sql.legacy.ctePrecedencePolicy to CORRECTED.",
				"name", plan.Quote(c.Name), "config", `"spark.sql.legacy.ctePrecedencePolicy"`, "docroot", "https://spark.apache.org/docs/latest")
		}
		inner := e
		e = e.with(func(d *env) { d.ctes = &cteScope{cte: c, env: inner, outer: d.ctes, recursive: x.Recursive} })
		if _, err := a.cte(e.ctes, e); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// shadows reports whether a query around already has the name.
func (a *Analyzer) shadows(s *cteScope, name string) bool {
	for ; s != nil; s = s.outer {
		if a.same(s.cte.Name, name) {
			return true
		}
	}
	return false
}

// cte analyses one mention of a named query. A CTE sees the outer columns of
// where WITH stands.
func (a *Analyzer) cte(s *cteScope, e *env) (logical.Node, error) {
	inner := s.env.with(func(d *env) { d.depth, d.ids = e.depth, e.ids })
	if s.recursive {
		return a.recursive(s, inner)
	}
	n, err := a.relation(s.cte.Query, inner)
	if err != nil {
		return nil, err
	}
	return a.columns(s, n)
}

// columns gives the columns of a named query the names that WITH gives them.
func (a *Analyzer) columns(s *cteScope, n logical.Node) (logical.Node, error) {
	if s.cte.Columns == nil {
		return n, nil
	}
	out := n.Output()
	if len(out) != len(s.cte.Columns) {
		return nil, fail(s.cte.Query.Where(), "ASSIGNMENT_ARITY_MISMATCH", "WITH names "+itoa(len(s.cte.Columns))+" columns of "+plan.Quote(s.cte.Name)+", but the query has "+itoa(len(out))+".",
			"numExpr", itoa(len(s.cte.Columns)), "numTarget", itoa(len(out)))
	}
	return a.renamed(n, s.cte.Columns, s.cte.Query.Where()), nil
}

// table finds what a name means: a CTE, then what the catalog knows.
func (a *Analyzer) table(x *plan.Table, e *env) (logical.Node, error) {
	name, err := a.name(x.Name, e)
	if err != nil {
		return nil, err
	}
	if len(name) == 1 {
		if c := a.findCTE(e, name[0]); c != nil {
			return a.mention(x, c, e)
		}
	}
	if id := x.IdentifiedBy; id != "" {
		if e.sources[id] {
			return nil, fail(x.Origin, "STREAMING_QUERY_EVOLUTION_ERROR.DUPLICATE_SOURCE_NAMES", "Two sources of the query are called "+plan.Quote(id)+". Give each its own name.", "duplicateNames", id)
		}
		e.sources[id] = true
	}
	opts := TableOptions{Options: x.Options, Stream: x.Stream, IdentifiedBy: x.IdentifiedBy, At: x.Origin}
	if opts.Version, err = a.travel(x.Version, e); err != nil {
		return nil, err
	}
	if opts.Timestamp, err = a.travel(x.Timestamp, e); err != nil {
		return nil, err
	}
	entry, err := e.catalog.Lookup(name, opts)
	if err != nil {
		return nil, located(err, x.Origin)
	}
	switch t := entry.(type) {
	case *Table:
		if x.Stream && !t.Rel.Streaming() {
			return nil, fail(x.Origin, "UNSUPPORTED_STREAMING_TABLE_VALUED_FUNCTION", "STREAM "+quotePath(name)+" names a relation that cannot be read as a stream. Leave STREAM out, or create the table USING a source that streams.", "treeNode", quotePath(name))
		}
		scan := logical.NewScan(a.IDs, t.Rel, x.Origin)
		return &logical.SubqueryAlias{At: logical.At{Origin: x.Origin}, Name: t.Path, Child: scan}, nil
	case *View:
		return a.view(x, t, e)
	}
	return nil, fail(x.Origin, "TABLE_OR_VIEW_NOT_FOUND", "There is no table or view "+quotePath(name)+". Check the spelling and the current database, or create it.", "relationName", quotePath(name), "searchPath", searchPath)
}

// mention is a CTE's name in FROM.
func (a *Analyzer) mention(x *plan.Table, c *cteScope, e *env) (logical.Node, error) {
	var n logical.Node
	var err error
	if c.self != nil {
		n, err = c.self.mention(a, x.Origin)
	} else {
		n, err = a.cte(c, e)
	}
	if err != nil {
		return nil, err
	}
	if x.Stream && !logical.Streaming(n) {
		return nil, fail(x.Origin, "UNSUPPORTED_STREAMING_TABLE_VALUED_FUNCTION", "STREAM names the query "+plan.Quote(c.cte.Name)+", which is no stream. Put STREAM before the table inside it.", "treeNode", plan.Quote(c.cte.Name))
	}
	return &logical.SubqueryAlias{At: logical.At{Origin: x.Origin}, Name: []string{c.cte.Name}, Child: n}, nil
}

func (a *Analyzer) travel(x plan.Expr, e *env) (any, error) {
	if x == nil {
		return nil, nil
	}
	n, err := (&resolver{a: a, env: e}).expr(x)
	if err != nil {
		return nil, err
	}
	if l, ok := a.fold(n).(*expr.Literal); ok {
		return l.Value, nil
	}
	return nil, fail(x.Where(), "INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.INPUT", "Time travel needs a constant, not "+quoteExpr(n)+".", "expr", quoteExpr(n))
}

// view analyses the query of a view in the view's own surroundings.
func (a *Analyzer) view(x *plan.Table, v *View, e *env) (logical.Node, error) {
	path := quotePath(v.Path)
	for _, open := range e.views {
		if open == path {
			return nil, fail(x.Origin, "RECURSIVE_VIEW", "The view "+path+" refers to itself.", "viewIdent", path, "newPath", strings.Join(append(e.views, path), " -> "))
		}
	}
	inner := &env{catalog: e.catalog, sources: e.sources, depth: e.depth, views: append(e.views[:len(e.views):len(e.views)], path), ids: map[int64][]*logical.Attr{}}
	if v.Names != nil {
		inner.catalog = v.Names
	}
	n, err := a.relation(v.Plan, inner)
	if err != nil {
		return nil, err
	}
	if x.Stream {
		if !v.Temp {
			return nil, fail(x.Origin, "_LEGACY_ERROR_TEMP_1018", "STREAM "+path+" names a permanent view, which cannot be read as a stream. Read a table or a temporary view.", "quoted", path)
		}
		if !logical.Streaming(n) {
			return nil, fail(x.Origin, "_LEGACY_ERROR_TEMP_1008", path+" is not a temp view of streaming logical plan, please use batch API to read it: leave STREAM out.", "quoted", path)
		}
	}
	if v.Columns != nil && len(v.Columns) == len(n.Output()) {
		n = a.renamed(n, v.Columns, x.Origin)
	}
	return &logical.SubqueryAlias{At: logical.At{Origin: x.Origin}, Name: v.Path, Child: n}, nil
}

// read opens a relation through a connector.
func (a *Analyzer) read(x *plan.Read, e *env) (logical.Node, error) {
	rel, err := e.catalog.Read(x)
	if err != nil {
		return nil, located(err, x.Origin)
	}
	return logical.NewScan(a.IDs, rel, x.Origin), nil
}

// values analyses an inline table.
func (a *Analyzer) values(x *plan.Values, e *env) (logical.Node, error) {
	r := &resolver{a: a, env: e}
	v := &logical.Values{At: logical.At{Origin: x.Origin}}
	for i, row := range x.Rows {
		if len(row) != len(x.Rows[0]) {
			return nil, fail(x.Origin, "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "Row "+itoa(i)+" of VALUES has "+itoa(len(row))+" columns, the first has "+itoa(len(x.Rows[0]))+".",
				"expectedNumCols", itoa(len(x.Rows[0])), "actualNumCols", itoa(len(row)), "rowIndex", itoa(i))
		}
		es := make([]expr.Node, len(row))
		for k, c := range row {
			n, err := r.value(c)
			if err != nil {
				return nil, inlineError(err, c)
			}
			if hasAggregate(n) {
				return nil, fail(c.Where(), "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", "VALUES cannot use the aggregate "+quoteExpr(n)+".", "expr", quoteExpr(n))
			}
			es[k] = n
		}
		v.Rows = append(v.Rows, es)
	}
	return v, a.widenRows(v)
}

func inlineError(err error, c plan.Expr) error {
	if _, ok := c.(*plan.Attribute); ok {
		return fail(c.Where(), "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", "VALUES has no input, so "+plan.ExprString(c)+" means nothing there.", "expr", `"`+plan.ExprString(c)+`"`)
	}
	return err
}

// widenRows brings the columns of an inline table to common types.
func (a *Analyzer) widenRows(v *logical.Values) error {
	for k := range v.Rows[0] {
		name := "col" + itoa(k+1)
		ts := make([]sqltype.Type, len(v.Rows))
		null := false
		for i, row := range v.Rows {
			ts[i] = row[k].Type()
			null = null || row[k].Nullable()
		}
		t, ok := a.widest(ts)
		if !ok || mixesText(ts) {
			return fail(v.Origin, "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", "The values of column "+itoa(k+1)+" of VALUES have types without a common one. Cast them.", "colName", plan.Quote(name))
		}
		for i, row := range v.Rows {
			v.Rows[i][k] = a.coerce(row[k], t)
		}
		v.Out = append(v.Out, logical.NewAttr(a.IDs, name, t, null))
	}
	return nil
}

// mixesText reports whether some types are text and others are not: VALUES
// does not promote text.
func mixesText(ts []sqltype.Type) bool {
	text, other := false, false
	for _, t := range ts {
		switch t.Kind() {
		case sqltype.KindNull:
		case sqltype.KindString:
			text = true
		default:
			other = true
		}
	}
	return text && other
}

// tableFunction analyses a function in FROM.
func (a *Analyzer) tableFunction(x *plan.TableFunction, e *env) (logical.Node, error) {
	name, err := a.name(x.Name, e)
	if err != nil {
		return nil, err
	}
	r := &resolver{a: a, env: e, generators: true}
	last := strings.ToLower(name[len(name)-1])
	if x.Stream {
		return nil, fail(x.Origin, "UNSUPPORTED_STREAMING_TABLE_VALUED_FUNCTION", "STREAM "+last+"(...) names a function, which is no stream. Leave STREAM out.", "treeNode", last)
	}
	if last == "range" && len(name) == 1 {
		return a.rangeFunction(x, r)
	}
	if _, ok := a.Functions.Lookup(name[:len(name)-1], last).(*expr.TableFunc); !ok {
		if a.Functions.Lookup(name[:len(name)-1], last) != nil {
			return nil, fail(x.Origin, "NOT_A_TABLE_FUNCTION", "The function "+last+" makes no rows, so it cannot stand in FROM. Use SELECT.", "functionName", plan.Quote(last))
		}
		return nil, fail(x.Origin, "UNRESOLVABLE_TABLE_VALUED_FUNCTION", "There is no table function "+quotePath(name)+".", "name", quotePath(name))
	}
	n, err := r.call(&plan.Call{Node: x.Node, Name: last, Qualifier: name[:len(name)-1], Args: x.Args})
	if err != nil {
		return nil, err
	}
	gen, err := a.generate(n.(*logical.GeneratorCall), nil, logical.OneRow(x.Origin))
	if err != nil {
		return nil, err
	}
	return &logical.Project{At: gen.At, List: logical.Nodes(gen.Made), Child: gen}, nil
}

// rangeType is the error of an argument of range; the i-th of start, end, ....
func rangeType(e plan.Expr, i int, n expr.Node) error {
	return fail(e.Where(), "UNEXPECTED_INPUT_TYPE", "The arguments of range must be integers, not "+quoteExpr(n)+".", "functionName", "`range`",
		"paramIndex", expr.Ordinal(i), "requiredType", `"BIGINT"`, "inputSql", quoteExpr(n), "inputType", quoteType(n.Type()))
}

// rangeFunction is range(end), range(start, end [, step [, partitions]]).
func (a *Analyzer) rangeFunction(x *plan.TableFunction, r *resolver) (logical.Node, error) {
	if len(x.Args) < 1 || len(x.Args) > 4 {
		return nil, wrongCount(&plan.Call{Node: x.Node, Name: "range"}, "[1, 2, 3, 4]")
	}
	vals := make([]int64, len(x.Args))
	for i, e := range x.Args {
		n, err := r.expr(e)
		if err != nil {
			return nil, err
		}
		if _, ok := expr.ImplicitCast(n.Type(), sqltype.Long, a.Session.ANSI); !ok {
			return nil, rangeType(e, max(i, 2-len(x.Args)), n)
		}
		l, err := a.evaluated(a.coerce(n, sqltype.Long))
		if err != nil {
			return nil, located(err, e.Where())
		}
		if l == nil {
			return nil, fail(e.Where(), "NON_FOLDABLE_ARGUMENT", "The arguments of range must be constants.", "funcName", "`range`", "paramName", plan.Quote("arg"), "paramType", `"BIGINT"`)
		}
		v, ok := l.Value.(int64)
		if !ok {
			return nil, rangeType(e, max(i, 2-len(x.Args)), n)
		}
		vals[i] = v
	}
	g := &logical.Range{At: logical.At{Origin: x.Origin}, Out: logical.NewAttr(a.IDs, "id", sqltype.Long, false), End: vals[0], Step: 1}
	if len(vals) > 1 {
		g.Start, g.End = vals[0], vals[1]
	}
	if len(vals) > 2 {
		g.Step = vals[2]
	}
	if len(vals) > 3 {
		g.Partitions = int(vals[3])
	}
	if g.Step == 0 {
		return nil, fail(x.Origin, "FAILED_FUNCTION_CALL", "The step of range cannot be 0.", "funcName", "`range`")
	}
	return g, nil
}
