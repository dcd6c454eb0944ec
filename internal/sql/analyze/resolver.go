package analyze

import (
	"regexp"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// resolver resolves the expressions of one relational operator.
type resolver struct {
	a   *Analyzer
	env *env
	// scopes are tried in order; the first in which a name means something
	// decides.
	scopes []*scope
	// later finds a name that no scope knows (earlier aliases of a SELECT).
	later   func(parts []string, at sparkerr.Origin) (expr.Node, error)
	lambdas []map[string]*expr.Param
	// aggScopes replace scopes inside an aggregate function; nil: the same.
	aggScopes   []*scope
	inAggregate bool
	streaming   bool // an input is a stream
	generators  bool // a generator may stand at the top
	filters     bool // the expression is a WHERE
	sets        bool // there are grouping sets
	routines    int  // functions in SQL around
	grouped     bool // the expression is a HAVING or ORDER BY of an aggregation
}

func (a *Analyzer) over(e *env, inputs ...logical.Node) *resolver {
	s := &scope{}
	streaming := false
	for _, n := range inputs {
		s.attrs = append(s.attrs, n.Output()...)
		streaming = streaming || logical.Streaming(n)
	}
	return &resolver{a: a, env: e, scopes: []*scope{s}, streaming: streaming}
}

// exprs resolves a list without stars.
func (r *resolver) exprs(es []plan.Expr) ([]expr.Node, error) {
	out := make([]expr.Node, len(es))
	for i, e := range es {
		var err error
		if out[i], err = r.value(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// value resolves an expression whose text nobody asks for.
func (r *resolver) value(e plan.Expr) (expr.Node, error) {
	n, err := r.expr(e)
	if err != nil {
		return nil, err
	}
	return bareOf(n), nil
}

// expr resolves one expression.
func (r *resolver) expr(e plan.Expr) (expr.Node, error) {
	switch x := e.(type) {
	case *plan.Attribute:
		return r.attribute(x)
	case *plan.Literal:
		return r.literal(x)
	case *plan.Alias: // a name inside an expression means nothing
		return r.expr(x.Child)
	case *plan.Cast:
		return r.cast(x)
	case *plan.Call:
		return r.call(x)
	case *plan.Case:
		return r.caseWhen(x)
	case *plan.Extract:
		return r.extract(x)
	case *plan.Subquery:
		return r.subquery(x)
	case *plan.Parameter:
		return r.parameter(x)
	case *plan.Identifier:
		parts, err := r.identifier(x.Expr)
		if err != nil {
			return nil, err
		}
		return r.attribute(&plan.Attribute{Node: x.Node, Parts: parts})
	case *plan.GoFunc:
		return r.goFunc(x)
	case *plan.UpdateFields:
		return r.updateFields(x)
	case *plan.Star, *plan.ColRegex:
		return nil, fail(e.Where(), "INVALID_USAGE_OF_STAR_OR_REGEX", "A star or regular expression of columns stands only in a select list or a call's arguments.",
			"elem", "'*'", "prettyName", "expression")
	case *plan.Grouping:
		return nil, fail(e.Where(), "UNSUPPORTED_GROUPING_EXPRESSION", "ROLLUP, CUBE and GROUPING SETS stand only in GROUP BY.")
	case *plan.Lambda:
		return nil, fail(e.Where(), "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION", "A lambda is an argument of a higher-order function only.", "class", "expression")
	case *plan.NamedArg:
		return nil, fail(e.Where(), "NAMED_PARAMETERS_NOT_SUPPORTED", "Named arguments are not supported here; give them by position.", "functionName", plan.Quote(x.Name))
	case *plan.DefaultValue:
		return nil, fail(e.Where(), "DEFAULT_PLACEMENT_INVALID", "DEFAULT stands only alone, as a value of INSERT, UPDATE or SET.")
	}
	return nil, sparkerr.Internalf("no meaning for %T", e)
}

func (r *resolver) attribute(x *plan.Attribute) (expr.Node, error) {
	if x.PlanID != 0 {
		return r.byPlan(x)
	}
	if len(x.Parts) > 0 {
		for i := len(r.lambdas) - 1; i >= 0; i-- {
			for name, p := range r.lambdas[i] {
				if r.a.same(name, x.Parts[0]) {
					return r.a.fields(p, x.Parts[1:], x.Origin)
				}
			}
		}
	}
	n, err := r.lookup(x.Parts, x.Origin)
	if n != nil || err != nil {
		return n, err
	}
	var attrs []*logical.Attr
	for _, s := range r.scopes {
		attrs = append(attrs, s.attrs...)
	}
	return nil, r.a.notFound(x.Parts, attrs, x.Origin)
}

// lookup finds a column by name: in the scopes, among later, in the query
// around, and last among names of functions written without parentheses.
func (r *resolver) lookup(parts []string, at sparkerr.Origin) (expr.Node, error) {
	var ambiguous error
	for _, s := range r.scopes {
		n, err := r.a.resolve(s, parts, at)
		if s.yields && sparkerr.ClassOf(err) == "AMBIGUOUS_REFERENCE" {
			ambiguous = err
			continue
		}
		if n != nil || err != nil {
			return n, err
		}
	}
	if ambiguous != nil {
		return nil, ambiguous
	}
	if r.sets && len(parts) == 1 && strings.EqualFold(parts[0], "grouping__id") { // Hive's name
		return &groupingCall{id: true, origin: at}, nil
	}
	if r.later != nil {
		if n, err := r.later(parts, at); n != nil || err != nil {
			return n, err
		}
	}
	if len(parts) == 1 {
		if n, err := r.bareFunction(parts[0], at); n != nil || err != nil {
			return n, err
		}
	}
	if o := r.env.outer; o != nil {
		n, err := r.a.resolve(o, parts, at)
		if err != nil {
			return nil, err
		}
		if n != nil {
			return outerly(n), nil
		}
	}
	if v := r.variable(parts); v != nil {
		return v, nil
	}
	return nil, nil
}

// outerly makes the attributes of n references to the query around.
func outerly(n expr.Node) expr.Node {
	return expr.Transform(n, func(x expr.Node) expr.Node {
		if t, ok := x.(*logical.Attr); ok {
			return &logical.OuterRef{Attr: t}
		}
		return x
	})
}

// bare are the functions that SQL writes without parentheses.
var bare = map[string]bool{"current_date": true, "current_timestamp": true, "current_time": true, "localtimestamp": true, "localtime": true,
	"current_user": true, "user": true, "session_user": true, "current_catalog": true, "current_database": true, "current_schema": true}

func (r *resolver) bareFunction(name string, at sparkerr.Origin) (expr.Node, error) {
	if name = strings.ToLower(name); !bare[name] || r.a.Functions.Lookup(nil, name) == nil {
		return nil, nil
	}
	return r.call(&plan.Call{Node: plan.At(at), Name: name})
}

// byPlan finds a column of the DataFrame that the attribute names.
func (r *resolver) byPlan(x *plan.Attribute) (expr.Node, error) {
	made, ok := r.env.ids[x.PlanID]
	if !ok {
		return nil, fail(x.Origin, "CANNOT_RESOLVE_DATAFRAME_COLUMN",
			"The DataFrame of column "+quotePath(x.Parts)+" is no part of this query; use a column of its input.", "name", quotePath(x.Parts))
	}
	var here []*logical.Attr
	for _, s := range r.scopes {
		for _, t := range s.attrs {
			if logical.Find(made, t.ID) != nil {
				here = append(here, t)
			}
		}
	}
	n, err := r.a.resolve(&scope{attrs: here}, x.Parts, x.Origin)
	if sparkerr.ClassOf(err) == "AMBIGUOUS_REFERENCE" {
		return nil, fail(x.Origin, "AMBIGUOUS_COLUMN_REFERENCE", "Column "+quotePath(x.Parts)+" is ambiguous: the same DataFrame is joined with itself. Alias both sides and qualify the column.", "name", quotePath(x.Parts))
	}
	if n == nil && err == nil {
		return nil, fail(x.Origin, "CANNOT_RESOLVE_DATAFRAME_COLUMN",
			"Column "+quotePath(x.Parts)+" of that DataFrame is not in the input here; select it below.", "name", quotePath(x.Parts))
	}
	return n, err
}

func (r *resolver) literal(x *plan.Literal) (expr.Node, error) {
	text, isText := x.Value.(string)
	if isText && x.Type.Kind() != sqltype.KindString {
		return r.typedLiteral(x, text)
	}
	return &expr.Literal{Value: goForm(x.Value, x.Type), T: x.Type}, nil
}

// typedLiteral reads DATE '...' and its like, and decimals, by casting.
func (r *resolver) typedLiteral(x *plan.Literal, text string) (expr.Node, error) {
	t := x.Type
	if t.Kind() == sqltype.KindTimestampNTZ && hasZone(text) && !strings.HasPrefix(strings.ToUpper(x.Text), "TIMESTAMP_NTZ") {
		t = sqltype.Timestamp
	}
	v, err := expr.EvalConst(&expr.Cast{Arg: textLiteral(text), T: t, Mode: expr.CastANSI, Zone: r.a.Session.Zone}, r.a.context())
	if w := r.a.special(text, t); w != nil {
		v, err = w, nil
	}
	if err != nil || v == nil {
		return nil, fail(x.Origin, "INVALID_TYPED_LITERAL", "The text '"+text+"' is no value of the type "+quoteType(t)+".",
			"valueType", quoteType(t), "value", "'"+text+"'")
	}
	l := &expr.Literal{Value: v, T: t}
	if t.Kind() == sqltype.KindTimestamp {
		l.Text, err = r.a.localText(l)
	}
	return l, err
}

// special is the value of texts such as DATE 'today', nil if it is none.
func (a *Analyzer) special(text string, t sqltype.Type) any {
	zone, err := datetime.LoadZone(a.Session.Zone)
	if err != nil {
		return nil
	}
	switch t.Kind() {
	case sqltype.KindDate:
		if d, ok := datetime.SpecialDate([]byte(text), int64(a.Now), zone); ok {
			return columnar.Date(d)
		}
	case sqltype.KindTimestamp:
		if us, ok := datetime.SpecialTimestamp([]byte(text), int64(a.Now), zone); ok {
			return eventtime.Time(us)
		}
	case sqltype.KindTimestampNTZ:
		if us, ok := datetime.SpecialLocal([]byte(text), int64(a.Now), zone); ok {
			return columnar.LocalTime(us)
		}
	}
	return nil
}

// localText prints a timestamp as the session's zone has it.
func (a *Analyzer) localText(l *expr.Literal) (string, error) {
	s, err := expr.EvalConst(&expr.Cast{Arg: l, T: sqltype.String, Zone: a.Session.Zone}, a.context())
	text, _ := s.(string)
	return "TIMESTAMP '" + text + "'", err
}

var zoneSuffix = regexp.MustCompile(`(?i)(\d\d?:\d\d?(:[\d.]+)?)\s*([+-]\d|Z|UTC|GMT|[A-Z]{3,}|[A-Za-z]+/[A-Za-z_]+)`)

func hasZone(text string) bool { return zoneSuffix.MatchString(text) }

func textLiteral(s string) *expr.Literal { return expr.Lit(s, sqltype.String) }

// goForm turns the value of a plan literal into the Go form of its type.
func goForm(v any, t sqltype.Type) any {
	switch t.Kind() {
	case sqltype.KindDate:
		if d, ok := v.(int32); ok {
			return columnar.Date(d)
		}
	case sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		if us, ok := v.(int64); ok {
			return micros(us, t)
		}
	case sqltype.KindYearMonth:
		if m, ok := v.(int32); ok {
			return columnar.Months(m)
		}
	case sqltype.KindCalendar:
		if i, ok := v.(plan.Interval); ok {
			return columnar.Interval{Months: i.Months, Days: i.Days, Micros: i.Micros}
		}
	}
	return v
}

func (r *resolver) cast(x *plan.Cast) (expr.Node, error) {
	arg, err := r.expr(x.Child)
	if err != nil {
		return nil, err
	}
	t := x.Type
	if text, ok := arg.(*expr.Literal); ok && text.T.Kind() == sqltype.KindString {
		s, _ := text.Value.(string)
		if v := r.a.special(s, t); v != nil {
			name := expr.Cast{Arg: arg, T: t}
			return &shownAs{&expr.Literal{Value: v, T: t}, name.String()}, nil
		}
	}
	if t.Kind() == sqltype.KindString {
		t = sqltype.String // CHAR and VARCHAR are for tables
	}
	return expr.NewCast(r.a.Session, arg, t, x.Mode == plan.CastTry, x.Origin)
}

func (r *resolver) caseWhen(x *plan.Case) (expr.Node, error) {
	whens, err := r.exprs(x.Whens)
	if err != nil {
		return nil, err
	}
	thens, err := r.exprs(x.Thens)
	if err != nil {
		return nil, err
	}
	if x.Else != nil {
		e, err := r.expr(x.Else)
		if err != nil {
			return nil, err
		}
		thens = append(thens, e)
	}
	for i, w := range whens {
		if whens[i], err = r.a.condition(w, x.Whens[i].Where(), func() error {
			return fail(x.Whens[i].Where(), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "WHEN needs a boolean, but "+quoteExpr(w)+" has the type "+quoteType(w.Type())+".",
				"paramIndex", "first", "requiredType", `"BOOLEAN"`, "inputSql", quoteExpr(w), "inputType", quoteType(w.Type()))
		}); err != nil {
			return nil, err
		}
	}
	thens, ok := r.a.unify(thens)
	if !ok {
		types := make([]string, len(thens))
		for i, t := range thens {
			types[i] = quoteType(t.Type())
		}
		return nil, fail(x.Origin, "DATATYPE_MISMATCH.DATA_DIFF_TYPES", "The branches of CASE have types without a common one: "+strings.Join(types, ", ")+". Cast them.",
			"functionName", "`casewhen`", "dataType", "["+strings.Join(types, ", ")+"]")
	}
	c := &expr.Case{Whens: whens, Thens: thens}
	if x.Else != nil {
		c.Thens, c.Else = thens[:len(whens):len(whens)], thens[len(whens)]
	}
	return c, nil
}

func (r *resolver) extract(x *plan.Extract) (expr.Node, error) {
	child, err := r.expr(x.Child)
	if err != nil {
		return nil, err
	}
	key, err := r.expr(x.Key)
	if err != nil {
		return nil, err
	}
	return r.a.item(child, key, x.Origin)
}

// item takes an element of an array, a value of a map, a field of a struct.
func (a *Analyzer) item(child, key expr.Node, at sparkerr.Origin) (expr.Node, error) {
	isField := false
	switch t := child.Type().(type) {
	case *sqltype.Struct:
		isField = true
	case *sqltype.Array:
		_, inner := t.Elem.(*sqltype.Struct)
		isField = inner && key.Type().Kind() == sqltype.KindString
	}
	if isField {
		l, ok := a.fold(key).(*expr.Literal)
		name, isText := any(nil), false
		if ok {
			name = l.Value
		}
		s, isText := name.(string)
		if !isText {
			return nil, fail(at, "INVALID_EXTRACT_FIELD_TYPE", "A field is taken by a constant name, not by "+quoteExpr(key)+".", "extraction", quoteExpr(key))
		}
		return a.field(child, s, at)
	}
	switch child.Type().Kind() {
	case sqltype.KindArray, sqltype.KindMap:
		return a.applyArgs("element", []expr.Node{child, key}, at)
	}
	return nil, fail(at, "INVALID_EXTRACT_BASE_FIELD_TYPE",
		"Cannot take a part of "+quoteExpr(child)+": it has the type "+quoteType(child.Type())+", and only structs, arrays and maps have parts.",
		"base", quoteExpr(child), "other", quoteType(child.Type()))
}

func (r *resolver) parameter(x *plan.Parameter) (expr.Node, error) {
	var arg plan.Expr
	if x.Name != "" {
		arg = r.a.Named[x.Name]
	} else if x.Index < len(r.a.Positional) {
		arg = r.a.Positional[x.Index]
	}
	if arg == nil {
		name := x.Name
		if name == "" {
			name = "_" + itoa(x.Origin.Start)
		}
		return nil, fail(x.Origin, "UNBOUND_SQL_PARAMETER", "The statement has the parameter "+name+", but no argument was given for it.", "name", name)
	}
	inner := &resolver{a: r.a, env: r.env, scopes: nil}
	return inner.expr(arg)
}

// identifier evaluates IDENTIFIER(expr) and splits the name.
func (r *resolver) identifier(e plan.Expr) ([]string, error) {
	inner := &resolver{a: r.a, env: r.env}
	n, err := inner.expr(e)
	if err != nil {
		return nil, err
	}
	l, ok := r.a.fold(n).(*expr.Literal)
	if !ok {
		return nil, fail(e.Where(), "NOT_A_CONSTANT_STRING.NOT_CONSTANT", "IDENTIFIER needs a constant text, not "+quoteExpr(n)+".", "name", "IDENTIFIER", "expr", quoteExpr(n))
	}
	if l.Value == nil {
		return nil, fail(e.Where(), "NOT_A_CONSTANT_STRING.NULL", "IDENTIFIER needs a text, not null.", "name", "IDENTIFIER", "expr", quoteExpr(n))
	}
	s, ok := l.Value.(string)
	if !ok {
		return nil, fail(e.Where(), "NOT_A_CONSTANT_STRING.WRONG_TYPE", "IDENTIFIER needs a text, not a value of type "+quoteType(l.T)+".", "name", "IDENTIFIER", "expr", quoteExpr(n), "dataType", l.T.String())
	}
	return splitName(s), nil
}

// name returns the parts of a name, IDENTIFIER evaluated.
func (a *Analyzer) name(n plan.Name, e *env) ([]string, error) {
	if n.Expr == nil {
		return n.Parts, nil
	}
	r := &resolver{a: a, env: e}
	parts, err := r.identifier(n.Expr)
	return append(parts, n.Parts...), err
}

// splitName splits a dotted name, parts of which may be in back-quotes.
func splitName(s string) []string {
	var parts []string
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '`' && quoted && i+1 < len(s) && s[i+1] == '`':
			b.WriteByte('`')
			i++
		case c == '`':
			quoted = !quoted
		case c == '.' && !quoted:
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(parts, b.String())
}
