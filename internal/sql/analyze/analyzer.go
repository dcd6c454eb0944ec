package analyze

import (
	"strings"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// Catalog is where tables and views come from; the session implements it.
type Catalog interface {
	// Lookup finds what a name means; nil, nil if nothing.
	Lookup(name []string, opts TableOptions) (Entry, error)
	// Read opens a relation through a connector.
	Read(r *plan.Read) (logical.Relation, error)
}

// TableOptions are the clauses at a table's mention.
type TableOptions struct {
	Options      []plan.Property
	Stream       bool
	IdentifiedBy string
	// Version or Timestamp of time travel, nil for now.
	Version, Timestamp any
	At                 sparkerr.Origin
}

// Entry is what a name means: *Table or *View.
type Entry interface{ entry() }

// Table is a table, as a batch or, if asked for with Stream, as a stream.
type Table struct {
	Path []string // catalog, database, name
	Rel  logical.Relation
}

// View is a named query.
type View struct {
	Path    []string
	Columns []string // names of its columns, nil: those of Plan
	Plan    plan.Relation
	// Temp: a temporary view; STREAM accepts it if its plan is a stream.
	Temp bool
	// Names resolves the names in Plan, nil: the same catalog.
	Names Catalog
}

func (*Table) entry() {}
func (*View) entry()  {}

// Functions finds functions by lower-case name: a *expr.Func,
// *expr.AggregateFunc, *expr.TableFunc or *SQLFunc, nil if there is none. qualifier is
// the path before the name, nil for none.
type Functions interface {
	Lookup(qualifier []string, name string) any
}

// Analyzer turns plans into logical trees.
type Analyzer struct {
	Catalog   Catalog
	Functions Functions
	Session   *expr.Session
	IDs       *logical.IDs
	// Now is when the statement is analysed: what DATE 'today' is.
	Now eventtime.Time
	// Named and Positional are the arguments of a parameterised statement.
	Named      map[string]plan.Expr
	Positional []plan.Expr
	// Variables of the session, nil for none.
	Variables Variables
	// outerCalls are the aggregates that subqueries read from the query around
	// them, by the column that stands for each.
	outerCalls map[logical.ID]*logical.AggregateCall
	calls      expr.Calls // constants that stay calls
}

// Relation analyses a query.
func (a *Analyzer) Relation(r plan.Relation) (logical.Node, error) {
	n, err := a.relation(r, &env{catalog: a.Catalog, sources: map[string]bool{}})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// env is what a relation may refer to besides its own inputs.
type env struct {
	catalog Catalog
	ctes    *cteScope
	// outer are the columns around the innermost subquery or lateral join.
	outer *scope
	// ids are the attributes by the plan id of the DataFrame that made them.
	ids   map[int64][]*logical.Attr
	views []string // views being expanded
	depth int
	specs map[string]*plan.Window
	// sources are the names that IDENTIFIED BY has given so far.
	sources map[string]bool
}

// maxDepth bounds the nesting of relations and of views.
const maxDepth = 300

func (e *env) with(change func(*env)) *env {
	d := *e
	change(&d)
	return &d
}

// conf reports whether a boolean setting is on.
func (a *Analyzer) conf(key string, otherwise bool) bool {
	if a.Session.Conf == nil {
		return otherwise
	}
	switch strings.ToLower(a.Session.Conf(key)) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

func (a *Analyzer) same(x, y string) bool {
	if a.Session.CaseSensitive {
		return x == y
	}
	return strings.EqualFold(x, y)
}

// fail makes an error at a place.
func fail(at sparkerr.Origin, class, message string, kv ...string) error {
	return sparkerr.New(class, message, kv...).At(at)
}

// refuse makes an error of something that Spate does not do yet.
func refuse(at sparkerr.Origin, what string) error {
	return fail(at, "UNSUPPORTED_FEATURE", what+" is not supported by this version of Spate")
}
