// Package sqltest is a small world for tests of analysis, optimisation and
// lowering: a catalog of empty tables and of the views that statements make,
// golden files of queries and plans.
package sqltest

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Table is a relation without rows.
type Table struct {
	Title   string
	Columns *sqltype.Struct
	Stream  bool // STREAM reads it as a stream
	Bytes   int64
}

// Name implements logical.Relation.
func (t *Table) Name() string { return t.Title }

// Schema implements logical.Relation.
func (t *Table) Schema() *sqltype.Struct { return t.Columns }

// Streaming implements logical.Relation.
func (t *Table) Streaming() bool { return t.Stream }

// Size implements logical.Relation.
func (t *Table) Size() int64 { return t.Bytes }

// World is a catalog of tables and views made by the statements of a script.
type World struct {
	Tables map[string]*Table
	views  map[string]*analyze.View
	// Conf is the session's configuration.
	Conf map[string]string
}

// New returns the world with the tables t and u and the streams events and
// clicks.
func New() *World {
	w := &World{Tables: map[string]*Table{}, views: map[string]*analyze.View{}, Conf: map[string]string{}}
	w.table("t", "a INT, b STRING, c DOUBLE, d DATE, ts TIMESTAMP, s STRUCT<x:INT,y:STRING>, arr ARRAY<INT>, m MAP<STRING,INT>", false)
	w.table("u", "a INT, e BIGINT, f DECIMAL(10,2)", false)
	w.table("events", "k STRING, v INT, ts TIMESTAMP", true)
	w.table("clicks", "k STRING, n INT, at TIMESTAMP", true)
	return w
}

func (w *World) table(name, ddl string, stream bool) {
	s, err := sqltype.ParseDDL(ddl)
	if err != nil {
		panic(err)
	}
	w.Tables[name] = &Table{Title: name, Columns: s, Stream: stream, Bytes: int64(1000 * len(name))}
}

// Lookup implements analyze.Catalog.
func (w *World) Lookup(name []string, opts analyze.TableOptions) (analyze.Entry, error) {
	n := strings.ToLower(name[len(name)-1])
	if v := w.views[n]; v != nil {
		return v, nil
	}
	t := w.Tables[n]
	if t == nil {
		return nil, nil
	}
	d := *t
	d.Stream = t.Stream && opts.Stream
	return &analyze.Table{Path: []string{"spark_catalog", "default", n}, Rel: &d}, nil
}

// Read implements analyze.Catalog: there are no connectors.
func (w *World) Read(*plan.Read) (logical.Relation, error) {
	return nil, sparkerr.New("DATA_SOURCE_NOT_FOUND", "no connectors here")
}

// Functions is the built-in registry.
type Functions struct{}

// Lookup implements analyze.Functions.
func (Functions) Lookup(_ []string, name string) any {
	f, ok := fn.Lookup(name)
	switch {
	case !ok:
		return nil
	case f.Scalar != nil:
		return f.Scalar
	case f.Aggregate != nil:
		return f.Aggregate
	}
	return f.Table
}

// Analyzer returns an analyser over the world.
func (w *World) Analyzer() *analyze.Analyzer {
	return &analyze.Analyzer{Catalog: w, Functions: Functions{}, IDs: &logical.IDs{},
		Session: &expr.Session{ANSI: w.Conf["spark.sql.ansi.enabled"] != "false", Zone: "America/Los_Angeles", Conf: func(k string) string { return w.Conf[k] }}}
}

// Run analyses a query or makes a view; the plan of other statements is nil.
func (w *World) Run(sql string) (logical.Node, error) { return w.RunWith(w.Analyzer(), sql) }

// RunWith is Run with an analyser made before.
func (w *World) RunWith(a *analyze.Analyzer, sql string) (logical.Node, error) {
	st, err := parser.Statement(sql, parser.Options{})
	if err != nil {
		return nil, err
	}
	switch x := st.(type) {
	case *plan.Query:
		return a.Relation(x.Relation)
	case *plan.CreateView:
		return nil, w.view(a, x)
	}
	return nil, nil
}

func (w *World) view(a *analyze.Analyzer, x *plan.CreateView) error {
	v := &analyze.View{Path: []string{x.Name.Last()}, Plan: x.Query, Temp: x.Scope != plan.PersistentView}
	for _, c := range x.Columns {
		v.Columns = append(v.Columns, c.Name)
	}
	w.views[strings.ToLower(x.Name.Last())] = v
	_, err := a.Relation(x.Query)
	return err
}
