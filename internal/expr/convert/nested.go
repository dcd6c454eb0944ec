package convert

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// nested converts arrays, maps and structs part by part.
func (c *conversion) nested() Func {
	switch from := c.from.(type) {
	case *sqltype.Array:
		return lists(c.part(from.Elem, c.to.(*sqltype.Array).Elem))
	case *sqltype.Map:
		to := c.to.(*sqltype.Map)
		return lists(c.part(from.Key, to.Key), c.part(from.Value, to.Value))
	case *sqltype.Struct:
		to := c.to.(*sqltype.Struct)
		fields := make([]*part, len(from.Fields))
		for i, f := range from.Fields {
			fields[i] = c.part(f.Type, to.Fields[i].Type)
		}
		return structs(fields)
	}
	return nil
}

// part is the conversion of the elements of a list or a field of a struct; its
// rows may be null.
type part struct {
	convert Func // nil: the types are one
	in, out *columnar.Vector
	sel     []uint16
}

func (c *conversion) part(from, to sqltype.Type) *part {
	p := &part{in: columnar.New(from), out: columnar.New(to)}
	if !sqltype.SameShape(from, to) {
		p.convert = (&conversion{from: from, to: to, o: c.o, zone: c.zone}).kernel()
	}
	return p
}

// run converts the rows sel of in, which may be null, into out, a flat vector
// of n rows.
func (p *part) run(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	p.sel = p.sel[:0]
	for _, i := range rowsOf(sel, n) {
		if in.IsNull(int(i)) {
			out.SetNull(int(i))
		} else {
			p.sel = append(p.sel, i)
		}
	}
	return p.convert(in, p.sel, n, out)
}

// lists converts the elements of the selected rows, a batch of them at a time:
// those of other rows must not fail.
func lists(parts ...*part) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		total := uint32(0)
		for _, i := range rowsOf(sel, n) {
			lo, hi := in.Span(int(i))
			out.Views[i] = columnar.View{Off: total, Len: uint32(hi - lo)}
			total += uint32(hi - lo)
		}
		for k, p := range parts {
			if err := p.elements(in, in.Child[k], sel, n, out.Child[k]); err != nil {
				return err
			}
		}
		return nil
	}
}

// elements appends the converted elements of the selected rows to out.
func (p *part) elements(list, elems *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	p.in.Resize(0)
	for _, i := range rowsOf(sel, n) {
		lo, hi := list.Span(int(i))
		for r := lo; r < hi; r++ {
			if p.in.Len == columnar.MaxRows {
				if err := p.flush(out); err != nil {
					return err
				}
			}
			p.in.AppendFrom(elems, r)
		}
	}
	return p.flush(out)
}

func (p *part) flush(out *columnar.Vector) error {
	if p.convert == nil {
		out.AppendRows(p.in, nil, p.in.Len)
		p.in.Resize(0)
		return nil
	}
	p.out.Resize(p.in.Len)
	clear(p.out.Views)
	if err := p.run(p.in, nil, p.in.Len, p.out); err != nil {
		return err
	}
	out.AppendRows(p.out, nil, p.in.Len)
	p.in.Resize(0)
	return nil
}

func structs(fields []*part) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for k, p := range fields {
			child := in.Child[k]
			if child.Const || child.Dict != nil {
				child = child.Flat(p.in)
			}
			if p.convert == nil {
				out.Child[k].Resize(0)
				out.Child[k].AppendRows(child, nil, n)
			} else if err := p.run(child, sel, n, out.Child[k]); err != nil {
				return err
			}
		}
		return nil
	}
}
