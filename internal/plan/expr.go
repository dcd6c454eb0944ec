package plan

import "github.com/spatestream/spate/sqltype"

// Attribute is a column, a field of one, or a parameter of a lambda or an SQL
// function: a, t.a, a.b.c.
type Attribute struct {
	Node
	Parts []string
	// PlanID names the DataFrame the column was taken from, 0 for none.
	PlanID int64
}

// ColRegex is all columns whose name matches a Java regular expression.
type ColRegex struct {
	Node
	Qualifier []string
	Pattern   string
	PlanID    int64
}

// Star is * or target.*, less the columns of Except.
type Star struct {
	Node
	Target []string
	Except [][]string
	PlanID int64
}

// Literal is a constant. By type, Value is nil (any type), bool, int8, int16,
// int32, int64, float32, float64, string, []byte; the text of a decimal
// (string); of dates and timestamps the text within the quotes (string) or
// days (int32) and microseconds (int64); months (int32) of YearMonth and
// microseconds (int64) of DayTime; an Interval of Calendar. Nested values are
// calls (array, map, named_struct).
type Literal struct {
	Node
	Value any
	Type  sqltype.Type
	// Text is how the user wrote it, "" if it was not written. TIMESTAMP'..'
	// has the type of the session's timestamps; a zone within the text makes
	// it a Timestamp, except after TIMESTAMP_NTZ.
	Text string
}

// Alias names an expression; several names belong to a generator.
type Alias struct {
	Node
	Child Expr
	Names []string
	// Metadata is put on the column (DataFrame API); nil keeps the child's.
	Metadata map[string]any
}

// CastMode is what a cast does with a value it cannot convert.
type CastMode uint8

// CastSession fails or nulls as spark.sql.ansi.enabled says; CastTry nulls.
const (
	CastSession CastMode = iota
	CastTry
)

// Cast is CAST, TRY_CAST and expr :: type.
type Cast struct {
	Node
	Child Expr
	Type  sqltype.Type
	Mode  CastMode
}

// Call is a function or operator: scalar, aggregate, window, generator or user
// defined; only analysis tells. Operators have the names of Spark's registry:
// + - * / % div = <=> < <= > >= and or not & | ^ ~ << >> >>> negative positive
// isnull isnotnull like ilike rlike between in concat. a <> b is not(=(a, b)),
// IS DISTINCT FROM and IS TRUE are made of <=>, a || b is concat(a, b).
type Call struct {
	Node
	Name      string
	Qualifier []string // database of a qualified name
	Ident     Expr     // IDENTIFIER(expr)(...), then Name is ""
	Args      []Expr
	Distinct  bool
	// IgnoreNulls and RespectNulls: IGNORE NULLS, RESPECT NULLS was written.
	IgnoreNulls, RespectNulls bool
	Filter                    Expr      // FILTER (WHERE ...), nil for none
	Within                    []SortKey // WITHIN GROUP (ORDER BY ...)
	Over                      *Window   // nil: no OVER
	// Operator: written as one, so it prints as one.
	Operator bool
}

// NamedArg is name => value among the arguments of a call.
type NamedArg struct {
	Node
	Name  string
	Value Expr
}

// GoFunc applies a Go function to columns. Func is the function as the layer
// that made the node describes it; analysis hands it on.
type GoFunc struct {
	Node
	Name string
	Func any
	Args []Expr
}

// Case is CASE WHEN; CASE x WHEN v has the condition x = v. Else may be nil.
type Case struct {
	Node
	Whens, Thens []Expr
	Else         Expr
}

// Lambda is x -> body or (x, y) -> body. In the body a parameter is an
// Attribute whose first part is its name.
type Lambda struct {
	Node
	Params []string
	Body   Expr
}

// Extract takes an element of an array, a value of a map or a field of a
// struct: child[key], child.field (then key is a string literal).
type Extract struct {
	Node
	Child, Key Expr
}

// UpdateFields sets fields of a struct (Value not nil) or drops them, in
// order: Column.withField and dropFields.
type UpdateFields struct {
	Node
	Child  Expr
	Fields [][]string
	Values []Expr
}

// SubqueryKind is how a subquery in an expression is used.
type SubqueryKind uint8

// The kinds: (q), EXISTS (q), (Values) IN (q), an argument TABLE(q).
const (
	ScalarSubquery SubqueryKind = iota
	ExistsSubquery
	InSubquery
	TableSubquery
)

// Subquery is a query within an expression.
type Subquery struct {
	Node
	Kind   SubqueryKind
	Values []Expr // of IN
	Query  Relation
}

// Parameter is :name, or ? when Name is "", then Index counts from 0.
type Parameter struct {
	Node
	Name  string
	Index int
}

// Identifier is IDENTIFIER(expr) in place of a column.
type Identifier struct {
	Node
	Expr Expr
}

// GroupingKind is the form of a Grouping.
type GroupingKind uint8

// The forms of a Grouping.
const (
	Rollup GroupingKind = iota
	Cube
	GroupingSets
)

// Grouping stands among the grouping expressions: ROLLUP(...), CUBE(...),
// GROUPING SETS(...). Each of Sets is one element; within GROUPING SETS an
// element may be one Grouping itself.
type Grouping struct {
	Node
	Kind GroupingKind
	Sets [][]Expr
	// By is the list before GROUPING SETS in GROUP BY a, b GROUPING SETS (...).
	By []Expr
}

// DefaultValue is DEFAULT in VALUES of an INSERT, in SET and in UPDATE.
type DefaultValue struct{ Node }

// SortKey is one expression of ORDER BY. Nulls come first when ascending and
// last when descending, unless Nulls says otherwise.
type SortKey struct {
	Expr  Expr
	Desc  bool
	Nulls NullOrder
}

// NullOrder is where nulls sort.
type NullOrder uint8

// The orders of nulls.
const (
	NullsDefault NullOrder = iota
	NullsFirst
	NullsLast
)

// Window is the OVER clause: a name, or partitioning, order and frame.
type Window struct {
	Name      string // OVER w, "" for none
	Partition []Expr
	Order     []SortKey
	Frame     *Frame // nil: the default of the function
}

// Frame is ROWS or RANGE BETWEEN Start AND End.
type Frame struct {
	Rows       bool
	Start, End Bound
}

// BoundKind is the sort of a Bound.
type BoundKind uint8

// The sorts of bounds, from first to last.
const (
	UnboundedPreceding BoundKind = iota
	Preceding
	CurrentRow
	Following
	UnboundedFollowing
)

// Bound is one end of a Frame; Offset belongs to Preceding and Following.
type Bound struct {
	Kind   BoundKind
	Offset Expr
}

func (*Attribute) expr()    {}
func (*ColRegex) expr()     {}
func (*Star) expr()         {}
func (*Literal) expr()      {}
func (*Alias) expr()        {}
func (*Cast) expr()         {}
func (*Call) expr()         {}
func (*NamedArg) expr()     {}
func (*GoFunc) expr()       {}
func (*Case) expr()         {}
func (*Lambda) expr()       {}
func (*Extract) expr()      {}
func (*UpdateFields) expr() {}
func (*Subquery) expr()     {}
func (*Parameter) expr()    {}
func (*Identifier) expr()   {}
func (*Grouping) expr()     {}
func (*DefaultValue) expr() {}
