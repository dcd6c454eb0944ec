package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// forms are the calls that are no functions of the registry.
var forms map[string]func(*resolver, *plan.Call) (expr.Node, error)

func init() {
	forms = map[string]func(*resolver, *plan.Call) (expr.Node, error){
		"and":            func(r *resolver, c *plan.Call) (expr.Node, error) { return r.logic(c, false) },
		"or":             func(r *resolver, c *plan.Call) (expr.Node, error) { return r.logic(c, true) },
		"in":             (*resolver).in,
		"between":        (*resolver).between,
		"window":         (*resolver).timeWindow,
		"session_window": (*resolver).sessionWindow,
		"window_time":    (*resolver).windowTime,
		"grouping":       (*resolver).grouping,
		"grouping_id":    (*resolver).grouping,
		"struct":         (*resolver).makeStruct,
	}
}

// call resolves a function or operator.
func (r *resolver) call(c *plan.Call) (expr.Node, error) {
	if c.Ident != nil {
		parts, err := r.identifier(c.Ident)
		if err != nil {
			return nil, err
		}
		d := *c
		d.Ident, d.Name, d.Qualifier = nil, parts[len(parts)-1], parts[:len(parts)-1]
		c = &d
	}
	if c.Over != nil {
		if r.streaming {
			return nil, fail(c.Origin, "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING", "The window function "+plan.Quote(c.Name)+" with OVER is not supported on a stream. Group by window(time, ...) instead.",
				"windowFunc", plan.Quote(c.Name), "columnName", plan.Quote(c.Name), "windowSpec", "OVER")
		}
		return nil, refuse(c.Origin, "The window function "+plan.Quote(c.Name)+" with OVER")
	}
	name := strings.ToLower(c.Name)
	if form := forms[name]; form != nil && len(c.Qualifier) == 0 {
		return form(r, c)
	}
	switch fn := r.a.Functions.Lookup(c.Qualifier, name).(type) {
	case *expr.Func:
		if c.Distinct || c.Filter != nil {
			return nil, notAggregate(c, fn.Name)
		}
		return r.scalar(fn, c)
	case *expr.AggregateFunc:
		return r.aggregate(fn, c)
	case *expr.TableFunc:
		return r.generator(fn, c)
	case *SQLFunc:
		return r.sqlCall(fn, c)
	}
	path := quotePath(append(append([]string(nil), c.Qualifier...), c.Name))
	return nil, fail(c.Origin, "UNRESOLVED_ROUTINE", "There is no function named "+path+".", "routineName", path, "searchPath", searchPath)
}

func notAggregate(c *plan.Call, name string) error {
	word := "DISTINCT"
	if c.Filter != nil {
		word = "FILTER clause"
	}
	return fail(c.Origin, "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "The function "+name+" is no aggregate, so "+word+" does not apply to it.",
		"prettyName", plan.Quote(name), "syntax", word)
}

// scalar resolves a call of a scalar function.
func (r *resolver) scalar(fn *expr.Func, c *plan.Call) (expr.Node, error) {
	args, err := r.arguments(fn, c)
	if err != nil {
		return nil, err
	}
	for _, a := range args {
		if expr.Any(a, func(x expr.Node) bool { _, ok := x.(*logical.GeneratorCall); return ok }) {
			text := expr.CallText(fn.Name, args)
			return nil, fail(c.Origin, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "A function that makes rows stands inside "+text+". Let it be a column of a subquery, or of LATERAL VIEW.", "expression", expr.Quoted(text))
		}
	}
	n, err := r.a.applyFunc(fn, args, c.Origin)
	if err != nil {
		return nil, err
	}
	return spelled(n, fn, c, args), nil
}

