package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Target is a table that rows are written to.
type Target struct {
	Path    []string
	Schema  *sqltype.Struct
	Columns []string // of INSERT INTO t (columns), nil: all in order
	ByName  bool     // columns of the query find those of the table by name
	At      sparkerr.Origin
}

// Write brings the rows of a query into the columns of a table, converting by
// Spark's ANSI store assignment: what may lose its meaning is refused, what
// does not fit fails at run time. Columns that get no value are null.
func (a *Analyzer) Write(q logical.Node, t Target) (logical.Node, error) {
	from, err := a.sources(q, t)
	if err != nil {
		return nil, err
	}
	list := make([]expr.Node, len(t.Schema.Fields))
	for i, f := range t.Schema.Fields {
		n := from[i]
		if n == nil {
			n = expr.NullOf(f.Type)
		}
		if !storable(n.Type(), f.Type) {
			return nil, fail(t.At, "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", "Cannot write values of type "+quoteType(n.Type())+" into the column "+plan.Quote(f.Name)+" of type "+quoteType(f.Type)+" of "+quotePath(t.Path)+". Cast them in the query.",
				"tableName", quotePath(t.Path), "colName", plan.Quote(f.Name), "srcType", quoteType(n.Type()), "targetType", quoteType(f.Type))
		}
		if !sqltype.SameShape(n.Type(), f.Type) {
			n = &expr.Cast{Arg: n, T: f.Type, Mode: expr.CastANSI, Zone: a.Session.Zone, Implicit: true, Origin: t.At}
		}
		list[i] = logical.NewAlias(a.IDs, n, f.Name)
	}
	return &logical.Project{At: logical.At{Origin: t.At}, List: list, Child: q}, nil
}

// sources finds for each column of the table the query's column, nil if none.
func (a *Analyzer) sources(q logical.Node, t Target) ([]expr.Node, error) {
	out := q.Output()
	from := make([]expr.Node, len(t.Schema.Fields))
	if t.ByName {
		return from, a.sourcesByName(out, t, from)
	}
	places, err := a.places(t)
	if err != nil {
		return nil, err
	}
	if len(out) != len(places) {
		kind := "TOO_MANY_DATA_COLUMNS"
		if len(out) < len(places) {
			kind = "NOT_ENOUGH_DATA_COLUMNS"
		}
		return nil, fail(t.At, "INSERT_COLUMN_ARITY_MISMATCH."+kind, "The query has "+itoa(len(out))+" columns, but "+quotePath(t.Path)+" takes "+itoa(len(places))+".",
			"tableName", quotePath(t.Path), "tableColumns", quotedNames(t.Schema.Names()), "dataColumns", quotedNames(logical.Schema(out).Names()))
	}
	for i, k := range places {
		from[k] = out[i]
	}
	return from, nil
}

// places are the ordinals of the columns that the query's go to.
func (a *Analyzer) places(t Target) ([]int, error) {
	var places []int
	if t.Columns == nil {
		for i := range t.Schema.Fields {
			places = append(places, i)
		}
		return places, nil
	}
	for i, name := range t.Columns {
		for _, d := range t.Columns[:i] {
			if a.same(d, name) {
				return nil, fail(t.At, "COLUMN_ALREADY_EXISTS", "INSERT names the column "+plan.Quote(name)+" twice.", "columnName", plan.Quote(name))
			}
		}
		k := a.fieldOf(t.Schema, name)
		if k < 0 {
			var attrs []*logical.Attr
			for _, f := range t.Schema.Fields {
				attrs = append(attrs, &logical.Attr{Name: f.Name})
			}
			return nil, a.notFound([]string{name}, attrs, t.At)
		}
		places = append(places, k)
	}
	return places, nil
}

func (a *Analyzer) fieldOf(s *sqltype.Struct, name string) int {
	for i, f := range s.Fields {
		if a.same(f.Name, name) {
			return i
		}
	}
	return -1
}

func (a *Analyzer) sourcesByName(out []*logical.Attr, t Target, from []expr.Node) error {
	for _, c := range out {
		k := a.fieldOf(t.Schema, c.Name)
		if k < 0 {
			return fail(t.At, "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", "The table "+quotePath(t.Path)+" has no column "+plan.Quote(c.Name)+".",
				"tableName", quotePath(t.Path), "extraColumns", plan.Quote(c.Name))
		}
		if from[k] != nil {
			return fail(t.At, "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME", "The query has the column "+plan.Quote(c.Name)+" twice.",
				"tableName", quotePath(t.Path), "colName", plan.Quote(c.Name))
		}
		from[k] = c
	}
	return nil
}

func quotedNames(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = plan.Quote(n)
	}
	return strings.Join(out, ", ")
}

// storable reports whether values of one type may be stored as another.
func storable(from, to sqltype.Type) bool {
	f, t := from.Kind(), to.Kind()
	switch {
	case f == sqltype.KindNull, f == t && f < sqltype.KindArray:
		return true
	case sqltype.IsNumeric(from):
		return sqltype.IsNumeric(to) || t == sqltype.KindString
	case isDateTime(f):
		return isDateTime(t) || t == sqltype.KindString
	case f == sqltype.KindBoolean || f == sqltype.KindBinary:
		return t == sqltype.KindString
	case f != t:
		return false
	}
	switch x := from.(type) {
	case *sqltype.Array:
		return storable(x.Elem, to.(*sqltype.Array).Elem)
	case *sqltype.Map:
		y := to.(*sqltype.Map)
		return storable(x.Key, y.Key) && storable(x.Value, y.Value)
	case *sqltype.Struct:
		y := to.(*sqltype.Struct)
		if len(x.Fields) != len(y.Fields) {
			return false
		}
		for i, g := range x.Fields {
			if !storable(g.Type, y.Fields[i].Type) {
				return false
			}
		}
	}
	return true
}

func isDateTime(k sqltype.Kind) bool {
	return k == sqltype.KindDate || k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ
}
