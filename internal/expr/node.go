// Package expr is typed expressions and how they are evaluated over columns.
//
// A Node is an immutable, typed description; the analyser makes them, the
// optimiser rewrites them, and any number of tasks share them. Compile turns a
// Node whose leaves are Columns and Literals into an Evaluator with buffers of
// its own, which belongs to one goroutine.
//
// Functions are values: Func (scalar), AggregateFunc, TableFunc; the families
// under expr/fn define them and the registry expr/fn lists them.
package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Node is a typed expression. Packages above add leaves and forms of their own
// (attributes, subqueries, aggregate calls), which they replace before Compile.
type Node interface {
	Type() sqltype.Type
	Nullable() bool
	// Children returns the operands in order; the slice is not to be changed.
	Children() []Node
	// With returns the same form over other operands, as many as Children.
	With(children []Node) Node
	// String prints the expression as Spark's SQL text of it: the name of a
	// column that has no alias.
	String() string
}

// Column is a column of the input batch.
type Column struct {
	Ordinal int
	Name    string
	T       sqltype.Type
	Null    bool
}

// Literal is a constant in its Go form (see columnar.Row and its siblings).
type Literal struct {
	Value any
	T     sqltype.Type
	// Text is how a timestamp prints in the session's zone, "" for in UTC.
	Text string
}

// Call applies a scalar function to operands that already have the types of
// its signature.
type Call struct {
	Fn     *Func
	Args   []Node
	Sig    Signature
	Origin sparkerr.Origin
	// Alt overrides how the call prints, "" for name(args).
	Alt string
}

// CastMode is what a cast does with a value it cannot convert.
type CastMode uint8

// The cast modes: fail with CAST_INVALID_INPUT or CAST_OVERFLOW; null or wrap
// round as Spark without ANSI; null (TRY_CAST).
const (
	CastANSI CastMode = iota
	CastLegacy
	CastTry
)

// Cast converts to another type.
type Cast struct {
	Arg      Node
	T        sqltype.Type
	Mode     CastMode
	Zone     string // session time zone, for casts that need one
	Implicit bool   // added by coercion: not printed
	Origin   sparkerr.Origin
}

// Case is CASE WHEN: Whens[i] is evaluated only on rows no earlier branch took,
// Thens[i] only on rows it took. Else may be nil (null). All results have one
// type.
type Case struct {
	Whens, Thens []Node
	Else         Node
	Alt          string // how it prints when a function was lowered to it
}

// Logic is AND or OR, of Kleene's three values; the right operand is evaluated
// only on rows the left one leaves open.
type Logic struct {
	Or          bool
	Left, Right Node
}

// In tests a value against literals or expressions of its own type.
type In struct {
	Arg  Node
	List []Node
}

// Field takes a member of a struct, or of each struct of an array.
type Field struct {
	Arg     Node
	Ordinal int
	Name    string
}

// Lambda is a function argument of a higher-order function: a body over
// parameters. Params are the variables that occur in Body.
type Lambda struct {
	Params []*Param
	Body   Node
}

// Param is a parameter of a Lambda; pointer identity is its identity.
type Param struct {
	Name string
	T    sqltype.Type
	Null bool
}

// Context is what evaluation may know besides its input. One per task; the
// driver sets the fields that change before each epoch.
type Context struct {
	ANSI      bool
	Zone      string         // session time zone id
	BatchTime eventtime.Time // now() of the epoch
	Seed      uint64         // of the epoch and task, for rand()
	Task      int            // task number, for spark_partition_id()
	Watermark eventtime.Watermark
}

// Evaluator computes an expression over batches. It belongs to one goroutine.
type Evaluator interface {
	// Eval returns a vector of b.Len rows (or a constant one) of the node's
	// type, of which the rows in sel (nil: all) are computed and the others
	// unspecified but readable. The vector is borrowed until the next Eval of
	// the same Evaluator, and from b; it is never written by the caller.
	// Errors carry the Origin of the node that failed, and only rows in sel
	// can fail.
	Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error)
}

