// Package columnar holds data in columns: vectors, and batches of them with a
// selection.
//
// A batch is borrowed for the call it is handed to; whoever keeps a value
// copies it. A batch belongs to one goroutine and never crosses to another: an
// exchange copies the selected rows into batches of its own and lends those.
// There are no reference counts.
package columnar

import (
	"unsafe"

	"github.com/spatestream/spate/sqltype"
)

// MaxRows is the largest number of rows of a batch; row numbers fit uint16.
const MaxRows = 8192

// MaxBytes is about how many bytes a batch of wide rows may hold before it is
// handed on with fewer than MaxRows rows.
const MaxBytes = 4 << 20

// View is the place of a value of variable length: bytes [Off, Off+Len) of
// Vector.Bytes, or rows [Off, Off+Len) of its children. Views may overlap and
// come in any order, so that cutting, trimming, splitting, filtering and
// exploding text copy nothing.
type View struct{ Off, Len uint32 }

// Vector is a column of one type. Which fields are used follows from the type:
//
//	fixed width    Data, 8-byte aligned: sqltype.Width bytes a row; booleans
//	               are bytes 0 and 1
//	string, binary Views into Bytes
//	array          Views into Child[0]
//	map            Views into Child[0] (keys) and Child[1] (values)
//	struct         Child, one a field, each of Len rows
//	void           nothing; every row is null
//
// A constant vector (Const) has one stored row that stands for all Len.
//
// A dictionary vector (Dict != nil) has Codes, row numbers of Dict, one a row;
// those of null rows and of rows not selected are in range too. Dict is flat,
// may be larger than a batch (the built side of a join) and may hold entries
// that no row names, some of them twice, and nulls: only Valid says which rows
// are null, and it never calls a null entry valid. Any type may come as a
// dictionary; children of nested vectors do not. Kernels know flat and constant
// vectors; equality, IN, hashing and grouping also dictionaries, and evaluate
// over Dict once if it has no more entries than the batch has rows; the rest
// call Flat (expressions: expr.Undict, which copies no text).
//
// The entries of a dictionary never change once a batch with it was handed on,
// rows may only be added: whoever has other entries makes another Vector. So
// what was computed of a dictionary (hashes, places in a table) may be kept by
// its pointer.
//
// The value of a null row is unspecified but readable (a view of a null row is
// in range).
type Vector struct {
	Type  sqltype.Type
	Len   int    // rows, <= MaxRows in a batch, unlimited in children and state
	Const bool   // row 0 stands for every row
	Valid Bitmap // nil: no nulls; of a dictionary vector: of its rows, not of Dict's
	Data  []byte
	Views []View
	Bytes []byte
	Child []*Vector
	Dict  *Vector // flat; see above
	Codes []int32

	own Bitmap // bitmap that EnsureValid made, used again after Resize
}

// Fixed are the Go types of fixed-width columns.
type Fixed interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// Slice returns the rows of a fixed-width vector as a slice of T over the same
// memory: Len rows, or one of a constant. T must have the column's width.
func Slice[T any](v *Vector) []T {
	n := v.Stored()
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(v.Data))), n)
}

// Stored returns the number of rows held: Len, or 1 of a constant.
func (v *Vector) Stored() int {
	if v.Const {
		return min(v.Len, 1)
	}
	return v.Len
}

// Row returns where row i is held: i, or 0 of a constant.
func (v *Vector) Row(i int) int {
	if v.Const {
		return 0
	}
	return i
}

// IsNull reports whether row i is null.
func (v *Vector) IsNull(i int) bool {
	if v.Type.Kind() == sqltype.KindNull {
		return true
	}
	return v.Valid != nil && !v.Valid.Get(v.Row(i))
}

// HasNulls reports whether some row may be null.
func (v *Vector) HasNulls() bool { return v.Valid != nil || v.Type.Kind() == sqltype.KindNull }

// Text returns the bytes of row i of a string or binary vector, borrowed from
// the vector.
func (v *Vector) Text(i int) []byte {
	if v.Dict != nil {
		return v.Dict.Text(int(v.Codes[v.Row(i)]))
	}
	w := v.Views[v.Row(i)]
	return v.Bytes[w.Off : w.Off+w.Len : w.Off+w.Len]
}

// Str is Text as a string over the same memory: valid only as long as the
// vector is, and never to be kept.
func (v *Vector) Str(i int) string {
	b := v.Text(i)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Span returns where the elements of row i of an array or map vector lie in
// its children: rows [lo, hi).
func (v *Vector) Span(i int) (lo, hi int) {
	w := v.Views[v.Row(i)]
	return int(w.Off), int(w.Off + w.Len)
}

// At returns row i of a fixed-width vector.
func At[T any](v *Vector, i int) T { return Slice[T](v)[v.Row(i)] }

// New returns an empty vector of the type, children included.
func New(t sqltype.Type) *Vector {
	v := &Vector{Type: t}
	switch x := t.(type) {
	case *sqltype.Array:
		v.Child = []*Vector{New(x.Elem)}
	case *sqltype.Map:
		v.Child = []*Vector{New(x.Key), New(x.Value)}
	case *sqltype.Struct:
		v.Child = make([]*Vector, len(x.Fields))
		for i, f := range x.Fields {
			v.Child[i] = New(f.Type)
		}
	}
	return v
}

// Resize makes v a flat vector of n rows without nulls, for a producer to
// overwrite: buffers are kept and grown, old contents are unspecified, text and
// list storage is emptied. Children of a struct are resized to n, those of
// arrays and maps to 0.
func (v *Vector) Resize(n int) {
	v.Len, v.Const, v.Dict = n, false, nil
	v.Valid = nil
	switch v.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary:
		v.Views = grow(v.Views, n)
		v.Bytes = v.Bytes[:0]
	case sqltype.KindArray, sqltype.KindMap:
		v.Views = grow(v.Views, n)
		for _, c := range v.Child {
			c.Resize(0)
		}
	case sqltype.KindStruct:
		for _, c := range v.Child {
			c.Resize(n)
		}
	default:
		v.Data = growAligned(v.Data, n*sqltype.Width(v.Type))
	}
}

// NewConst returns a vector of n rows that all equal row i of v, copied.
func NewConst(v *Vector, i, n int) *Vector {
	c := New(v.Type)
	c.AppendFrom(v, i)
	c.Const, c.Len = true, n
	return c
}

// SetNull marks row i null. v is flat.
func (v *Vector) SetNull(i int) {
	if v.Type.Kind() == sqltype.KindNull {
		return
	}
	v.EnsureValid()
	v.Valid.Clear(i)
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		v.Views[i] = View{}
	}
}

// EnsureValid gives v a bitmap of its own capacity, all valid, if it has none.
func (v *Vector) EnsureValid() {
	if v.Valid != nil {
		return
	}
	n := v.Stored()
	v.own = growTo(v.own, (n+63)/64)
	clear(v.own)
	v.own.Fill(n)
	v.Valid = v.own
}

// SetText sets row i to a copy of b. v is a flat string or binary vector.
func (v *Vector) SetText(i int, b []byte) {
	v.Views[i] = View{uint32(len(v.Bytes)), uint32(len(b))}
	v.Bytes = append(v.Bytes, b...)
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return append(make([]T, 0, max(n, 2*cap(s))), s...)[:n]
	}
	return s[:n]
}

// growAligned is grow for bytes that are read as words.
func growAligned(s []byte, n int) []byte {
	if cap(s) >= n {
		return s[:n]
	}
	words := make([]uint64, roomier((cap(s)+7)/8, (n+7)/8))
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*8)
	copy(b, s)
	return b[:n]
}
