package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// noRow in a list of rows stands for a row of nulls.
const noRow = store.NoRow

// gather appends the given rows of src, which is flat, to the flat vector dst
// of the same type.
func gather(dst, src *columnar.Vector, rows []uint32) {
	switch k := src.Type.Kind(); {
	case k == sqltype.KindString || k == sqltype.KindBinary:
		gatherTexts(dst, src, rows)
	case sqltype.Width(src.Type) > 0:
		gatherFixed(dst, src, rows)
	default:
		for _, r := range rows {
			dst.AppendFrom(src, int(r))
		}
		return
	}
	if src.Valid != nil || dst.Valid != nil {
		gatherValid(dst, src, rows)
	}
}

func gatherTexts(dst, src *columnar.Vector, rows []uint32) {
	at := dst.Len
	dst.Views = append(dst.Views[:at], make([]columnar.View, len(rows))...)
	out := dst.Views[at:]
	for k, r := range rows {
		w := src.Views[r]
		out[k] = columnar.View{Off: uint32(len(dst.Bytes)), Len: w.Len}
		dst.Bytes = append(dst.Bytes, src.Bytes[w.Off:w.Off+w.Len]...)
	}
	dst.Len += len(rows)
}

func gatherFixed(dst, src *columnar.Vector, rows []uint32) {
	at := dst.Len
	extend(dst, len(rows))
	switch sqltype.Width(src.Type) {
	case 1:
		pick(columnar.Slice[uint8](dst)[at:], columnar.Slice[uint8](src), rows)
	case 2:
		pick(columnar.Slice[uint16](dst)[at:], columnar.Slice[uint16](src), rows)
	case 4:
		pick(columnar.Slice[uint32](dst)[at:], columnar.Slice[uint32](src), rows)
	case 8:
		pick(columnar.Slice[uint64](dst)[at:], columnar.Slice[uint64](src), rows)
	default:
		pick(columnar.Slice[[2]uint64](dst)[at:], columnar.Slice[[2]uint64](src), rows)
	}
}

// extend adds n rows of unspecified values to a fixed-width vector; its
// validity is left to the caller.
func extend(v *columnar.Vector, n int) {
	if v.Len == 0 {
		v.Resize(n)
		return
	}
	valid := v.Valid
	v.Valid = nil
	for range n {
		v.AppendZero()
	}
	v.Valid = valid
}

func pick[T any](dst, src []T, rows []uint32) {
	dst = dst[:len(rows)]
	for k, r := range rows {
		dst[k] = src[r]
	}
}

// gatherValid sets the validity of the last len(rows) rows of dst.
func gatherValid(dst, src *columnar.Vector, rows []uint32) {
	at := dst.Len - len(rows)
	if dst.Valid == nil {
		dst.EnsureValid()
	}
	for len(dst.Valid)*64 < dst.Len {
		dst.Valid = append(dst.Valid, 0)
	}
	for k, r := range rows {
		dst.Valid.Put(at+k, src.Valid == nil || src.Valid.Get(int(r)))
	}
}

// nulls is a vector of n nulls.
func nulls(t sqltype.Type, n int) *columnar.Vector {
	v := columnar.New(t)
	v.AppendNull()
	v.Const, v.Len = true, n
	return v
}
