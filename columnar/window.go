package columnar

import "github.com/spatestream/spate/sqltype"

// Window makes v the rows [lo, hi) of o over the same memory and reports
// whether it could: flat rows without nulls, not of a struct, that begin at a
// word of Data. v must not be resized or appended to as long as it is one.
func (v *Vector) Window(o *Vector, lo, hi int) bool {
	if o.Const || o.Dict != nil || o.Valid != nil {
		return false
	}
	w := Vector{Type: o.Type, Len: hi - lo, Bytes: o.Bytes, Child: o.Child}
	switch o.Type.Kind() {
	case sqltype.KindNull, sqltype.KindStruct:
		return false
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		w.Views = o.Views[lo:hi:hi]
	default:
		size := sqltype.Width(o.Type)
		if lo*size%8 != 0 {
			return false
		}
		w.Data = o.Data[lo*size : hi*size : hi*size]
	}
	*v = w
	return true
}
