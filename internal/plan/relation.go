package plan

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Table is a table, view, CTE or file path (format.`path`) by name.
type Table struct {
	Node
	Name    Name
	Options []Property // WITH (...), and those of the reader
	Stream  bool       // STREAM t, readStream.table
	// IdentifiedBy is the source's stable name, "" for none.
	IdentifiedBy string
	// Version and Timestamp are time travel, nil for none.
	Version, Timestamp Expr
}

// OneRow is the relation of a SELECT without FROM: one row, no columns.
type OneRow struct{ Node }

// Aliased gives a relation a name, and its columns names when Columns is not
// nil.
type Aliased struct {
	Node
	Child   Relation
	Name    string
	Columns []string
}

// Project is SELECT: one column an expression, more for a Star.
type Project struct {
	Node
	Child Relation
	Exprs []Expr
}

// WithColumns adds columns, or replaces those of the same name, in place.
type WithColumns struct {
	Node
	Child   Relation
	Columns []*Alias
}

// Rename changes names of columns; names that do not occur are skipped.
type Rename struct {
	Node
	Child    Relation
	From, To []string
}

// DropColumns leaves columns out; those that do not resolve are skipped.
type DropColumns struct {
	Node
	Child   Relation
	Columns []Expr
}

// ToNames renames all columns by position.
type ToNames struct {
	Node
	Child Relation
	Names []string
}

// ToSchema matches columns by name to a schema and casts them.
type ToSchema struct {
	Node
	Child  Relation
	Schema *sqltype.Struct
}

// Filter keeps the rows for which Cond is true.
type Filter struct {
	Node
	Child Relation
	Cond  Expr
}

// Aggregate is GROUP BY, or aggregation without it (Group nil). Aggs is the
// select list. Among Group there may be Groupings.
type Aggregate struct {
	Node
	Child Relation
	Group []Expr
	All   bool // GROUP BY ALL
	Aggs  []Expr
	// Keyed: Aggs are put behind the grouping columns (DataFrame.groupBy).
	Keyed bool
}

// Having is a Filter that may also use aggregates and grouping columns that
// the Aggregate below does not put out.
type Having struct {
	Node
	Child Relation
	Cond  Expr
}

// Qualify is a Filter behind the window functions of the select list below; it
// may use window functions of its own.
type Qualify struct {
	Node
	Child Relation
	Cond  Expr
}

// Sort orders all rows (Global) or those of each partition. All: ORDER BY ALL,
// then Keys holds one key without Expr.
type Sort struct {
	Node
	Child  Relation
	Keys   []SortKey
	Global bool
	All    bool
}

// Limit keeps the first Count rows.
type Limit struct {
	Node
	Child Relation
	Count Expr
}

// Offset leaves out the first Count rows.
type Offset struct {
	Node
	Child Relation
	Count Expr
}

// Tail keeps the last Count rows.
type Tail struct {
	Node
	Child Relation
	Count Expr
}

// SetKind is a set operation.
type SetKind uint8

// The set operations; MINUS is Except.
const (
	Union SetKind = iota
	Intersect
	Except
)

// SetOp combines two relations, columns by position or by name.
type SetOp struct {
	Node
	Kind         SetKind
	All          bool // duplicates stay
	ByName       bool
	AllowMissing bool // ByName: absent columns are null
	Left, Right  Relation
}

// JoinKind is the type of a join.
type JoinKind uint8

// The joins. Comma and CROSS JOIN are Cross.
const (
	Inner JoinKind = iota
	Cross
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi
	LeftAnti
)

// Join joins two relations. At most one of On, Using and Natural is given.
// Lateral: Right sees the columns of Left.
type Join struct {
	Node
	Kind        JoinKind
	Left, Right Relation
	On          Expr
	Using       []string
	Natural     bool
	Lateral     bool
}

// Values is an inline table with columns col1, col2 and so on.
type Values struct {
	Node
	Rows [][]Expr
}

// TableFunction is a function in FROM. Stream: STREAM f(...).
type TableFunction struct {
	Node
	Name         Name
	Args         []Expr
	Stream       bool
	IdentifiedBy string
}

// Generate is LATERAL VIEW [OUTER] call table AS columns.
type Generate struct {
	Node
	Child   Relation
	Call    *Call
	Outer   bool
	Table   string
	Columns []string
}

// CTE is a named query of WITH.
type CTE struct {
	Name    string
	Columns []string // nil: those of the query
	Query   Relation
	// MaxRecursion is MAX RECURSION LEVEL, nil for none.
	MaxRecursion Expr
}

// With makes CTEs known to Child and to the later of them.
type With struct {
	Node
	Recursive bool
	CTEs      []CTE
	Child     Relation
}

// Distinct removes duplicate rows.
type Distinct struct {
	Node
	Child Relation
}

// Deduplicate keeps one row for each value of the columns (nil: all).
type Deduplicate struct {
	Node
	Child           Relation
	Columns         []string
	WithinWatermark bool
}

