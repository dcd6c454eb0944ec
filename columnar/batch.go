package columnar

import "github.com/spatestream/spate/sqltype"

// Batch is at most MaxRows rows and, for wide rows, about MaxBytes bytes of a
// schema. See the package comment for who may hold it and how long.
type Batch struct {
	Schema *sqltype.Struct
	Cols   []*Vector
	Len    int      // rows held, selected or not
	Sel    []uint16 // selected rows, ascending; nil: all
	Hash   []uint32 // partition hash by row, set by hash exchanges; nil elsewhere
}

// NewBatch returns an empty batch of the schema.
func NewBatch(s *sqltype.Struct) *Batch {
	b := &Batch{Schema: s, Cols: make([]*Vector, len(s.Fields))}
	for i, f := range s.Fields {
		b.Cols[i] = New(f.Type)
	}
	return b
}

// Rows returns the number of selected rows.
func (b *Batch) Rows() int {
	if b.Sel != nil {
		return len(b.Sel)
	}
	return b.Len
}

// RowAt returns the row number of the k-th selected row.
func (b *Batch) RowAt(k int) int {
	if b.Sel != nil {
		return int(b.Sel[k])
	}
	return k
}

// Reset empties b for a producer to fill: no rows, no selection, no hash;
// buffers are kept.
func (b *Batch) Reset() { b.Resize(0) }

// Resize makes b hold n rows for a producer to overwrite, nothing selected
// away. See Vector.Resize.
func (b *Batch) Resize(n int) {
	b.Len, b.Sel, b.Hash = n, nil, nil
	for _, c := range b.Cols {
		c.Resize(n)
	}
}

// All is the selection of every row of a batch of n rows; the slice is shared
// and must not be written.
func All(n int) []uint16 { return identity[:n] }

var identity = func() []uint16 {
	s := make([]uint16, MaxRows)
	for i := range s {
		s[i] = uint16(i)
	}
	return s
}()