// Kernel computes a function over whole vectors. args are flat or constant
// vectors of the signature's types, each of n rows; out is a vector of the
// result type, resized to n, whose validity the caller has set to the
// conjunction of the arguments' unless the Func is NullSafe. The kernel sets
// out's rows in sel (nil: all n rows) and may null more of them (SetNull); where
// all those are equal and not null it may set row 0 and call out constant.
// Without NullSafe, sel holds only rows whose arguments are all valid.
// Kernels allocate nothing per batch where the result type is flat.
type Kernel func(c *Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error

// Arg is what a function's Resolve may know of an operand before coercion.
type Arg struct {
	Type     sqltype.Type
	Nullable bool
	Const    bool // a literal, after folding; then Value is its Go form
	Value    any
	Node     Node // the operand
}

// Signature is a function resolved for its operands.
type Signature struct {
	Args     []sqltype.Type // what each operand is cast to (implicitly) before the call
	Result   sqltype.Type
	Nullable bool
	// Make returns the kernel with its own scratch memory, once per Evaluator.
	Make func() Kernel
	// MakeHigher is Make of a higher-order function: lambdas[i] is operand i
	// where that is a Lambda (args[i] of the kernel is then nil), else nil.
	MakeHigher func(lambdas []*BoundLambda) Kernel
}

// Func is a scalar function.
type Func struct {
	Name  string   // lower case
	Alias []string // further names
	// Group, Usage and Example feed the function reference and DESCRIBE
	// FUNCTION. Usage: one line in our words; Example: an expression.
	Group, Usage, Example string
	// NullSafe: the kernel sees null arguments and sets validity itself.
	NullSafe bool
	// NonDeterministic: not folded, not pushed down, not repeated.
	NonDeterministic bool
	// Lazy functions (coalesce, if, nvl ...) are lowered to Case by Rewrite.
	Rewrite func(c *Session, args []Node) (Node, error)
	// Resolve checks the number and types of the operands and picks the
	// signature, or says what is wrong: WRONG_NUM_ARGS.WITHOUT_SUGGESTION,
	// DATATYPE_MISMATCH.*. Not called if Rewrite is set.
	Resolve func(c *Session, args []Arg) (Signature, error)
	// Lambdas says for a higher-order function the parameter types of operand
	// i, given the other operands; nil for operands that are no lambdas.
	Lambdas func(args []Arg, i int) []Param
	// Print returns how a call prints; nil: as CallText does.
	Print func(args []Node) string
}

// Session is the configuration that analysis of expressions depends on.
type Session struct {
	ANSI          bool
	Zone          string
	CaseSensitive bool
	NTZDefault    bool // spark.sql.timestampType=TIMESTAMP_NTZ
	Conf          func(key string) string
}

// Aggregate computes one aggregate function over groups. The state of group g
// is row g of the state columns, which are also its partial result on an
// exchange, its spilled and its checkpointed form; a fresh row is zeros and not
// null. An Aggregate belongs to one goroutine and keeps nothing between calls.
type Aggregate interface {
	State() *sqltype.Struct
	// Update adds the rows sel of args (nil: all, in order) to the groups
	// rows, one entry a selected row.
	Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error
	// Merge adds partial results, the rows sel of another's state columns.
	Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error
	// Result appends the results of the groups rows to out.
	Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error
}

// AggregateSignature is an aggregate function resolved for its operands.
type AggregateSignature struct {
	Args     []sqltype.Type
	Result   sqltype.Type
	Nullable bool
	Make     func(c *Context) (Aggregate, error)
}

// AggregateFunc is an aggregate function.
type AggregateFunc struct {
	Name                  string
	Alias                 []string
	Group, Usage, Example string
	Resolve               func(c *Session, args []Arg) (AggregateSignature, error)
	// DistinctIsPlain: DISTINCT changes nothing (min, max).
	DistinctIsPlain bool
	// Defaults are the texts under which left out operands print, by position;
	// "" for those that do not.
	Defaults []string
	// Within is Resolve of a call with WITHIN GROUP (ORDER BY ...), whose
	// signature takes args, then the keys; nil: the function has no such form.
	Within func(c *Session, args []Arg, by []OrderArg) (AggregateSignature, error)
	// OrderText prints a key of WITHIN GROUP, nil: x ASC NULLS FIRST.
	OrderText func(key string, desc bool) string
	// NeedsOrder: without WITHIN GROUP there is no function.
	NeedsOrder bool
}

// OrderArg is what a function may know of a key of WITHIN GROUP.
type OrderArg struct {
	Arg
	Desc, NullsFirst bool
}

// TableFunc is a generator: explode, posexplode, inline, stack, json_tuple.
type TableFunc struct {
	Name                  string
	Group, Usage, Example string
	// Resolve returns the output columns and a maker of the generator.
	Resolve func(c *Session, args []Arg) (TableSignature, error)
}

// TableSignature is a generator resolved for its operands.
type TableSignature struct {
	Args []sqltype.Type
	Out  *sqltype.Struct
	Make func() Generator
	// Elements: the rows are the elements of the only operand, an array or map,
	// and nothing else.
	Elements bool
}

// Generator makes rows from rows. For row k of the selection it appends rows
// to out and k to from, once for each row it made; rows of one k stay
// together and k ascends. It stops before out exceeds a batch and returns how
// many selected rows it has consumed; it is called again for the rest (skip:
// how many output rows of the first are done).
type Generator func(c *Context, args []*columnar.Vector, sel []uint16, out []*columnar.Vector, from []uint16, skip int) (consumed, skipNext int, rows []uint16, err error)