// spelled makes a call print as the user wrote it: operators as such, aliases
// by their own name.
func spelled(n expr.Node, fn *expr.Func, c *plan.Call, args []expr.Node) expr.Node {
	name := strings.ToLower(c.Name)
	if sign := signs[name]; sign != "" && (c.Operator || name == "positive") {
		name = sign
	}
	text := expr.CallText(name, args)
	if name == "negative" {
		text = "negative(" + c2(args, ", ") + ")"
	}
	switch x := n.(type) {
	case *expr.Call:
		if x.Fn == fn && (name != fn.Name || name == "negative") && (x.Alt == "" || c.Operator) && (text != expr.CallText(fn.Name, args) || c.Operator) {
			d := *x
			d.Alt = text
			return &d
		}
	case *expr.Case:
		return n
	case *expr.Cast:
		if x.Implicit { // date(x) prints as x
			return n
		}
	}
	if _, call := n.(*expr.Call); !call && fn.Rewrite != nil {
		return &shownAs{n, text}
	}
	return n
}

// signs are how the functions of a sign print where they were written as one.
var signs = map[string]string{"negative": "-", "positive": "+"}

// arguments resolves operands: stars written out, lambdas bound.
func (r *resolver) arguments(fn *expr.Func, c *plan.Call) ([]expr.Node, error) {
	if fn.Lambdas != nil {
		return r.higherOrder(fn, c)
	}
	var args []expr.Node
	for _, a := range c.Args {
		if s, ok := a.(*plan.Star); ok {
			attrs, err := r.star(s)
			if err != nil {
				return nil, err
			}
			args = append(args, attrs...)
			continue
		}
		n, err := r.expr(a)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
	}
	return args, nil
}

// higherOrder resolves the operands that are no lambdas, then binds the
// lambdas one after the other: a later one may depend on an earlier one's type.
func (r *resolver) higherOrder(fn *expr.Func, c *plan.Call) ([]expr.Node, error) {
	nodes := make([]expr.Node, len(c.Args))
	args := make([]expr.Arg, len(c.Args))
	for i, a := range c.Args {
		if _, ok := a.(*plan.Lambda); ok {
			continue
		}
		n, err := r.expr(a)
		if err != nil {
			return nil, err
		}
		nodes[i], args[i] = n, r.a.arg(n)
	}
	for i, a := range c.Args {
		l, ok := a.(*plan.Lambda)
		var n expr.Node
		var err error
		if ok {
			n, err = r.lambda(fn, l, args, i)
		} else {
			n = constantly(nodes[i], fn.Lambdas(args, i))
		}
		if err != nil {
			return nil, err
		}
		if n == nodes[i] {
			continue
		}
		nodes[i], args[i] = n, expr.Arg{Type: n.Type(), Nullable: n.Nullable(), Node: n}
	}
	return nodes, nil
}

// constantly makes a value in a lambda's place one that does not read its
// parameters; in another place (params nil) it stays as it is.
func constantly(n expr.Node, params []expr.Param) expr.Node {
	if params == nil {
		return n
	}
	l := &expr.Lambda{Body: n}
	for i := range params {
		l.Params = append(l.Params, &params[i])
	}
	return l
}

func (r *resolver) lambda(fn *expr.Func, l *plan.Lambda, args []expr.Arg, i int) (expr.Node, error) {
	kinds := fn.Lambdas(args, i)
	if kinds == nil {
		return nil, fail(l.Origin, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "The "+expr.Ordinal(i)+" argument of "+fn.Name+" is no place for a lambda here: check the types of the others.",
			"paramIndex", expr.Ordinal(i), "requiredType", `"ARRAY"`, "inputSql", `"lambda"`, "inputType", `"LAMBDA"`)
	}
	if len(l.Params) > len(kinds) {
		return nil, fail(l.Origin, "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH", "The lambda has "+itoa(len(l.Params))+" parameters, "+fn.Name+" gives it "+itoa(len(kinds))+".",
			"expectedNumArgs", itoa(len(l.Params)), "actualNumArgs", itoa(len(kinds)))
	}
	frame := map[string]*expr.Param{}
	out := &expr.Lambda{}
	for k, name := range l.Params {
		p := &expr.Param{Name: name, T: kinds[k].T, Null: kinds[k].Null}
		for other := range frame {
			if r.a.same(other, name) {
				return nil, fail(l.Origin, "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES", "The lambda has two parameters of one name.", "args", strings.Join(l.Params, ", "), "caseSensitiveConfig", `"spark.sql.caseSensitive"`)
			}
		}
		frame[name] = p
		out.Params = append(out.Params, p)
	}
	inner := *r
	inner.lambdas = append(append([]map[string]*expr.Param(nil), r.lambdas...), frame)
	var err error
	out.Body, err = inner.expr(l.Body)
	return out, err
}

