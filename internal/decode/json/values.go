package json

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// Values decodes texts into values of one type, a row of text into a row: what
// from_json does. It belongs to one goroutine.
type Values struct {
	scanner
	root    *node
	corrupt int // of a struct: the field of malformed records, -1: none
}

// NewValues returns a decoder of values of a struct, array or map type.
func NewValues(t sqltype.Type, o *Options) *Values {
	d := &Values{root: newNode(t), corrupt: -1}
	d.o = o
	if s, ok := t.(*sqltype.Struct); ok {
		for i, f := range s.Fields {
			if f.Name == o.Corrupt && f.Type.Kind() == sqltype.KindString {
				d.corrupt, d.root.fields[i] = i, nil
				delete(d.root.names, f.Name)
			}
		}
	}
	return d
}

// Append decodes the rows sel (nil: all n) of the text column in, in any form,
// and appends one row for each to out, which is empty at first and borrows the
// bytes of in. A null or blank text is null. A malformed one is a struct of
// what could be read, or a null array or map; with FAILFAST it is the error.
func (d *Values) Append(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	in = in.Flat(nil)
	dec := &Decoder{scanner: d.scanner}
	dec.buf, dec.extra = in.Bytes, d.extra[:0]
	d.root.bind(out)
	if sel != nil {
		n = len(sel)
	}
	for k := range n {
		i := k
		if sel != nil {
			i = int(sel[k])
		}
		if in.IsNull(i) {
			out.AppendNull()
			continue
		}
		if err := d.one(dec, in.Views[i], out); err != nil {
			return err
		}
	}
	buf := in.Bytes
	if len(dec.extra) > 0 {
		buf = append(append(make([]byte, 0, len(buf)+len(dec.extra)), buf...), dec.extra...)
	}
	field.SetBytes(out, buf)
	d.extra = dec.extra
	return nil
}

func (d *Values) one(dec *Decoder, w columnar.View, out *columnar.Vector) error {
	lo, hi := int(w.Off), int(w.Off+w.Len)
	dec.pos, dec.end, dec.depth = lo, hi, 0
	c := dec.peek()
	if dec.pos >= hi {
		out.AppendNull()
		return nil
	}
	row := out.Len
	result := d.value(dec, c)
	if result == good {
		d.note(out, row, nil)
		return nil
	}
	if d.o.Mode == field.Fail {
		return field.Malformed(string(dec.buf[lo:hi]))
	}
	if result == broken {
		d.blank(out, row)
	}
	d.note(out, row, &w)
	return nil
}

// value decodes the text at hand; an object is also an array of one.
func (d *Values) value(dec *Decoder, c byte) outcome {
	n := d.root
	switch {
	case n.kind == sqltype.KindStruct && c == '{':
		return dec.object(n)
	case n.kind == sqltype.KindMap && c == '{':
		return dec.mapping(n)
	case n.kind == sqltype.KindArray && c == '[':
		return dec.array(n)
	case n.kind == sqltype.KindArray && c == '{' && n.elem.kind == sqltype.KindStruct:
		lo := n.elem.out.Len
		result := dec.object(n.elem)
		if result != broken {
			n.out.AppendList(lo)
		}
		return result
	}
	return broken
}

// blank makes the row of a broken text: a struct of nulls, a null array or map.
func (d *Values) blank(out *columnar.Vector, row int) {
	field.Truncate(out, row)
	d.root.heal()
	if d.root.kind != sqltype.KindStruct {
		out.AppendNull()
		return
	}
	for _, f := range d.root.fields {
		if f != nil {
			f.out.AppendNull()
		}
	}
	field.PutStruct(out)
}

// note fills the corrupt column of the row just made.
func (d *Values) note(out *columnar.Vector, row int, w *columnar.View) {
	if d.corrupt < 0 {
		return
	}
	c := out.Child[d.corrupt]
	field.Truncate(c, row)
	if w == nil {
		c.AppendNull()
	} else {
		field.PutView(c, int(w.Off), int(w.Len))
	}
}
