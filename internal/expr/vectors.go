package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// nothing reports whether no row is asked for, so that nothing can fail.
func nothing(b *columnar.Batch, sel []uint16) bool {
	return b.Len == 0 || sel != nil && len(sel) == 0
}

// sized sets the number of rows of a constant vector.
func sized(v *columnar.Vector, n int) *columnar.Vector {
	v.Len = n
	return v
}

// constNull returns a constant null of the type.
func constNull(t sqltype.Type) *columnar.Vector {
	v := columnar.New(t)
	v.AppendNull()
	v.Const = true
	return v
}

// prepare resizes v for a producer that may leave rows unwritten: they stay
// readable.
func prepare(v *columnar.Vector, n int) {
	v.Resize(n)
	clearViews(v)
}

func clearViews(v *columnar.Vector) {
	clear(v.Views)
	if v.Type.Kind() == sqltype.KindStruct {
		for _, c := range v.Child {
			clearViews(c)
		}
	}
}

// selectBits returns, in dst's memory, the rows of sel that are in bits.
func selectBits(bits columnar.Bitmap, sel, dst []uint16) []uint16 {
	dst = room(dst, len(sel))
	k := 0
	for _, i := range sel {
		dst[k] = i
		k += int(bits[i>>6] >> (i & 63) & 1)
	}
	return dst[:k]
}

// room returns a slice of n row numbers in s's memory if that is enough.
func room(s []uint16, n int) []uint16 {
	if cap(s) < n {
		return make([]uint16, n, max(n, columnar.MaxRows))
	}
	return s[:n]
}

// rowsOf returns sel, or all n rows if it is nil.
func rowsOf(sel []uint16, n int) []uint16 {
	if sel == nil {
		return columnar.All(n)
	}
	return sel
}

// Undict returns the rows of a dictionary vector as a flat one in buf (text
// keeps pointing into the dictionary), and any other vector as it is.
func Undict(v, buf *columnar.Vector) *columnar.Vector {
	if v.Dict == nil {
		return v
	}
	d, n := v.Dict, v.Stored()
	if d.Views != nil && d.Child != nil { // the children are those of the dictionary, not to be emptied
		children := buf.Child[:0]
		buf.Child = nil
		buf.Resize(n)
		buf.Child = append(children, d.Child...)
	} else {
		buf.Resize(n)
	}
	codes := v.Codes[:n]
	switch {
	case d.Views != nil || d.Type.Kind() == sqltype.KindString:
		for i, c := range codes {
			buf.Views[i] = d.Views[c]
		}
		buf.Bytes = d.Bytes[:len(d.Bytes):len(d.Bytes)]
	case d.Type.Kind() == sqltype.KindStruct:
		buf.Resize(0)
		for _, c := range codes {
			buf.AppendFrom(d, int(c))
		}
	default:
		gatherFixed(buf, d, codes)
	}
	buf.Valid = v.Valid
	buf.Const, buf.Len = v.Const, v.Len
	return buf
}

func gatherFixed(dst, src *columnar.Vector, at []int32) {
	switch sqltype.Width(src.Type) {
	case 1:
		gather(columnar.Slice[uint8](dst), columnar.Slice[uint8](src), at)
	case 2:
		gather(columnar.Slice[uint16](dst), columnar.Slice[uint16](src), at)
	case 4:
		gather(columnar.Slice[uint32](dst), columnar.Slice[uint32](src), at)
	case 8:
		gather(columnar.Slice[uint64](dst), columnar.Slice[uint64](src), at)
	case 16:
		gather(columnar.Slice[[2]uint64](dst), columnar.Slice[[2]uint64](src), at)
	}
}

func gather[T any](dst, src []T, at []int32) {
	dst = dst[:len(at)]
	for k, i := range at {
		dst[k] = src[i]
	}
}

// Scatter copies the rows sel of src, in any form, to the same rows of the
// flat vector dst, which has at least as many rows. Text and elements are
// appended to dst's storage.
func Scatter(dst, src *columnar.Vector, sel []uint16) {
	if src.HasNulls() || dst.Valid != nil {
		dst.EnsureValid()
		for _, i := range sel {
			dst.Valid.Put(int(i), !src.IsNull(int(i)))
		}
	}
	switch dst.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary:
		scatterText(dst, src, sel)
	case sqltype.KindArray, sqltype.KindMap:
		scatterLists(dst, src, sel)
	case sqltype.KindStruct:
		scatterStruct(dst, src, sel)
	default:
		scatterFixed(dst, src, sel)
	}
}

func scatterText(dst, src *columnar.Vector, sel []uint16) {
	if src.Const && len(sel) > 0 && !src.IsNull(0) {
		dst.SetText(int(sel[0]), src.Text(0))
		w := dst.Views[sel[0]]
		for _, i := range sel {
			dst.Views[i] = w
		}
		return
	}
	for _, i := range sel {
		if src.IsNull(int(i)) {
			dst.Views[i] = columnar.View{}
			continue
		}
		dst.SetText(int(i), src.Text(int(i)))
	}
}

func scatterLists(dst, src *columnar.Vector, sel []uint16) {
	for _, i := range sel {
		if src.IsNull(int(i)) {
			dst.Views[i] = columnar.View{}
			continue
		}
		o, r := src, int(i)
		if o.Dict != nil {
			o, r = o.Dict, int(o.Codes[o.Row(r)])
		}
		lo, hi := o.Span(r)
		start := dst.Child[0].Len
		for k, c := range dst.Child {
			for j := lo; j < hi; j++ {
				c.AppendFrom(o.Child[k], j)
			}
		}
		dst.Views[i] = columnar.View{Off: uint32(start), Len: uint32(hi - lo)}
	}
}

func scatterStruct(dst, src *columnar.Vector, sel []uint16) {
	if src.Dict != nil {
		src = Undict(src, columnar.New(src.Type))
	}
	for k, c := range dst.Child {
		child := src.Child[k]
		if src.Const {
			one := *child
			one.Const, one.Len = true, src.Len
			child = &one
		}
		Scatter(c, child, sel)
	}
}

func scatterFixed(dst, src *columnar.Vector, sel []uint16) {
	switch sqltype.Width(dst.Type) {
	case 1:
		scatter[uint8](dst, src, sel)
	case 2:
		scatter[uint16](dst, src, sel)
	case 4:
		scatter[uint32](dst, src, sel)
	case 8:
		scatter[uint64](dst, src, sel)
	case 16:
		scatter[[2]uint64](dst, src, sel)
	}
}

func scatter[T any](dst, src *columnar.Vector, sel []uint16) {
	out := columnar.Slice[T](dst)
	switch {
	case src.Dict != nil:
		d := columnar.Slice[T](src.Dict)
		for _, i := range sel {
			out[i] = d[src.Codes[src.Row(int(i))]]
		}
	case src.Const:
		x := columnar.Slice[T](src)[0]
		for _, i := range sel {
			out[i] = x
		}
	default:
		in := columnar.Slice[T](src)
		for _, i := range sel {
			out[i] = in[i]
		}
	}
}