// arg is what a function may know of an operand.
func (a *Analyzer) arg(n expr.Node) expr.Arg {
	g := expr.Arg{Type: n.Type(), Nullable: n.Nullable(), Node: n}
	if hasHole(n) {
		return g
	}
	if a.calls == nil {
		a.calls = expr.Calls{}
	}
	if l, ok := a.calls.FoldSmall(n, a.context()).(*expr.Literal); ok {
		g.Const, g.Value = true, l.Value
	}
	return g
}

func (a *Analyzer) argsOf(nodes []expr.Node) []expr.Arg {
	args := make([]expr.Arg, len(nodes))
	for i, n := range nodes {
		args[i] = a.arg(n)
	}
	return args
}

// applyArgs calls the function of that name.
func (a *Analyzer) applyArgs(name string, args []expr.Node, at sparkerr.Origin) (expr.Node, error) {
	fn, ok := a.Functions.Lookup(nil, name).(*expr.Func)
	if !ok {
		return nil, sparkerr.Internalf("the function %s is missing", name)
	}
	return a.applyFunc(fn, args, at)
}

// applyFunc calls fn over resolved operands, which it converts.
func (a *Analyzer) applyFunc(fn *expr.Func, args []expr.Node, at sparkerr.Origin) (expr.Node, error) {
	if fn.Rewrite != nil {
		n, err := fn.Rewrite(a.Session, args)
		return n, located(err, at)
	}
	sig, err := fn.Resolve(a.Session, a.argsOf(args))
	if err != nil {
		return nil, located(err, at)
	}
	return &expr.Call{Fn: fn, Args: a.coerceAll(args, sig.Args), Sig: sig, Origin: at}, nil
}

func (a *Analyzer) coerceAll(args []expr.Node, types []sqltype.Type) []expr.Node {
	out := make([]expr.Node, len(args))
	for i, n := range args {
		out[i] = n
		if _, isLambda := n.(*expr.Lambda); !isLambda && i < len(types) {
			out[i] = a.coerce(n, types[i])
		}
	}
	return out
}

// located gives an error of a function its place.
func located(err error, at sparkerr.Origin) error {
	if e := sparkerr.As(err); e != nil {
		return e.At(at)
	}
	return err
}

func (r *resolver) logic(c *plan.Call, or bool) (expr.Node, error) {
	args, err := r.exprs(c.Args)
	if err != nil {
		return nil, err
	}
	op := "AND"
	if or {
		op = "OR"
	}
	for i, n := range args {
		if args[i], err = r.a.condition(n, c.Origin, func() error {
			text := "(" + c2(args, " "+op+" ") + ")"
			if len(args) == 2 && args[0].Type().Kind() != args[1].Type().Kind() {
				return fail(c.Origin, "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", op+" needs two booleans, but has "+quoteType(args[0].Type())+" and "+quoteType(args[1].Type())+".",
					"sqlExpr", `"`+text+`"`, "left", quoteType(args[0].Type()), "right", quoteType(args[1].Type()))
			}
			return fail(c.Origin, "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", op+" needs booleans, but "+quoteExpr(n)+" has the type "+quoteType(n.Type())+".",
				"sqlExpr", `"`+text+`"`, "inputType", `"BOOLEAN"`, "actualDataType", quoteType(n.Type()))
		}); err != nil {
			return nil, err
		}
	}
	out := args[0]
	for _, n := range args[1:] {
		out = &expr.Logic{Or: or, Left: out, Right: n}
	}
	return out, nil
}

