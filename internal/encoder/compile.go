package encoder

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"github.com/spatestream/spate/sqltype"
)

// compile makes the codec of t; around are the types that contain it.
func compile(t reflect.Type, around []reflect.Type) (*codec, error) {
	if c := special(t); c != nil {
		return c, nil
	}
	if slices.Contains(around, t) {
		return nil, unsupported(t, "it contains itself; give it MarshalBinary and UnmarshalBinary")
	}
	around = append(around, t)
	switch t.Kind() {
	case reflect.Pointer:
		return pointer(t, around)
	case reflect.Struct:
		return structure(t, around)
	case reflect.Slice:
		return list(t, around)
	case reflect.Map:
		return dictionary(t, around)
	}
	if c := scalarOf(t); c != nil {
		return c, nil
	}
	switch t.Kind() {
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return nil, unsupported(t, "SQL has no unsigned 64-bit numbers; use int64")
	}
	return nil, unsupported(t, "use basic types, structs, slices, maps, or give it MarshalBinary and UnmarshalBinary")
}

var (
	marshaler   = reflect.TypeFor[encoding.BinaryMarshaler]()
	unmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

// special are the types that are encoded by what they mean.
func special(t reflect.Type) *codec {
	if c := known(t); c != nil {
		return c
	}
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(marshaler) && reflect.PointerTo(t).Implements(unmarshaler) {
		return marshaled(t)
	}
	return nil
}

// structure compiles a struct with the fields of those embedded in it.
func structure(t reflect.Type, around []reflect.Type) (*codec, error) {
	fields, err := fieldsOf(t, 0, around)
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, unsupported(t, "it has no exported fields")
	}
	s := &sqltype.Struct{}
	for _, f := range fields {
		if s.IndexFold(f.name) >= 0 {
			return nil, unsupported(t, "two of its fields are called "+f.name)
		}
		s.Fields = append(s.Fields, sqltype.Field{Name: f.name, Type: f.typ, Nullable: f.nullable})
	}
	c := &codec{goType: t, typ: s, fields: fields}
	c.put, c.bytes = c.putStruct, c.structBytes
	return c, nil
}

func fieldsOf(t reflect.Type, at uintptr, around []reflect.Type) ([]field, error) {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, tagged := f.Tag.Lookup("spate")
		name, _, _ = strings.Cut(name, ",")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct && special(f.Type) == nil {
			inner, err := fieldsOf(f.Type, at+f.Offset, around)
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
			continue
		}
		if !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		c, err := compile(f.Type, around)
		if err != nil {
			return nil, err
		}
		out = append(out, field{codec: c, name: name, offset: at + f.Offset})
	}
	return out, nil
}

// pointer compiles *T: T that may be NULL.
func pointer(t reflect.Type, around []reflect.Type) (*codec, error) {
	elem, err := compile(t.Elem(), around)
	if err != nil {
		return nil, err
	}
	if elem.nullable {
		return nil, unsupported(t, "what it points to may be nil already")
	}
	c := &codec{goType: t, typ: elem.typ, nullable: true, isPtr: true, elem: elem}
	c.put, c.bytes = c.putPointer, c.pointerBytes
	return c, nil
}

func list(t reflect.Type, around []reflect.Type) (*codec, error) {
	elem, err := compile(t.Elem(), around)
	if err != nil {
		return nil, err
	}
	c := &codec{goType: t, typ: &sqltype.Array{Elem: elem.typ, ContainsNull: elem.nullable}, nullable: true, elem: elem}
	c.put, c.bytes = c.putList, c.listBytes
	return c, nil
}

func dictionary(t reflect.Type, around []reflect.Type) (*codec, error) {
	key, err := compile(t.Key(), around)
	if err != nil {
		return nil, err
	}
	if key.nullable {
		return nil, unsupported(t, "keys of maps cannot be nil")
	}
	elem, err := compile(t.Elem(), around)
	if err != nil {
		return nil, err
	}
	c := &codec{goType: t, typ: &sqltype.Map{Key: key.typ, Value: elem.typ, ValueContainsNull: elem.nullable}, nullable: true, elem: elem, key: key}
	c.put, c.bytes = c.putMap, c.mapBytes
	return c, nil
}
