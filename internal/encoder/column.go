package encoder

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Reader reads values of T from a column or from rows. It belongs to one
// goroutine.
type Reader[T any] struct {
	read  read
	begin []func()
}

// read stores row i of v at p.
type read func(v *columnar.Vector, i int, p unsafe.Pointer) error

// Column returns a reader of a column of type t, whose values T must be able to
// hold; else the error is CANNOT_UP_CAST_DATATYPE.
func (e *Encoder[T]) Column(t sqltype.Type) (*Reader[T], error) {
	r := &Reader[T]{}
	var err error
	r.read, err = (&binding{begin: &r.begin}).value(e.c, t, "value")
	return r, err
}

// Rows returns a reader of whole rows of the schema: Read takes a struct
// vector, RowVector makes it of a batch. If T is no struct, the schema has one
// column.
func (e *Encoder[T]) Rows(s *sqltype.Struct) (*Reader[T], error) {
	if e.c.isRow() {
		return e.Column(s)
	}
	if len(s.Fields) != 1 {
		return nil, sparkerr.New("UNSUPPORTED_DESERIALIZER.FIELD_NUMBER_MISMATCH",
			fmt.Sprintf("a %s takes one column, but there are %d; use a struct", e.c.goType, len(s.Fields)), "schema", s.String(), "ordinal", "1")
	}
	r, err := e.Column(s.Fields[0].Type)
	if err != nil {
		return nil, err
	}
	inner := r.read
	r.read = func(v *columnar.Vector, i int, p unsafe.Pointer) error { return inner(v.Child[0], i, p) }
	return r, nil
}

// RowVector returns the columns of a batch as one struct vector, borrowed.
func RowVector(b *columnar.Batch) *columnar.Vector {
	return &columnar.Vector{Type: b.Schema, Len: b.Len, Child: b.Cols}
}

// Begin says that the vectors hold new contents. It must be called before the
// first Read of each batch.
func (r *Reader[T]) Begin() {
	for _, f := range r.begin {
		f()
	}
}

// Read stores row i of v in x, whose parts are new memory that x owns; texts of
// one batch share one block. NULL in what cannot be NULL is the error
// NOT_NULL_ASSERT_VIOLATION.
func (r *Reader[T]) Read(v *columnar.Vector, i int, x *T) error {
	return r.read(v, i, unsafe.Pointer(x))
}

// binding makes the readers of a type for vectors of another.
type binding struct{ begin *[]func() }

// value returns the reader of c from columns of type t; path names it in
// errors.
func (b *binding) value(c *codec, t sqltype.Type, path string) (read, error) {
	inner, err := b.valid(c, t, path)
	if err != nil {
		return nil, err
	}
	if c.nullable {
		return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
			if v.IsNull(i) {
				c.zero(p)
				return nil
			}
			return inner(v, i, p)
		}, nil
	}
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		if v.IsNull(i) {
			return notNull(path, c)
		}
		return inner(v, i, p)
	}, nil
}

// valid returns the reader of values that are not null.
func (b *binding) valid(c *codec, t sqltype.Type, path string) (read, error) {
	if t.Kind() == sqltype.KindNull {
		return func(*columnar.Vector, int, unsafe.Pointer) error { return nil }, nil
	}
	switch s := t.(type) {
	case *sqltype.Struct:
		if c.fields != nil {
			return b.structure(c, s, path)
		}
	case *sqltype.Array:
		if c.elem != nil && c.key == nil && !c.isPtr {
			return b.list(c, s, path)
		}
	case *sqltype.Map:
		if c.key != nil {
			return b.dictionary(c, s, path)
		}
	}
	switch {
	case c.isPtr:
		return b.pointer(c, t, path)
	case c.set != nil && convertible(c, t):
		return b.scalar(c, t, path), nil
	}
	return nil, cannotUpCast(path, t, c)
}

func (b *binding) pointer(c *codec, t sqltype.Type, path string) (read, error) {
	inner, err := b.valid(c.elem, t, path)
	if err != nil {
		return nil, err
	}
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		q := reflect.New(c.elem.goType).UnsafePointer()
		*(*unsafe.Pointer)(p) = q
		return inner(v, i, q)
	}, nil
}