// between is low <= x and x <= high; x is computed once more, so it must be
// deterministic for both to see one value.
func (r *resolver) between(c *plan.Call) (expr.Node, error) {
	if len(c.Args) != 3 {
		return nil, wrongCount(c, "3")
	}
	args, err := r.exprs(c.Args)
	if err != nil {
		return nil, err
	}
	low, err := r.a.applyArgs(">=", []expr.Node{args[0], args[1]}, c.Origin)
	if err != nil {
		return nil, err
	}
	high, err := r.a.applyArgs("<=", []expr.Node{args[0], args[2]}, c.Origin)
	if err != nil {
		return nil, err
	}
	text := "between(" + c2(args, ", ") + ")"
	return &shownAs{&expr.Logic{Left: low, Right: high}, text}, nil
}

func c2(args []expr.Node, sep string) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.String()
	}
	return strings.Join(parts, sep)
}

func (r *resolver) in(c *plan.Call) (expr.Node, error) {
	args, err := r.exprs(c.Args)
	if err != nil {
		return nil, err
	}
	ts := make([]sqltype.Type, len(args))
	for i, n := range args {
		ts[i] = n.Type()
	}
	common, ok := r.a.widestByPlace(ts)
	if !ok {
		types := make([]string, len(args))
		for i, n := range args {
			types[i] = quoteType(n.Type())
		}
		return nil, fail(c.Origin, "DATATYPE_MISMATCH.DATA_DIFF_TYPES", "IN compares values of types without a common one: "+strings.Join(types, ", ")+". Cast them.",
			"functionName", "`in`", "dataType", "["+strings.Join(types, ", ")+"]")
	}
	all := make([]expr.Node, len(args))
	for i, n := range args {
		all[i] = r.a.coerce(n, common)
	}
	if hasMap(all[0].Type()) {
		return nil, fail(c.Origin, "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "Values of type "+quoteType(all[0].Type())+" cannot be compared.",
			"functionName", "`in`", "dataType", quoteType(all[0].Type()))
	}
	return &expr.In{Arg: all[0], List: all[1:]}, nil
}

// hasMap reports whether values of the type cannot be compared.
func hasMap(t sqltype.Type) bool {
	switch x := t.(type) {
	case *sqltype.Map:
		return true
	case *sqltype.Array:
		return hasMap(x.Elem)
	case *sqltype.Struct:
		for _, f := range x.Fields {
			if hasMap(f.Type) {
				return true
			}
		}
	}
	return false
}

// aggregate resolves a call of an aggregate function.
func (r *resolver) aggregate(fn *expr.AggregateFunc, c *plan.Call) (expr.Node, error) {
	if r.inAggregate {
		return nil, fail(c.Origin, "NESTED_AGGREGATE_FUNCTION", "An aggregate function stands inside another. Compute the inner one in a subquery.")
	}
	inner := *r
	inner.inAggregate = true
	if r.aggScopes != nil {
		inner.scopes = r.aggScopes
	}
	args, err := inner.aggregateArgs(c)
	if err != nil {
		return nil, err
	}
	call := &logical.AggregateCall{Fn: fn, Distinct: c.Distinct, Origin: c.Origin}
	if args, err = inner.within(call, c, args); err != nil {
		return nil, located(err, c.Origin)
	}
	call.Args = r.a.coerceAll(args, call.Sig.Args)
	if name := strings.ToLower(c.Name); name != fn.Name && name != "array_agg" && name != "string_agg" { // which Spark prints as collect_list and listagg
		call.Name = name
	}
	if firstOnly[fn.Name] {
		call.Show = 1
	}
	if c.Filter != nil {
		if call.Filter, err = inner.aggregateFilter(c); err != nil {
			return nil, err
		}
	}
	for _, n := range args {
		if !expr.Deterministic(n) {
			return nil, fail(c.Origin, "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION", "The aggregate "+quoteExpr(call)+" reads a non-deterministic expression. Compute it in a subquery.", "sqlExpr", quoteExpr(call))
		}
	}
	return r.outerAggregate(call)
}

