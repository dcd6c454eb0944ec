package analyze

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// context is what constant expressions are evaluated in.
func (a *Analyzer) context() *expr.Context {
	return &expr.Context{ANSI: a.Session.ANSI, Zone: a.Session.Zone, BatchTime: a.Now}
}

// fold evaluates what is constant in e.
func (a *Analyzer) fold(e expr.Node) expr.Node {
	if hasHole(e) {
		return e
	}
	return expr.Fold(e, a.context())
}

// evaluated computes a constant: nil if e is none, an error if it fails.
func (a *Analyzer) evaluated(e expr.Node) (*expr.Literal, error) {
	if l, ok := a.fold(e).(*expr.Literal); ok {
		return l, nil
	}
	if hasHole(e) || !expr.Deterministic(e) {
		return nil, nil
	}
	_, err := expr.EvalConst(e, a.context())
	return nil, err
}

// hasHole reports whether e has a form that cannot be evaluated yet.
func hasHole(e expr.Node) bool {
	return expr.Any(e, func(n expr.Node) bool {
		switch n.(type) {
		case *expr.Literal, *expr.Call, *expr.Cast, *expr.Case, *expr.Logic, *expr.In, *expr.Field:
			return false
		}
		return true
	})
}

// coerce converts implicitly; a no-op if the type fits.
func (a *Analyzer) coerce(e expr.Node, t sqltype.Type) expr.Node {
	if t == nil || sqltype.SameShape(e.Type(), t) {
		return e
	}
	return expr.CastTo(e, t, a.Session)
}

// widest returns the type that holds the values of all, as set operations,
// CASE and IN need it; false if there is none.
func (a *Analyzer) widest(ts []sqltype.Type) (sqltype.Type, bool) {
	return expr.CommonTypeOf(ts, a.Session.ANSI)
}

// widestByPlace is widest for who compares structs by the places of their
// fields, whatever these are called: the names are those of the first.
func (a *Analyzer) widestByPlace(ts []sqltype.Type) (sqltype.Type, bool) {
	alike := make([]sqltype.Type, len(ts))
	for i, t := range ts {
		alike[i] = fieldsLike(t, ts[0])
	}
	return a.widest(alike)
}

// fieldsLike is t with the field names of like, where both have the same form.
func fieldsLike(t, like sqltype.Type) sqltype.Type {
	switch x := t.(type) {
	case *sqltype.Array:
		if y, ok := like.(*sqltype.Array); ok {
			return &sqltype.Array{Elem: fieldsLike(x.Elem, y.Elem), ContainsNull: x.ContainsNull}
		}
	case *sqltype.Struct:
		y, ok := like.(*sqltype.Struct)
		if !ok || len(x.Fields) != len(y.Fields) {
			return t
		}
		d := &sqltype.Struct{Fields: append([]sqltype.Field(nil), x.Fields...)}
		for i := range d.Fields {
			d.Fields[i].Name, d.Fields[i].Type = y.Fields[i].Name, fieldsLike(x.Fields[i].Type, y.Fields[i].Type)
		}
		return d
	}
	return t
}

// unify converts expressions to their common type.
func (a *Analyzer) unify(es []expr.Node) ([]expr.Node, bool) {
	ts := make([]sqltype.Type, len(es))
	for i, e := range es {
		ts[i] = e.Type()
	}
	t, ok := a.widest(ts)
	if !ok {
		return es, false
	}
	out := make([]expr.Node, len(es))
	for i, e := range es {
		out[i] = a.coerce(e, t)
	}
	return out, true
}

// condition makes e a boolean, or returns the error.
func (a *Analyzer) condition(e expr.Node, _ sparkerr.Origin, wrong func() error) (expr.Node, error) {
	switch e.Type().Kind() {
	case sqltype.KindBoolean:
		return e, nil
	case sqltype.KindNull:
		return a.coerce(e, sqltype.Boolean), nil
	}
	return nil, wrong()
}

// micros is a count of microseconds in the Go form of the type.
func micros(us int64, t sqltype.Type) any {
	switch t.Kind() {
	case sqltype.KindTimestamp:
		return eventtime.Time(us)
	case sqltype.KindTimestampNTZ:
		return columnar.LocalTime(us)
	}
	return columnar.Micros(us)
}
