package plan

import "github.com/spatestream/spate/sqltype"

// Query runs a relation and yields its rows.
type Query struct {
	Node
	Relation Relation
}

// ColumnDef is a column of CREATE TABLE and its like. Type is nil where only
// names are allowed (views).
type ColumnDef struct {
	Node
	Name       string
	Type       sqltype.Type
	NotNull    bool
	Comment    string
	HasComment bool
	// Default and Generated are the expressions with their text, nil for none.
	Default, Generated Expr
}

// IfExists is what CREATE does when the name is taken.
type IfExists uint8

// The reactions: fail, keep the old (IF NOT EXISTS), OR REPLACE.
const (
	FailIfExists IfExists = iota
	KeepIfExists
	ReplaceIfExists
)

// ViewScope is who sees a view.
type ViewScope uint8

// The scopes of views.
const (
	PersistentView ViewScope = iota
	TempView
	GlobalTempView
)

// CreateView is CREATE VIEW ... AS query. Text is the query's SQL, which a
// catalog keeps.
type CreateView struct {
	Node
	Name       Name
	Scope      ViewScope
	IfExists   IfExists
	Columns    []ColumnDef // nil: those of the query
	Comment    string
	Properties []Property
	Query      Relation
	Text       string
}

// CreateTempViewUsing is CREATE TEMPORARY VIEW ... USING provider.
type CreateTempViewUsing struct {
	Node
	Name     Name
	Scope    ViewScope
	IfExists IfExists
	Columns  []ColumnDef
	Provider string
	Options  []Property
}

// TableSpec is the clauses of a table.
type TableSpec struct {
	Columns  []ColumnDef
	Provider string // USING, "" for the default
	Options  []Property
	// Partitioned holds Attributes and, as Calls, transforms (days(ts)).
	Partitioned []Expr
	Clustered   []Expr // CLUSTER BY
	BucketBy    []string
	Buckets     int
	Location    string
	Comment     string
	Properties  []Property
}

// CreateTable is CREATE [OR REPLACE] [EXTERNAL] TABLE, with a query (AS) or
// without. ReplaceOnly: REPLACE TABLE, the table must exist.
type CreateTable struct {
	Node
	Name        Name
	Spec        TableSpec
	IfExists    IfExists
	External    bool
	ReplaceOnly bool
	Query       Relation // nil for none
}

// CreateTableLike is CREATE TABLE name LIKE source.
type CreateTableLike struct {
	Node
	Name, Source Name
	IfNotExists  bool
	Spec         TableSpec
}

// CreateStreamingTable is CREATE STREAMING TABLE, with a query, an AUTO CDC
// flow, or nothing (flows follow).
type CreateStreamingTable struct {
	Node
	Name        Name
	Spec        TableSpec
	IfNotExists bool
	Query       Relation // nil for none
	Text        string   // SQL of the query
	CDC         *AutoCDC // nil for none
}

// CreateMaterializedView is CREATE MATERIALIZED VIEW ... AS query.
type CreateMaterializedView struct {
	Node
	Name        Name
	Spec        TableSpec
	IfNotExists bool
	Query       Relation
	Text        string
}

// CreateFlow is CREATE FLOW name AS INSERT INTO ... or AUTO CDC INTO ...; one
// of Insert and CDC is given.
type CreateFlow struct {
	Node
	Name    Name
	Comment string
	Insert  *Insert
	CDC     *AutoCDC
}

// AutoCDC is AUTO CDC INTO target FROM source KEYS (...) SEQUENCE BY ...
type AutoCDC struct {
	Node
	Target        Name // zero within CREATE STREAMING TABLE
	Source        Relation
	Keys          []Expr
	IgnoreNulls   bool
	DeleteWhen    Expr
	TruncateWhen  Expr
	SequenceBy    Expr
	Columns       []Expr // COLUMNS list, nil for all
	ExceptColumns []Expr // COLUMNS * EXCEPT
	SCDType       int    // STORED AS SCD TYPE, 0 if not written
	History       []Expr
	HistoryExcept []Expr
}

// PartitionValue is a column of PARTITION (...); Value nil: dynamic.
type PartitionValue struct {
	Column string
	Value  Expr
}

// Insert is INSERT INTO and INSERT OVERWRITE.
type Insert struct {
	Node
	Table       Name
	Options     []Property
	Overwrite   bool
	ByName      bool
	Columns     []string // nil: all, in order
	Partition   []PartitionValue
	IfNotExists bool // PARTITION (...) IF NOT EXISTS
	ReplaceOn   Expr // REPLACE WHERE cond
	Query       Relation
}

// MultiInsert is FROM source INSERT ... INSERT ...: each Insert has its whole
// query.
type MultiInsert struct {
	Node
	Inserts []*Insert
}

// InsertDirectory is INSERT OVERWRITE DIRECTORY.
type InsertDirectory struct {
	Node
	Path     string
	Local    bool
	Provider string
	Options  []Property
	Query    Relation
}