func (b *binding) structure(c *codec, t *sqltype.Struct, path string) (read, error) {
	reads, from := make([]read, len(c.fields)), make([]int, len(c.fields))
	for k, f := range c.fields {
		from[k] = t.IndexFold(f.name)
		if from[k] < 0 && !f.nullable {
			return nil, missingField(path, f.name, t)
		}
		if from[k] >= 0 {
			var err error
			if reads[k], err = b.value(f.codec, t.Fields[from[k]].Type, path+"."+f.name); err != nil {
				return nil, err
			}
		}
	}
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		i = v.Row(i)
		for k := range c.fields {
			f := &c.fields[k]
			if from[k] < 0 {
				f.zero(unsafe.Add(p, f.offset))
			} else if err := reads[k](v.Child[from[k]], i, unsafe.Add(p, f.offset)); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (b *binding) list(c *codec, t *sqltype.Array, path string) (read, error) {
	elem, err := b.value(c.elem, t.Elem, path+"[]")
	if err != nil {
		return nil, err
	}
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		lo, hi := v.Span(i)
		s := reflect.MakeSlice(c.goType, hi-lo, hi-lo)
		reflect.NewAt(c.goType, p).Elem().Set(s)
		for k := lo; k < hi; k++ {
			if err := elem(v.Child[0], k, s.Index(k-lo).Addr().UnsafePointer()); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (b *binding) dictionary(c *codec, t *sqltype.Map, path string) (read, error) {
	key, err := b.value(c.key, t.Key, path+" key")
	if err != nil {
		return nil, err
	}
	value, err := b.value(c.elem, t.Value, path+" value")
	if err != nil {
		return nil, err
	}
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		lo, hi := v.Span(i)
		m := reflect.MakeMapWithSize(c.goType, hi-lo)
		reflect.NewAt(c.goType, p).Elem().Set(m)
		for k := lo; k < hi; k++ {
			kk, vv := reflect.New(c.key.goType), reflect.New(c.elem.goType)
			if err := key(v.Child[0], k, kk.UnsafePointer()); err != nil {
				return err
			}
			if err := value(v.Child[1], k, vv.UnsafePointer()); err != nil {
				return err
			}
			m.SetMapIndex(kk.Elem(), vv.Elem())
		}
		return nil
	}, nil
}

// zero makes the value at p nil.
func (c *codec) zero(p unsafe.Pointer) { reflect.NewAt(c.goType, p).Elem().SetZero() }

// scalar returns the reader of what has no parts.
func (b *binding) scalar(c *codec, t sqltype.Type, path string) read {
	set := c.set
	switch t.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return b.text(c)
	case sqltype.KindFloat:
		return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
			set.float(p, float64(columnar.At[float32](v, i)))
			return nil
		}
	case sqltype.KindDouble:
		return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
			set.float(p, columnar.At[float64](v, i))
			return nil
		}
	case sqltype.KindDecimal:
		scale := t.(sqltype.Decimal).Scale
		return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
			return inRange(set.decimal(p, v.Decimal(i).Unscaled, scale), path, c)
		}
	}
	get := integers(t)
	if t.Kind() == sqltype.KindDate && c.typ.Kind() != sqltype.KindDate {
		days := get
		get = func(v *columnar.Vector, i int) int64 { return days(v, i) * 86_400_000_000 }
	}
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		return inRange(set.integer(p, get(v, i)), path, c)
	}
}

func integers(t sqltype.Type) func(*columnar.Vector, int) int64 {
	switch sqltype.Width(t) {
	case 1:
		return func(v *columnar.Vector, i int) int64 { return int64(columnar.At[int8](v, i)) }
	case 2:
		return func(v *columnar.Vector, i int) int64 { return int64(columnar.At[int16](v, i)) }
	case 4:
		return func(v *columnar.Vector, i int) int64 { return int64(columnar.At[int32](v, i)) }
	}
	return func(v *columnar.Vector, i int) int64 { return columnar.At[int64](v, i) }
}

// text copies a column's texts in one block a batch and cuts it.
func (b *binding) text(c *codec) read {
	var of *columnar.Vector
	var block string
	*b.begin = append(*b.begin, func() { of, block = nil, "" })
	return func(v *columnar.Vector, i int, p unsafe.Pointer) error {
		for v.Dict != nil {
			v, i = v.Dict, int(v.Codes[v.Row(i)])
		}
		if v != of {
			of, block = v, string(v.Bytes)
		}
		w := v.Views[v.Row(i)]
		return c.set.text(p, block[w.Off:w.Off+w.Len])
	}
}

// inRange turns false into the error of a number that does not fit.
func inRange(ok bool, path string, c *codec) error {
	if ok {
		return nil
	}
	return sparkerr.Data("CAST_OVERFLOW", fmt.Sprintf("a value of %s does not fit the Go type %s", path, c.goType), "sourceType", "", "targetType", c.goType.String())
}

// convertible reports whether a Go type holds every value of t, as Spark's
// upcasts do.
func convertible(c *codec, t sqltype.Type) bool {
	to, from := c.typ.Kind(), t.Kind()
	switch {
	case from == sqltype.KindDecimal:
		return c.set.decimal != nil
	case sqltype.IsIntegral(t):
		return sqltype.IsIntegral(c.typ) && from <= to || to == sqltype.KindDouble
	case from == sqltype.KindFloat:
		return to == sqltype.KindFloat || to == sqltype.KindDouble
	case from == sqltype.KindDate || from == sqltype.KindTimestampNTZ:
		return to == from || to == sqltype.KindTimestamp
	}
	return to == from
}

func notNull(path string, c *codec) error {
	return sparkerr.Data("NOT_NULL_ASSERT_VIOLATION",
		fmt.Sprintf("%s is NULL, which the Go type %s cannot hold; use *%s", path, c.goType, c.goType), "walkedTypePath", path)
}

func cannotUpCast(path string, t sqltype.Type, c *codec) error {
	return sparkerr.New("CANNOT_UP_CAST_DATATYPE",
		fmt.Sprintf("%s is %s, which the Go type %s (%s) does not hold; cast the column or change the field", path, t, c.goType, c.typ),
		"expression", path, "sourceType", t.String(), "targetType", c.typ.String(), "details", "")
}

func missingField(path, name string, t *sqltype.Struct) error {
	return sparkerr.New("FIELD_NOT_FOUND", fmt.Sprintf("%s has no field %s; it has %v. Make the field a pointer if it may be absent", path, name, t.Names()),
		"fieldName", name, "fields", fmt.Sprint(t.Names()))
}
