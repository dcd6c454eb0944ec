package csv

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// Values decodes texts into structs, a row of text into a row: what from_csv
// does. It belongs to one goroutine.
type Values struct{ d *Decoder }

// NewValues returns a decoder of values of a struct of simple types.
func NewValues(t *sqltype.Struct, o *Options) *Values { return &Values{NewDecoder(t, nil, o)} }

// Append decodes the rows sel (nil: all n) of the text column in, in any form,
// and appends one struct for each to out, which is empty at first and borrows
// the bytes of in. A null is null; of a malformed text the struct has what
// could be read, with FAILFAST it is the error.
func (v *Values) Append(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	in, d := in.Flat(nil), v.d
	d.buf, d.extra, d.joined = in.Bytes, nil, nil
	d.batch = &columnar.Batch{Schema: out.Type.(*sqltype.Struct), Cols: out.Child}
	for _, c := range d.columns {
		c.out = out.Child[c.to]
	}
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
		w := in.Views[i]
		if err := v.one(int(w.Off), int(w.Off+w.Len), out); err != nil {
			return err
		}
	}
	d.rows, d.batch.Len = out.Len, out.Len
	d.Finish()
	return nil
}

// one decodes one text; what follows its first record does not count.
func (v *Values) one(lo, hi int, out *columnar.Vector) error {
	d := v.d
	ok := !d.blank(lo, hi)
	d.spans = d.spans[:0]
	if ok {
		d.record(lo, hi)
		ok = len(d.spans) == d.width
	}
	for _, c := range d.columns {
		if !d.value(c) {
			ok = false
		}
	}
	if !ok && d.o.Mode == field.Fail {
		return field.Malformed(string(d.buf[lo:hi]))
	}
	if d.corrupt >= 0 {
		if c := out.Child[d.corrupt]; ok {
			c.AppendNull()
		} else {
			field.PutView(c, lo, hi-lo)
		}
	}
	field.PutStruct(out)
	return nil
}
