package json

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Inferrer finds the schema that records have in common, as Spark does: what
// does not go together is a string. It belongs to one goroutine.
type Inferrer struct {
	scanner
	root    *shape
	corrupt bool
}

// NewInferrer returns an Inferrer that has seen nothing.
func NewInferrer(o *Options) *Inferrer {
	f := &Inferrer{root: &shape{kind: sqltype.KindStruct}}
	f.o = o
	return f
}

// shape is an inferred type that records widen in place.
type shape struct {
	kind             sqltype.Kind // KindNull: nothing known yet
	precision, scale int          // of a decimal
	fields           map[string]*shape
	elem             *shape
}

// Record takes in the record at [lo, hi) of block: an object, or an array of
// them.
func (f *Inferrer) Record(block []byte, lo, hi int) error {
	f.buf, f.pos, f.end, f.depth, f.extra = block, lo, hi, 0, f.extra[:0]
	var seen *shape
	ok := true
	switch c := f.peek(); {
	case c == 0 && f.pos >= hi:
		return nil
	case c == '{' || c == '[':
		seen, ok = f.value()
		if ok && c == '[' {
			seen = seen.elem
		}
	default:
		ok = false
	}
	if ok && seen != nil && seen.kind == sqltype.KindStruct {
		f.root.widen(seen)
		return nil
	}
	if ok && seen != nil && seen.kind == sqltype.KindNull {
		return nil
	}
	if f.o.Mode == field.Fail {
		return field.Malformed(string(block[lo:hi]))
	}
	f.corrupt = f.corrupt || f.o.Mode == field.Permissive
	return nil
}

// value reads a value and returns its type.
func (f *Inferrer) value() (*shape, bool) {
	is := f.classify(f.peek())
	start := f.pos
	switch is {
	case isObject:
		return f.object()
	case isArray:
		return f.array()
	case isText:
		extra := len(f.extra)
		off, n, ok := f.text()
		if !ok {
			return nil, false
		}
		s := &shape{kind: sqltype.KindString}
		if f.o.inferTimestamp && !f.o.primitivesAsString {
			if _, is := f.o.Times.Timestamp(f.at(off, n)); is {
				s.kind = sqltype.KindTimestamp
			}
		}
		f.extra = f.extra[:extra]
		return s, true
	case isNumber:
		whole, ok := f.number()
		if !ok {
			return nil, false
		}
		return f.primitive(f.numeric(f.buf[start:f.pos], whole)), true
	}
	if !f.skip() {
		return nil, false
	}
	switch is {
	case isTrue, isFalse:
		return f.primitive(&shape{kind: sqltype.KindBoolean}), true
	case isNaN:
		return f.primitive(&shape{kind: sqltype.KindDouble}), true
	}
	return &shape{kind: sqltype.KindNull}, true
}

func (f *Inferrer) primitive(s *shape) *shape {
	if f.o.primitivesAsString {
		s.kind = sqltype.KindString
	}
	return s
}

func (f *Inferrer) numeric(b []byte, whole bool) *shape {
	if whole {
		if _, ok := field.Int(b); ok {
			return &shape{kind: sqltype.KindLong}
		}
	}
	if whole || f.o.prefersDecimal {
		if d, err := decimal.ParseLiteral(b); err == nil {
			return &shape{kind: sqltype.KindDecimal, precision: int(max(d.Precision, d.Scale)), scale: int(d.Scale)}
		}
	}
	return &shape{kind: sqltype.KindDouble}
}

func (f *Inferrer) object() (*shape, bool) {
	if !f.enter() {
		return nil, false
	}
	s := &shape{kind: sqltype.KindStruct, fields: map[string]*shape{}}
	for first := true; ; first = false {
		more, ok := f.item('}', first)
		if !ok || !more {
			f.depth--
			return s, ok
		}
		off, n, ok := f.key()
		if !ok {
			return nil, false
		}
		name := string(f.at(off, n))
		v, ok := f.value()
		if !ok {
			return nil, false
		}
		if known := s.fields[name]; known != nil {
			known.widen(v)
		} else {
			s.fields[name] = v
		}
	}
}