// outerAggregate makes an aggregate over columns of the query around a subquery
// a column of that query, whose HAVING or ORDER BY computes it.
func (r *resolver) outerAggregate(call *logical.AggregateCall) (expr.Node, error) {
	outer, local := false, false
	expr.Walk(call, func(n expr.Node) bool {
		switch n.(type) {
		case *logical.OuterRef:
			outer = true
		case *logical.Attr:
			local = true
		}
		return true
	})
	switch {
	case !outer:
		return call, nil
	case local:
		return nil, fail(call.Origin, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES",
			"The aggregate "+call.String()+" reads columns of the subquery and of the query around it. Compute it in one of them.", "function", call.String())
	case !r.env.outer.grouped:
		return call, nil
	}
	c := expr.Transform(call, func(n expr.Node) expr.Node {
		if o, ok := n.(*logical.OuterRef); ok {
			return o.Attr
		}
		return n
	}).(*logical.AggregateCall)
	t := logical.NewAttr(r.a.IDs, c.String(), c.Type(), c.Nullable())
	if r.a.outerCalls == nil {
		r.a.outerCalls = map[logical.ID]*logical.AggregateCall{}
	}
	r.a.outerCalls[t.ID] = c
	return &logical.OuterRef{Attr: t}, nil
}

// firstOnly are the aggregates whose further operands do not print.
var firstOnly = map[string]bool{"first": true, "last": true, "any_value": true, "approx_count_distinct": true}

func (r *resolver) aggregateArgs(c *plan.Call) ([]expr.Node, error) {
	if len(c.Args) == 1 && strings.EqualFold(c.Name, "count") {
		if s, ok := c.Args[0].(*plan.Star); ok && len(s.Target) == 0 && len(s.Except) == 0 {
			if c.Distinct {
				return r.star(s)
			}
			return []expr.Node{expr.Lit(int32(1), sqltype.Int)}, nil
		}
	}
	return r.arguments(&expr.Func{}, c)
}

func (r *resolver) aggregateFilter(c *plan.Call) (expr.Node, error) {
	f, err := r.expr(c.Filter)
	if err != nil {
		return nil, err
	}
	if !expr.Deterministic(f) {
		return nil, fail(c.Filter.Where(), "INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC", "The FILTER of an aggregate must be deterministic.", "filterExpr", quoteExpr(f), "aggFunc", plan.Quote(c.Name))
	}
	return r.a.condition(f, c.Origin, func() error {
		return fail(c.Filter.Where(), "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", "The FILTER of an aggregate must be a boolean, but "+quoteExpr(f)+" has the type "+quoteType(f.Type())+".",
			"filterExpr", quoteExpr(f), "aggFunc", plan.Quote(c.Name))
	})
}