// WithWatermark declares that no row comes more than Delay behind the latest
// value of Column. It stands above the alias of its relation.
type WithWatermark struct {
	Node
	Child  Relation
	Column Expr
	Delay  Interval
}

// Pivot turns values of On into columns. Group nil: all columns not used; it
// is given only by the DataFrame API. Each of Values may be an Alias; nil: look
// for them.
type Pivot struct {
	Node
	Child  Relation
	Group  []Expr
	Aggs   []Expr
	On     []Expr
	Values []Expr
}

// Unpivot turns columns into rows. Each of Columns is a set of as many columns
// as Values has names; Labels are the aliases of the sets, "" for none. Nil
// Columns: all that are not IDs. HasIDs: IDs was given.
type Unpivot struct {
	Node
	Child        Relation
	IDs          []Expr
	HasIDs       bool
	Columns      [][]Expr
	Labels       []string
	Variable     string
	Values       []string
	IncludeNulls bool
}

// Sample keeps a part of the rows: a fraction of [Lower, Upper), Rows rows, or
// bucket Bucket (from 1) of Buckets.
type Sample struct {
	Node
	Child           Relation
	Lower, Upper    float64
	Rows            Expr
	Bucket, Buckets int
	Replacement     bool
	Seed            *int64
}

// RepartitionKind is how Repartition spreads rows.
type RepartitionKind uint8

// The ways: round robin, by hash of the keys, by ranges of the keys, merged
// without a shuffle.
const (
	RoundRobin RepartitionKind = iota
	ByHash
	ByRange
	Coalesce
)

// Repartition spreads rows over Count partitions (0: the session's number).
type Repartition struct {
	Node
	Child Relation
	Kind  RepartitionKind
	Count int
	Keys  []SortKey
}

// Hint is one hint of /*+ ... */ or DataFrame.hint.
type Hint struct {
	Node
	Child Relation
	Name  string
	Args  []Expr
}

// Range is the numbers from Start to End, exclusive, in the column id.
// Partitions 0: the session's number.
type Range struct {
	Node
	Start, End, Step int64
	Partitions       int
}

// Local is rows that the program holds already. The batches are owned by the
// node and never changed.
type Local struct {
	Node
	Schema  *sqltype.Struct
	Batches []*columnar.Batch
}

// Read reads through a connector. Schema nil: the connector's own.
type Read struct {
	Node
	Format    string // "" is spark.sql.sources.default
	Options   []Property
	Schema    *sqltype.Struct
	Paths     []string
	Streaming bool
	// Name is the source's stable name, "" for none.
	Name string
	// Predicates are conditions of a partitioned JDBC read.
	Predicates []string
	// Source is the connector itself if the program holds it, and Format
	// names none; nil otherwise.
	Source any
}

// Windows makes named window definitions known to Child.
type Windows struct {
	Node
	Child Relation
	Names []string
	Specs []*Window
}

// GoTransform runs a typed Go function over relations: map, flatMap,
// mapGroups, transformWithState, foreachBatch's rows. Func is as the layer that
// made the node describes it. Keys[i] are the grouping expressions of
// Children[i], nil for none.
type GoTransform struct {
	Node
	Children []Relation
	Keys     [][]Expr
	Func     any
}

// Observe counts metrics on the way; rows pass unchanged. Heard, if there is
// one, is told of the row of metrics at the end of every batch run, and owns it.
type Observe struct {
	Node
	Child Relation
	Name  string
	Exprs []Expr
	Heard func(*columnar.Batch)
}

// Identified gives a relation the id by which columns name it (Attribute's
// PlanID).
type Identified struct {
	Node
	Child Relation
	ID    int64
}

func (*Table) relation()         {}
func (*OneRow) relation()        {}
func (*Aliased) relation()       {}
func (*Project) relation()       {}
func (*WithColumns) relation()   {}
func (*Rename) relation()        {}
func (*DropColumns) relation()   {}
func (*ToNames) relation()       {}
func (*ToSchema) relation()      {}
func (*Filter) relation()        {}
func (*Aggregate) relation()     {}
func (*Having) relation()        {}
func (*Qualify) relation()       {}
func (*Sort) relation()          {}
func (*Limit) relation()         {}
func (*Offset) relation()        {}
func (*Tail) relation()          {}
func (*SetOp) relation()         {}
func (*Join) relation()          {}
func (*Values) relation()        {}
func (*TableFunction) relation() {}
func (*Generate) relation()      {}
func (*With) relation()          {}
func (*Distinct) relation()      {}
func (*Deduplicate) relation()   {}
func (*WithWatermark) relation() {}
func (*Pivot) relation()         {}
func (*Unpivot) relation()       {}
func (*Sample) relation()        {}
func (*Repartition) relation()   {}
func (*Hint) relation()          {}
func (*Range) relation()         {}
func (*Local) relation()         {}
func (*Read) relation()          {}
func (*Windows) relation()       {}
func (*GoTransform) relation()   {}
func (*Observe) relation()       {}
func (*Identified) relation()    {}
