package collection

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

func zips() []*expr.Func {
	return []*expr.Func{{Name: "arrays_zip", Usage: "an array of structs of the elements at the same place", Example: "arrays_zip(array(1, 2), array('a', 'b'))", Resolve: resolveZip}}
}

func resolveZip(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
	s := &sqltype.Struct{}
	sig := expr.Signature{Result: arrayOf(s, false), Nullable: expr.Nullable(args), Make: rows(zip)}
	for i, a := range args {
		t, ok := a.Type.(*sqltype.Array)
		if !ok {
			return sig, expr.UnexpectedInput("arrays_zip", args, i, `"ARRAY"`)
		}
		name := NameOf(a.Node, i+1)
		if name == "col"+strconv.Itoa(i+1) {
			name = strconv.Itoa(i)
		}
		s.Fields = append(s.Fields, sqltype.F(name, t.Elem))
		sig.Args = append(sig.Args, a.Type)
	}
	return sig, nil
}

func zip(args []*columnar.Vector, i int, out *columnar.Vector) {
	most := 0
	for _, a := range args {
		lo, hi := a.Span(i)
		most = max(most, hi-lo)
	}
	listed(out, i, func(elems *columnar.Vector) {
		for k, a := range args {
			lo, hi := a.Span(i)
			elems.Child[k].AppendRange(a.Child[0], lo, hi)
			for n := hi - lo; n < most; n++ {
				elems.Child[k].AppendNull()
			}
		}
		elems.Len += most
	})
}
