package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// structOf returns the struct whose member is taken and the array around it,
// if any.
func (f *Field) structOf() (*sqltype.Struct, *sqltype.Array) {
	switch t := f.Arg.Type().(type) {
	case *sqltype.Struct:
		return t, nil
	case *sqltype.Array:
		return t.Elem.(*sqltype.Struct), t
	}
	panic("expr: field of " + f.Arg.Type().String())
}

// Type implements Node.
func (f *Field) Type() sqltype.Type {
	s, a := f.structOf()
	t := s.Fields[f.Ordinal]
	if a != nil {
		return &sqltype.Array{Elem: t.Type, ContainsNull: a.ContainsNull || t.Nullable}
	}
	return t.Type
}

// Nullable implements Node.
func (f *Field) Nullable() bool {
	s, a := f.structOf()
	return f.Arg.Nullable() || a == nil && s.Fields[f.Ordinal].Nullable
}

// Children implements Node.
func (f *Field) Children() []Node { return []Node{f.Arg} }

// With implements Node.
func (f *Field) With(c []Node) Node { return &Field{Arg: c[0], Ordinal: f.Ordinal, Name: f.Name} }

func (f *Field) String() string { return f.Arg.String() + "." + f.Name }

type fieldEval struct {
	arg     Evaluator
	ordinal int
	flat    *columnar.Vector // buffer for dictionaries
	out     columnar.Vector  // header over borrowed memory
	elem    columnar.Vector
	child   []*columnar.Vector // elem
	bits    columnar.Bitmap
}

func (c *compiler) field(n *Field) (Evaluator, error) {
	a, err := c.compile(n.Arg)
	return &fieldEval{arg: a, ordinal: n.Ordinal, flat: columnar.New(n.Arg.Type()), out: columnar.Vector{Type: n.Type()}}, err
}

func (e *fieldEval) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	v, err := e.arg.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	v = Undict(v, e.flat)
	if v.Type.Kind() == sqltype.KindStruct {
		e.member(&e.out, v)
		return &e.out, nil
	}
	e.member(&e.elem, v.Child[0])
	t := e.out.Type
	e.out = *v
	e.out.Type = t
	e.child = append(e.child[:0], &e.elem)
	e.out.Child = e.child
	return &e.out, nil
}

// member makes dst the member of the structs v, null where the struct is.
func (e *fieldEval) member(dst, v *columnar.Vector) {
	*dst = *v.Child[e.ordinal]
	if v.Const && !dst.Const {
		dst.Const = true
	}
	dst.Len = v.Len
	if v.Valid == nil {
		return
	}
	stored := v.Stored()
	e.bits = append(e.bits[:0], v.Valid[:(stored+63)/64]...)
	if dst.Valid != nil {
		e.bits = e.bits.And(dst.Valid, stored)
	}
	dst.Valid = e.bits
}