// ObjectKind is what a statement names.
type ObjectKind uint8

// The kinds of objects.
const (
	TableObject ObjectKind = iota
	ViewObject
	FunctionObject
	DatabaseObject
	VariableObject
	ColumnObject
	QueryObject
	CatalogObject
)

// Drop is DROP TABLE, VIEW, FUNCTION, DATABASE, TEMPORARY VARIABLE.
type Drop struct {
	Node
	Kind      ObjectKind
	Name      Name
	IfExists  bool
	Temporary bool
	Purge     bool
	Cascade   bool
}

// Truncate is TRUNCATE TABLE.
type Truncate struct {
	Node
	Table     Name
	Partition []PartitionValue
}

// Cache is CACHE [LAZY] TABLE name [AS query].
type Cache struct {
	Node
	Name    Name
	Lazy    bool
	Options []Property
	Query   Relation // nil for none
	Text    string
}

// Uncache is UNCACHE TABLE, or CLEAR CACHE when All.
type Uncache struct {
	Node
	Name     Name
	IfExists bool
	All      bool
}

// Refresh is REFRESH TABLE, REFRESH FUNCTION or REFRESH path.
type Refresh struct {
	Node
	Kind ObjectKind
	Name Name
	Path string
}

// Set is SET key=value; without a value it shows (Value nil); without a key it
// shows all, Verbose (SET -v) with their documentation.
type Set struct {
	Node
	Key     string
	Value   *string
	Verbose bool
}

// SetTimeZone is SET TIME ZONE: a zone id, "LOCAL", or an interval literal.
type SetTimeZone struct {
	Node
	Zone     string
	Interval Expr
}

// Reset is RESET [key].
type Reset struct {
	Node
	Key string
}

// Use is USE [DATABASE|CATALOG] name and SET CATALOG. Kind is CatalogObject for
// the latter two, else DatabaseObject.
type Use struct {
	Node
	Kind ObjectKind
	Name Name
}

// ShowKind is the list a Show yields.
type ShowKind uint8

// The lists of SHOW.
const (
	ShowTables ShowKind = iota
	ShowTableExtended
	ShowViews
	ShowColumns
	ShowFunctions
	ShowDatabases
	ShowCatalogs
	ShowCreateTable
	ShowTableProperties
	ShowPartitions
	ShowCurrent // SHOW CURRENT NAMESPACE
	ShowVariables
	ShowProcedures
)

// Show is SHOW. Name is the table, or for ShowFunctions the function asked for;
// In the database. Pattern is of LIKE, "" for none. Scope is ALL, SYSTEM or
// USER before FUNCTIONS. Key is that of TBLPROPERTIES (key).
type Show struct {
	Node
	Kind      ShowKind
	Name      Name
	In        Name
	Pattern   string
	Scope     string
	Key       string
	AsSerde   bool
	Partition []PartitionValue
}

// Describe is DESCRIBE of a table, column, query, function, database or
// catalog.
type Describe struct {
	Node
	Kind      ObjectKind
	Name      Name
	Column    []string
	Extended  bool
	JSON      bool
	Partition []PartitionValue
	Query     Statement
}

// ExplainMode is how much EXPLAIN tells.
type ExplainMode uint8

// The modes of EXPLAIN.
const (
	ExplainSimple ExplainMode = iota
	ExplainExtended
	ExplainCodegen
	ExplainCost
	ExplainFormatted
)

// Explain is EXPLAIN statement.
type Explain struct {
	Node
	Mode      ExplainMode
	Statement Statement
}

// CreateFunction is CREATE FUNCTION: with a class (Class), or an SQL body,
// which is an expression or a query (then Returns or Table may be nil).
type CreateFunction struct {
	Node
	Name      Name
	IfExists  IfExists
	Temporary bool
	Class     string
	Resources []Property // kind and URI
	Params    []ColumnDef
	Returns   sqltype.Type    // nil: not written
	IsTable   bool            // RETURNS TABLE
	Table     []ColumnDef     // of RETURNS TABLE (...), nil: those of the query
	Body      Expr            // RETURN expr
	Query     Relation        // RETURN query
	Text      string          // SQL of the body
	Features  map[string]bool // "deterministic", "contains sql", ...
	Comment   string
}

// CreateDatabase is CREATE DATABASE.
type CreateDatabase struct {
	Node
	Name        Name
	IfNotExists bool
	Comment     string
	Location    string
	Properties  []Property
}

// AlterKind is what an Alter changes.
type AlterKind uint8

// The changes of ALTER.
const (
	AlterRename AlterKind = iota
	AlterSetProperties
	AlterUnsetProperties
	AlterAddColumns
	AlterDropColumns
	AlterRenameColumn
	AlterColumn
	AlterReplaceColumns
	AlterAddPartition
	AlterDropPartition
	AlterRenamePartition
	AlterRecoverPartitions
	AlterSetLocation
	AlterViewAs
	AlterClusterBy
	AlterOther // parsed no further: Text
)

