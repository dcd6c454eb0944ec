package encoder

import (
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"unsafe"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// The row form of a value: one byte, 0 for NULL and 1, before what is nullable;
// then numbers and times as zigzag varints, floats as they lie in memory little
// endian, decimals as 16 bytes little endian, texts as length and bytes, lists
// as count and elements, maps as count and entries, structs as their fields.
// Lengths and counts are varints. It does not describe itself: who reads it
// knows the type it was written with.

// Decoder reads the row form of one written type as T. It is immutable and safe
// for concurrent use.
type Decoder[T any] struct{ decode decode }

// decode reads a value from the front of data into p and returns the rest.
type decode func(data []byte, p unsafe.Pointer) ([]byte, error)

// errMalformed is what Decode returns for bytes that are no row form of the
// written type.
var errMalformed = errors.New("encoder: malformed bytes")

// Decoder returns the reader of values that an Encoder with this Type and
// Nullable has written. Fields match by name; the conversions are those of
// Column.
func (e *Encoder[T]) Decoder(written sqltype.Type, nullable bool) (*Decoder[T], error) {
	d, err := decodeValue(e.c, written, nullable, "value")
	if err != nil {
		return nil, err
	}
	return &Decoder[T]{d}, nil
}

// Decode reads one value into x and returns the bytes behind it. What x gets is
// its own memory. Bytes of another form are an error, never a crash.
func (d *Decoder[T]) Decode(data []byte, x *T) (rest []byte, err error) {
	return d.decode(data, unsafe.Pointer(x))
}

// decodeValue returns the decoder of t into c, or over it if c is nil.
func decodeValue(c *codec, t sqltype.Type, nullable bool, path string) (decode, error) {
	inner, err := decodeValid(c, t, path)
	if err != nil || !nullable {
		return inner, err
	}
	return func(data []byte, p unsafe.Pointer) ([]byte, error) {
		if len(data) == 0 || data[0] > 1 {
			return nil, errMalformed
		}
		if data[0] == 1 {
			return inner(data[1:], p)
		}
		switch {
		case c == nil:
		case c.nullable:
			c.zero(p)
		default:
			return nil, notNull(path, c)
		}
		return data[1:], nil
	}, nil
}

func decodeValid(c *codec, t sqltype.Type, path string) (decode, error) {
	if c != nil && c.isPtr {
		inner, err := decodeValid(c.elem, t, path)
		return func(data []byte, p unsafe.Pointer) ([]byte, error) {
			q := reflect.New(c.elem.goType).UnsafePointer()
			*(*unsafe.Pointer)(p) = q
			return inner(data, q)
		}, err
	}
	switch s := t.(type) {
	case *sqltype.Struct:
		if c == nil || c.fields != nil {
			return decodeStruct(c, s, path)
		}
	case *sqltype.Array:
		if c == nil || c.elem != nil && c.key == nil {
			return decodeList(c, s, path)
		}
	case *sqltype.Map:
		if c == nil || c.key != nil {
			return decodeMap(c, s, path)
		}
	default:
		if c == nil || c.set != nil && convertible(c, t) {
			return decodeScalar(c, t, path), nil
		}
	}
	return nil, cannotUpCast(path, t, c)
}

func decodeStruct(c *codec, t *sqltype.Struct, path string) (decode, error) {
	type step struct {
		decode decode
		offset uintptr
	}
	steps := make([]step, len(t.Fields))
	seen := map[string]bool{}
	for i, sf := range t.Fields {
		var to *codec
		if f := c.field(sf.Name); f != nil {
			to, steps[i].offset, seen[f.name] = f.codec, f.offset, true
		}
		var err error
		if steps[i].decode, err = decodeValue(to, sf.Type, sf.Nullable, path+"."+sf.Name); err != nil {
			return nil, err
		}
	}
	var absent []field
	if c != nil {
		for _, f := range c.fields {
			if !seen[f.name] && !f.nullable {
				return nil, missingField(path, f.name, t)
			}
			if !seen[f.name] {
				absent = append(absent, f)
			}
		}
	}
	return func(data []byte, p unsafe.Pointer) (rest []byte, err error) {
		for i := range steps {
			if data, err = steps[i].decode(data, unsafe.Add(p, steps[i].offset)); err != nil {
				return nil, err
			}
		}
		for i := range absent {
			absent[i].zero(unsafe.Add(p, absent[i].offset))
		}
		return data, nil
	}, nil
}

// field returns the field of that name, nil if there is none.
func (c *codec) field(name string) *field {
	if c == nil {
		return nil
	}
	s := c.typ.(*sqltype.Struct)
	if i := s.IndexFold(name); i >= 0 {
		return &c.fields[i]
	}
	return nil
}

// count reads the number of elements, which is no larger than what is left.
func count(data []byte) (int, []byte, error) {
	n, k := binary.Uvarint(data)
	if k <= 0 || n > uint64(len(data)-k) {
		return 0, nil, errMalformed
	}
	return int(n), data[k:], nil
}

func decodeList(c *codec, t *sqltype.Array, path string) (decode, error) {
	var to *codec
	if c != nil {
		to = c.elem
	}
	elem, err := decodeValue(to, t.Elem, t.ContainsNull, path+"[]")
	return func(data []byte, p unsafe.Pointer) ([]byte, error) {
		n, data, err := count(data)
		if err != nil {
			return nil, err
		}
		var s reflect.Value
		if c != nil {
			s = reflect.MakeSlice(c.goType, n, n)
			reflect.NewAt(c.goType, p).Elem().Set(s)
		}
		for i := range n {
			q := p
			if c != nil {
				q = s.Index(i).Addr().UnsafePointer()
			}
			if data, err = elem(data, q); err != nil {
				return nil, err
			}
		}
		return data, nil
	}, err
}

func decodeMap(c *codec, t *sqltype.Map, path string) (decode, error) {
	var toKey, toValue *codec
	if c != nil {
		toKey, toValue = c.key, c.elem
	}
	key, err := decodeValue(toKey, t.Key, false, path+" key")
	if err != nil {
		return nil, err
	}
	value, err := decodeValue(toValue, t.Value, t.ValueContainsNull, path+" value")
	return func(data []byte, p unsafe.Pointer) ([]byte, error) {
		n, data, err := count(data)
		if err != nil {
			return nil, err
		}
		m, put := c.newMap(n, p)
		for range n {
			k, v, kp, vp := c.newEntry(p)
			if data, err = key(data, kp); err != nil {
				return nil, err
			}
			if data, err = value(data, vp); err != nil {
				return nil, err
			}
			if put {
				m.SetMapIndex(k.Elem(), v.Elem())
			}
		}
		return data, nil
	}, err
}

// newMap stores an empty map at p; not if the map is skipped (c nil).
func (c *codec) newMap(n int, p unsafe.Pointer) (reflect.Value, bool) {
	if c == nil {
		return reflect.Value{}, false
	}
	m := reflect.MakeMapWithSize(c.goType, n)
	reflect.NewAt(c.goType, p).Elem().Set(m)
	return m, true
}

// newEntry returns room for a key and a value.
func (c *codec) newEntry(p unsafe.Pointer) (k, v reflect.Value, kp, vp unsafe.Pointer) {
	if c == nil {
		return k, v, p, p
	}
	k, v = reflect.New(c.key.goType), reflect.New(c.elem.goType)
	return k, v, k.UnsafePointer(), v.UnsafePointer()
}

// decodeScalar reads what has no parts, and skips it if c is nil.
func decodeScalar(c *codec, t sqltype.Type, path string) decode {
	switch t.Kind() {
	case sqltype.KindNull:
		return func(data []byte, _ unsafe.Pointer) ([]byte, error) { return data, nil }
	case sqltype.KindString, sqltype.KindBinary:
		return decodeText(c)
	case sqltype.KindFloat:
		return decodeFixed(4, func(b []byte, p unsafe.Pointer) error {
			if c != nil {
				c.set.float(p, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
			}
			return nil
		})
	case sqltype.KindDouble:
		return decodeFixed(8, func(b []byte, p unsafe.Pointer) error {
			if c != nil {
				c.set.float(p, math.Float64frombits(binary.LittleEndian.Uint64(b)))
			}
			return nil
		})
	case sqltype.KindDecimal:
		scale := t.(sqltype.Decimal).Scale
		return decodeFixed(16, func(b []byte, p unsafe.Pointer) error {
			if c == nil {
				return nil
			}
			u := decimal.Int128{Lo: binary.LittleEndian.Uint64(b), Hi: int64(binary.LittleEndian.Uint64(b[8:]))}
			return inRange(c.set.decimal(p, u, scale), path, c)
		})
	}
	return decodeInteger(c, t, path)
}

func decodeFixed(size int, set func(b []byte, p unsafe.Pointer) error) decode {
	return func(data []byte, p unsafe.Pointer) ([]byte, error) {
		if len(data) < size {
			return nil, errMalformed
		}
		return data[size:], set(data[:size], p)
	}
}

func decodeText(c *codec) decode {
	return func(data []byte, p unsafe.Pointer) ([]byte, error) {
		n, data, err := count(data)
		if err != nil || c == nil {
			return data[min(n, len(data)):], err
		}
		return data[n:], c.set.text(p, string(data[:n]))
	}
}

func decodeInteger(c *codec, t sqltype.Type, path string) decode {
	days := c != nil && t.Kind() == sqltype.KindDate && c.typ.Kind() != sqltype.KindDate
	return func(data []byte, p unsafe.Pointer) ([]byte, error) {
		x, n := binary.Varint(data)
		if n <= 0 {
			return nil, errMalformed
		}
		if c == nil {
			return data[n:], nil
		}
		if days {
			x *= 86_400_000_000
		}
		return data[n:], inRange(c.set.integer(p, x), path, c)
	}
}
