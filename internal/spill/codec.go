package spill

import (
	"encoding"
	"reflect"

	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/sparkerr"
)

// Codec turns rows of T into bytes and back. It is immutable and safe for
// concurrent use.
type Codec[T any] struct {
	enc *encoder.Encoder[T]
	dec *encoder.Decoder[T]
}

// CodecOf compiles the codec of T. A type that cannot leave memory whole is an
// error that names it: one without an encoder, or with unexported fields.
func CodecOf[T any]() (*Codec[T], error) {
	if err := whole(reflect.TypeFor[T]()); err != nil {
		return nil, err
	}
	enc, err := encoder.Of[T]()
	if err != nil {
		return nil, err
	}
	dec, err := enc.Decoder(enc.Type(), enc.Nullable())
	if err != nil {
		return nil, err
	}
	return &Codec[T]{enc, dec}, nil
}

// whole refuses types that have parts the encoder does not see.
func whole(t reflect.Type) error {
	if part := hidden(t, map[reflect.Type]bool{}); part != nil {
		return sparkerr.New("ENCODER_NOT_FOUND", "values of "+t.String()+" do not fit in memory and cannot go to disk: "+part.String()+
			" has unexported fields; export them, give the type MarshalBinary and UnmarshalBinary, or raise spate.memory.budget",
			"typeName", part.String(), "docroot", "docs")
	}
	return nil
}

var marshaler = reflect.TypeFor[encoding.BinaryMarshaler]()

// hidden returns a part of t that has fields the encoder does not see.
func hidden(t reflect.Type, seen map[reflect.Type]bool) reflect.Type {
	if seen[t] || t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler) {
		return nil
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() && !f.Anonymous || f.Tag.Get("spate") == "-" {
				return t
			}
			if part := hidden(f.Type, seen); part != nil {
				return part
			}
		}
	case reflect.Map:
		if part := hidden(t.Key(), seen); part != nil {
			return part
		}
		return hidden(t.Elem(), seen)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return hidden(t.Elem(), seen)
	}
	return nil
}

// Append appends x to dst. The error is that of its MarshalBinary.
func (c *Codec[T]) Append(dst []byte, x *T) ([]byte, error) { return c.enc.AppendBytes(dst, x) }

// Decode replaces rows by those of a body that Append has made. What they get
// is their own memory.
func (c *Codec[T]) Decode(body []byte, rows []T) ([]T, error) {
	rows = rows[:0]
	for len(body) > 0 {
		var x T
		rest, err := c.dec.Decode(body, &x)
		if err != nil || len(rest) == len(body) {
			return rows, misfit(reflect.TypeFor[T]())
		}
		rows, body = append(rows, x), rest
	}
	return rows, nil
}

func misfit(t reflect.Type) error {
	return sparkerr.Corrupt("spill", "a block of rows does not fit their type %v", t)
}