// Alter is ALTER TABLE, VIEW, DATABASE. The fields that Kind needs are set.
type Alter struct {
	Node
	Kind       AlterKind
	Object     ObjectKind
	Name       Name
	NewName    Name
	Properties []Property
	IfExists   bool
	Columns    []AlterColumnDef
	Partitions [][]PartitionValue
	Location   string
	Query      Relation
	Text       string
}

// AlterColumnDef is a column of ALTER TABLE: its path, definition and place.
type AlterColumnDef struct {
	Path      []string
	NewName   string
	Def       ColumnDef
	DropNull  bool // DROP NOT NULL
	SetNull   bool // SET NOT NULL
	DropDef   bool // DROP DEFAULT
	First     bool
	After     string
	IfExists  bool
	Generated bool
}

// DeclareVariable is DECLARE [OR REPLACE] [VARIABLE] names [type] [DEFAULT
// expr].
type DeclareVariable struct {
	Node
	Names   []Name
	Replace bool
	Type    sqltype.Type
	Default Expr
}

// SetVariable is SET VAR name = expr, ... and SET VAR (names) = (query).
type SetVariable struct {
	Node
	Names  []Name
	Values []Expr
	Query  Relation // nil for none
}

// ExecuteImmediate is EXECUTE IMMEDIATE text [INTO names] [USING args].
type ExecuteImmediate struct {
	Node
	Text  Expr
	Into  []Name
	Using []Expr // each may be an Alias: a named parameter
}

// Comment is COMMENT ON; Text nil: IS NULL.
type Comment struct {
	Node
	Kind   ObjectKind
	Name   Name
	Column []string
	Text   *string
}

// Analyze is ANALYZE TABLE ... COMPUTE STATISTICS.
type Analyze struct {
	Node
	Name       Name // zero: ANALYZE TABLES
	In         Name
	Columns    []string
	AllColumns bool
	NoScan     bool
	Partition  []PartitionValue
}

// Delete is DELETE FROM.
type Delete struct {
	Node
	Table Relation
	Cond  Expr // nil: all rows
}

// Assignment is column = value.
type Assignment struct {
	Column []string
	Value  Expr
}

// Update is UPDATE ... SET.
type Update struct {
	Node
	Table Relation
	Set   []Assignment
	Cond  Expr // nil: all rows
}

// MergeAction is one WHEN of MERGE: Match says on which rows, Do what.
type MergeAction struct {
	Match  MergeMatch
	Cond   Expr
	Do     MergeDo
	Star   bool // UPDATE SET *, INSERT *
	Assign []Assignment
}

// MergeMatch is the rows of a MergeAction.
type MergeMatch uint8

// The rows of a MergeAction.
const (
	Matched MergeMatch = iota
	NotMatched
	NotMatchedBySource
)

// MergeDo is the change of a MergeAction.
type MergeDo uint8

// The changes of a MergeAction.
const (
	MergeUpdate MergeDo = iota
	MergeInsert
	MergeDelete
)

// Merge is MERGE INTO.
type Merge struct {
	Node
	Target, Source Relation
	On             Expr
	Actions        []MergeAction
	Evolve         bool // WITH SCHEMA EVOLUTION
}

// CallProcedure runs a stored procedure.
type CallProcedure struct {
	Node
	Name Name
	Args []Expr
}

// Other is a statement of Spark's that nothing of ours executes (ADD JAR, LOAD
// DATA, MSCK REPAIR, BEGIN ... END): What names it, and its text is the Origin.
type Other struct {
	Node
	What string
}

func (*Query) statement()                  {}
func (*CreateView) statement()             {}
func (*CreateTempViewUsing) statement()    {}
func (*CreateTable) statement()            {}
func (*CreateTableLike) statement()        {}
func (*CreateStreamingTable) statement()   {}
func (*CreateMaterializedView) statement() {}
func (*CreateFlow) statement()             {}
func (*Insert) statement()                 {}
func (*MultiInsert) statement()            {}
func (*InsertDirectory) statement()        {}
func (*Drop) statement()                   {}
func (*Truncate) statement()               {}
func (*Cache) statement()                  {}
func (*Uncache) statement()                {}
func (*Refresh) statement()                {}
func (*Set) statement()                    {}
func (*SetTimeZone) statement()            {}
func (*Reset) statement()                  {}
func (*Use) statement()                    {}
func (*Show) statement()                   {}
func (*Describe) statement()               {}
func (*Explain) statement()                {}
func (*CreateFunction) statement()         {}
func (*CreateDatabase) statement()         {}
func (*Alter) statement()                  {}
func (*DeclareVariable) statement()        {}
func (*SetVariable) statement()            {}
func (*ExecuteImmediate) statement()       {}
func (*Comment) statement()                {}
func (*Analyze) statement()                {}
func (*Delete) statement()                 {}
func (*Update) statement()                 {}
func (*Merge) statement()                  {}
func (*CallProcedure) statement()          {}
func (*Other) statement()                  {}
