// Package encoder is the one encoder of Go values: to columns and back (rows of
// DataFrames, arguments of user functions), to bytes that newer code can read
// (state, spilled and shuffled values), and to canonical bytes of keys with
// their hash.
//
// Of compiles a type once, by reflection, into closures for each field; values
// pass without reflection, maps excepted. Go types have SQL types as follows; a
// field of a struct is named by its tag spate:"name", else by its Go name, and
// left out with spate:"-".
//
//	bool                            BOOLEAN
//	int8, int16, int32, int64, int  TINYINT, SMALLINT, INT, BIGINT, BIGINT
//	uint8, uint16, uint32           SMALLINT, INT, BIGINT
//	float32, float64                FLOAT, DOUBLE
//	string, []byte                  STRING, BINARY
//	time.Time, eventtime.Time       TIMESTAMP
//	columnar.LocalTime              TIMESTAMP_NTZ
//	columnar.Date                   DATE
//	time.Duration                   INTERVAL DAY TO SECOND
//	*big.Rat, *big.Int              DECIMAL(38,18), DECIMAL(38,0)
//	struct, slice, map              STRUCT, ARRAY, MAP
//	*T                              T, nullable
//	encoding.BinaryMarshaler        BINARY, if UnmarshalBinary is there too
//
// Pointers, slices and maps are nullable: nil is NULL. Everything else is not,
// and reading NULL into it is an error. Embedded structs are part of the struct
// around them. Reading matches fields by name in any case; what is stored and
// not wanted is skipped, what is wanted and not stored is NULL if it may be.
package encoder

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Encoder encodes values of T. It is immutable and safe for concurrent use.
type Encoder[T any] struct{ c *codec }

// Of compiles the encoder of T; ENCODER_NOT_FOUND names what of T has no SQL
// type.
func Of[T any]() (*Encoder[T], error) {
	c, err := compile(reflect.TypeFor[T](), nil)
	if err != nil {
		return nil, err
	}
	return &Encoder[T]{c}, nil
}

// Type returns the SQL type of T.
func (e *Encoder[T]) Type() sqltype.Type { return e.c.typ }

// Nullable reports whether a T may be NULL.
func (e *Encoder[T]) Nullable() bool { return e.c.nullable }

// Schema returns T as the columns of a row: the fields of a struct, or one
// column value of anything else.
func (e *Encoder[T]) Schema() *sqltype.Struct {
	if e.c.isRow() {
		return e.c.typ.(*sqltype.Struct)
	}
	return sqltype.NewStruct(sqltype.Field{Name: "value", Type: e.c.typ, Nullable: e.c.nullable})
}

// Append adds x to the flat vector v of Type. The error is that of the value's
// MarshalBinary, or of a decimal that is too large; then v is not to be used.
func (e *Encoder[T]) Append(v *columnar.Vector, x *T) error { return e.c.put(v, unsafe.Pointer(x)) }

// AppendRow adds x as a row of a batch of Schema. Errors are as of Append.
func (e *Encoder[T]) AppendRow(b *columnar.Batch, x *T) error {
	p := unsafe.Pointer(x)
	b.Len++
	if !e.c.isRow() {
		return e.c.put(b.Cols[0], p)
	}
	for i := range e.c.fields {
		f := &e.c.fields[i]
		if err := f.put(b.Cols[i], unsafe.Add(p, f.offset)); err != nil {
			return err
		}
	}
	return nil
}

// AppendBytes appends the row form of x, which Decoder reads. Errors are as of
// Append.
func (e *Encoder[T]) AppendBytes(dst []byte, x *T) ([]byte, error) {
	return e.c.bytes(dst, unsafe.Pointer(x), false)
}

// AppendKey appends the canonical form of x: equal values, and only those, have
// equal bytes. Maps are in the order of their keys' bytes; NaN is one value,
// and -0.0 is 0.0.
func (e *Encoder[T]) AppendKey(dst []byte, x *T) ([]byte, error) {
	return e.c.bytes(dst, unsafe.Pointer(x), true)
}

// Hash returns the partition hash of key bytes: Murmur3 with Spark's seed.
func Hash(key []byte) uint32 { return hashing.Bytes(key, 42) }

// codec is a compiled type.
type codec struct {
	goType   reflect.Type
	typ      sqltype.Type
	nullable bool
	put      func(v *columnar.Vector, p unsafe.Pointer) error
	bytes    func(dst []byte, p unsafe.Pointer, canonical bool) ([]byte, error)
	set      *setters // of what has no parts
	fields   []field  // of structs
	elem     *codec   // of pointers, slices and values of maps
	key      *codec   // of maps
	isPtr    bool
}

// field is a field of a struct.
type field struct {
	*codec
	name   string
	offset uintptr
}

// isRow reports whether the fields are the columns of a row.
func (c *codec) isRow() bool { return c.fields != nil && !c.isPtr }

// unsupported is the error of a type without SQL type.
func unsupported(t reflect.Type, why string) error {
	return sparkerr.New("ENCODER_NOT_FOUND",
		fmt.Sprintf("the Go type %s has no SQL type: %s", t, why), "typeName", t.String(), "docroot", "docs")
}