// generator resolves a call that makes rows; the operator above takes it.
func (r *resolver) generator(fn *expr.TableFunc, c *plan.Call) (expr.Node, error) {
	if r.filters {
		return nil, fail(c.Origin, "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "The generator "+plan.Quote(c.Name)+" stands only in a select list or LATERAL VIEW.", "plan", "Filter")
	}
	if !r.generators {
		return nil, fail(c.Origin, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "The generator "+plan.Quote(c.Name)+" stands inside an expression. Make it a column of its own, or use LATERAL VIEW.", "expression", `"`+c.Name+`"`)
	}
	inner := *r
	inner.generators = false
	args, err := inner.arguments(&expr.Func{}, c)
	if err != nil {
		return nil, err
	}
	sig, err := fn.Resolve(r.a.Session, r.a.argsOf(args))
	if err != nil {
		return nil, located(err, c.Origin)
	}
	return &logical.GeneratorCall{Fn: fn, Args: r.a.coerceAll(args, sig.Args), Sig: sig, Origin: c.Origin}, nil
}

// goFunc resolves a call of a Go function.
func (r *resolver) goFunc(x *plan.GoFunc) (expr.Node, error) {
	call := &plan.Call{Node: x.Node, Name: x.Name, Args: x.Args}
	if fn, ok := x.Func.(*expr.TableFunc); ok {
		return r.generator(fn, call)
	}
	args, err := r.arguments(&expr.Func{}, call)
	if err != nil {
		return nil, err
	}
	switch fn := x.Func.(type) {
	case *expr.Func:
		n, err := r.a.applyFunc(fn, args, x.Origin)
		if c, ok := n.(*expr.Call); ok && x.Name != "" {
			d := *c
			d.Alt = x.Name + "(" + c2(args, ", ") + ")"
			return &d, nil
		}
		return n, err
	case *expr.AggregateFunc:
		sig, err := fn.Resolve(r.a.Session, r.a.argsOf(args))
		if err != nil {
			return nil, located(err, x.Origin)
		}
		return &logical.AggregateCall{Fn: fn, Args: r.a.coerceAll(args, sig.Args), Sig: sig, Origin: x.Origin, Name: x.Name}, nil
	}
	return nil, sparkerr.Internalf("a Go function of the form %T", x.Func)
}

// updateFields sets and drops fields of a struct.
func (r *resolver) updateFields(x *plan.UpdateFields) (expr.Node, error) {
	child, err := r.expr(x.Child)
	if err != nil {
		return nil, err
	}
	for i, path := range x.Fields {
		var value expr.Node
		if x.Values[i] != nil {
			if value, err = r.expr(x.Values[i]); err != nil {
				return nil, err
			}
		}
		if child, err = r.a.setField(child, path, value, x.Origin); err != nil {
			return nil, err
		}
	}
	return child, nil
}

// setField rebuilds a struct with another value at path, without the field if
// value is nil.
func (a *Analyzer) setField(e expr.Node, path []string, value expr.Node, at sparkerr.Origin) (expr.Node, error) {
	st, ok := e.Type().(*sqltype.Struct)
	if !ok {
		return nil, fail(at, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "Only structs have fields to set, but "+quoteExpr(e)+" has the type "+quoteType(e.Type())+".",
			"paramIndex", "first", "requiredType", `"STRUCT"`, "inputSql", quoteExpr(e), "inputType", quoteType(e.Type()))
	}
	var args []expr.Node
	hit := false
	for i, f := range st.Fields {
		var v expr.Node = &expr.Field{Arg: e, Ordinal: i, Name: f.Name}
		if a.same(f.Name, path[0]) {
			hit = true
			if len(path) > 1 {
				var err error
				if v, err = a.setField(v, path[1:], value, at); err != nil {
					return nil, err
				}
			} else if v = value; v == nil {
				continue
			}
		}
		args = append(args, textLiteral(f.Name), v)
	}
	if !hit && value != nil && len(path) == 1 {
		args = append(args, textLiteral(path[0]), value)
	}
	if len(args) == 0 {
		return nil, fail(at, "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS", "A struct cannot lose all its fields.")
	}
	n, err := a.applyArgs("named_struct", args, at)
	if err != nil || !e.Nullable() {
		return n, err
	}
	isNull, err := a.applyArgs("isnull", []expr.Node{e}, at)
	if err != nil {
		return nil, err
	}
	return &expr.Case{Whens: []expr.Node{isNull}, Thens: []expr.Node{expr.NullOf(n.Type())}, Else: n}, nil
}