func (f *Inferrer) array() (*shape, bool) {
	if !f.enter() {
		return nil, false
	}
	s := &shape{kind: sqltype.KindArray, elem: &shape{kind: sqltype.KindNull}}
	for first := true; ; first = false {
		more, ok := f.item(']', first)
		if !ok || !more {
			f.depth--
			return s, ok
		}
		v, ok := f.value()
		if !ok {
			return nil, false
		}
		s.elem.widen(v)
	}
}

// widen makes s a type that also holds what o does.
func (s *shape) widen(o *shape) {
	switch {
	case o.kind == sqltype.KindNull:
	case s.kind == sqltype.KindNull:
		*s = *o
	case s.kind == sqltype.KindStruct && o.kind == sqltype.KindStruct:
		if s.fields == nil {
			s.fields = map[string]*shape{}
		}
		for name, v := range o.fields {
			if known := s.fields[name]; known != nil {
				known.widen(v)
			} else {
				s.fields[name] = v
			}
		}
	case s.kind == sqltype.KindArray && o.kind == sqltype.KindArray:
		s.elem.widen(o.elem)
	case s.number() && o.number():
		s.widenNumber(o)
	case s.kind != o.kind:
		*s = shape{kind: sqltype.KindString}
	}
}

func (s *shape) number() bool {
	return s.kind == sqltype.KindLong || s.kind == sqltype.KindDouble || s.kind == sqltype.KindDecimal
}

func (s *shape) widenNumber(o *shape) {
	if s.kind == o.kind && s.kind != sqltype.KindDecimal {
		return
	}
	if s.kind == sqltype.KindDouble || o.kind == sqltype.KindDouble {
		*s = shape{kind: sqltype.KindDouble}
		return
	}
	a, b := s.asDecimal(), o.asDecimal()
	scale := max(a.scale, b.scale)
	precision := max(a.precision-a.scale, b.precision-b.scale) + scale
	if precision > sqltype.MaxPrecision {
		*s = shape{kind: sqltype.KindDouble}
		return
	}
	*s = shape{kind: sqltype.KindDecimal, precision: precision, scale: scale}
}

// asDecimal is the decimal type that holds a number's values.
func (s *shape) asDecimal() shape {
	if s.kind == sqltype.KindLong {
		return shape{precision: 20}
	}
	return *s
}

// Schema returns what was found: fields in the order of their names, the
// corrupt column among them if there were malformed records.
func (f *Inferrer) Schema() (*sqltype.Struct, error) {
	if f.corrupt {
		if f.root.fields == nil {
			f.root.fields = map[string]*shape{}
		}
		f.root.fields[f.o.Corrupt] = &shape{kind: sqltype.KindString}
	}
	t, _ := f.root.typ(f.o.dropAllNull)
	s, _ := t.(*sqltype.Struct)
	if s == nil {
		s = &sqltype.Struct{}
	}
	seen := map[string]bool{}
	for _, x := range s.Fields {
		name := strings.ToLower(x.Name)
		if seen[name] {
			return nil, sparkerr.New("COLUMN_ALREADY_EXISTS",
				"The column `"+name+"` already exists. Rename one of the fields, or give a schema.", "columnName", "`"+name+"`")
		}
		seen[name] = true
	}
	return s, nil
}

// typ returns the SQL type of s, false if there is none: an object without
// fields or, with drop, what was null only.
func (s *shape) typ(drop bool) (sqltype.Type, bool) {
	switch s.kind {
	case sqltype.KindNull:
		return sqltype.String, !drop
	case sqltype.KindDecimal:
		return sqltype.Decimal{Precision: s.precision, Scale: s.scale}, true
	case sqltype.KindArray:
		elem, ok := s.elem.typ(drop)
		return &sqltype.Array{Elem: elem, ContainsNull: true}, ok
	case sqltype.KindStruct:
		out := &sqltype.Struct{}
		for name, v := range s.fields {
			if t, ok := v.typ(drop); ok {
				out.Fields = append(out.Fields, sqltype.F(name, t))
			}
		}
		slices.SortFunc(out.Fields, func(a, b sqltype.Field) int { return cmp.Compare(a.Name, b.Name) })
		return out, len(out.Fields) > 0
	}
	return sqltype.Atomic(s.kind), true
}
