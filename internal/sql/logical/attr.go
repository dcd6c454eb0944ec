package logical

import (
	"strconv"
	"sync/atomic"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// ID is the identity of an attribute within a session. Two attributes are the
// same column exactly if their IDs are equal, whatever they are called.
type ID int64

// IDs hands out identities, each once. It is safe for concurrent use; the zero
// IDs is ready.
type IDs struct{ last atomic.Int64 }

// Next returns an identity never returned before.
func (g *IDs) Next() ID { return ID(g.last.Add(1)) }

// Tags travel with an attribute through aliases and say what streaming must
// know of it.
type Tags struct {
	// EventTime: the column carries a watermark that trails it by DelayMs
	// milliseconds.
	EventTime bool
	DelayMs   int64
	// Window: the column is a struct made by window() or session_window(), so
	// window_time accepts it.
	Window bool
	// Session: the struct grows while its group does; as a grouping key it
	// makes the aggregate one over sessions.
	Session bool
	// Fields is metadata of the source or the user; nil for none, never
	// changed.
	Fields map[string]any
}

// Attr is a column of a relation: a leaf of expressions.
type Attr struct {
	ID   ID
	Name string
	// Qualifier is the path by which the column may be named: an alias, or
	// catalog, database and table. Matched from its end.
	Qualifier []string
	T         sqltype.Type
	Null      bool
	Tags      Tags
	// Hidden: only a qualified name finds the column, and no star but a
	// qualified one stands for it (the second key of a join USING).
	Hidden bool
	// Meta: a hidden column that its bare name finds too (_metadata of files).
	Meta bool
}

// NewAttr returns an attribute with a fresh identity.
func NewAttr(ids *IDs, name string, t sqltype.Type, nullable bool) *Attr {
	return &Attr{ID: ids.Next(), Name: name, T: t, Null: nullable}
}

// Type implements expr.Node.
func (a *Attr) Type() sqltype.Type { return a.T }

// Nullable implements expr.Node.
func (a *Attr) Nullable() bool { return a.Null }

// Children implements expr.Node.
func (a *Attr) Children() []expr.Node { return nil }

// With implements expr.Node.
func (a *Attr) With([]expr.Node) expr.Node { return a }

// String implements expr.Node: the bare name.
func (a *Attr) String() string { return a.Name }

// ColumnName is the name the column has as a field of a struct made of it.
func (a *Attr) ColumnName() string { return a.Name }

// Ref prints the attribute with its identity, as EXPLAIN shows it.
func (a *Attr) Ref() string {
	s := a.Name + "#" + strconv.FormatInt(int64(a.ID), 10)
	if a.T != nil && a.T.Kind() == sqltype.KindLong {
		s += "L"
	}
	return s
}

// Renamed returns the same column under another name.
func (a *Attr) Renamed(name string) *Attr { c := *a; c.Name = name; return &c }

// Qualified returns the same column reachable by another path.
func (a *Attr) Qualified(path []string) *Attr { c := *a; c.Qualifier = path; return &c }

// Tagged returns the same column with other tags.
func (a *Attr) Tagged(t Tags) *Attr { c := *a; c.Tags = t; return &c }

// WithNull returns the same column with another nullability.
func (a *Attr) WithNull(nullable bool) *Attr {
	if a.Null == nullable {
		return a
	}
	c := *a
	c.Null = nullable
	return &c
}

// Fresh returns another column that looks the same.
func (a *Attr) Fresh(ids *IDs) *Attr { c := *a; c.ID = ids.Next(); return &c }

// Schema returns the attributes as a schema.
func Schema(out []*Attr) *sqltype.Struct {
	fields := make([]sqltype.Field, len(out))
	for i, a := range out {
		fields[i] = sqltype.Field{Name: a.Name, Type: a.T, Nullable: a.Null, Metadata: a.Tags.Fields}
	}
	return &sqltype.Struct{Fields: fields}
}

// Set is a set of attributes.
type Set map[ID]bool

// SetOf returns the set of the attributes.
func SetOf(lists ...[]*Attr) Set {
	s := Set{}
	for _, l := range lists {
		for _, a := range l {
			s[a.ID] = true
		}
	}
	return s
}

// HasAll reports whether every attribute that e reads is in s.
func (s Set) HasAll(e expr.Node) bool {
	ok := true
	expr.Walk(e, func(n expr.Node) bool {
		if a, is := n.(*Attr); is && !s[a.ID] {
			ok = false
		}
		return ok
	})
	return ok
}

// HasAny reports whether e reads some attribute of s.
func (s Set) HasAny(e expr.Node) bool {
	any := false
	expr.Walk(e, func(n expr.Node) bool {
		if a, is := n.(*Attr); is && s[a.ID] {
			any = true
		}
		return !any
	})
	return any
}

// Find returns the attribute of out with the identity, nil if there is none.
func Find(out []*Attr, id ID) *Attr {
	for _, a := range out {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// Nodes returns the attributes as expressions.
func Nodes(out []*Attr) []expr.Node {
	es := make([]expr.Node, len(out))
	for i, a := range out {
		es[i] = a
	}
	return es
}
