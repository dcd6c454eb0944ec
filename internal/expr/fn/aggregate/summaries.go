package aggregate

import (
	"encoding"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// summary is what a group keeps of its values instead of these.
type summary interface {
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

// summaries keeps a summary a group, as bytes. A call decodes the summary of
// each group it touches once.
type summaries[S summary] struct {
	make   func() S
	groups byGroup
}

func (*summaries[S]) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: []sqltype.Field{field("summary", sqltype.Binary)}}
}

func (a *summaries[S]) load(v *columnar.Vector, r int) (S, error) {
	s := a.make()
	if b := v.Text(r); len(b) > 0 {
		return s, s.UnmarshalBinary(b)
	}
	return s, nil
}

func (a *summaries[S]) save(v *columnar.Vector, r uint32, s S) error {
	b, err := s.AppendBinary(nil)
	g := grow(v)
	setText(v, int(r), b)
	g.close()
	return err
}

// each calls f for the entries of rows with the summary of their group.
func (a *summaries[S]) each(v *columnar.Vector, rows []uint32, f func(k int, s S) error) error {
	var s S
	var err error
	open, current := false, uint32(0)
	a.groups.visit(rows, func(k int, r uint32) {
		if err != nil {
			return
		}
		if !open || r != current {
			if open {
				err = a.save(v, current, s)
			}
			if err == nil {
				s, err = a.load(v, int(r))
			}
			open, current = true, r
		}
		if err == nil {
			err = f(k, s)
		}
	})
	if err == nil && open {
		err = a.save(v, current, s)
	}
	return err
}
