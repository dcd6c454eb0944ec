package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// fieldNamer is an expression that is a column and so names a field.
type fieldNamer interface{ ColumnName() string }

// makeStruct is struct(a AS x, b, ...): a named_struct whose fields are named
// by aliases, columns and fields, the others col1, col2, ...
func (r *resolver) makeStruct(c *plan.Call) (expr.Node, error) {
	var args []expr.Node
	var shown []string
	add := func(name string, n expr.Node) {
		if name == "" {
			name = fieldName(n, len(shown)+1)
		}
		args = append(args, expr.Lit(name, sqltype.String), n)
	}
	for _, a := range c.Args {
		if s, ok := a.(*plan.Star); ok {
			attrs, err := r.star(s)
			if err != nil {
				return nil, err
			}
			for _, n := range attrs {
				add("", n)
				shown = append(shown, n.String())
			}
			continue
		}
		n, err := r.expr(a)
		if err != nil {
			return nil, err
		}
		if al, ok := a.(*plan.Alias); ok && len(al.Names) == 1 {
			add(al.Names[0], n)
			shown = append(shown, n.String()+" AS "+al.Names[0])
			continue
		}
		add("", n)
		shown = append(shown, n.String())
	}
	if len(args) == 0 {
		return nil, expr.WrongNumArgs("struct", "> 0", 0)
	}
	n, err := r.a.applyArgs("named_struct", args, c.Origin)
	if call, ok := n.(*expr.Call); ok && err == nil && !c.Operator { // (a, b) prints as named_struct
		d := *call
		d.Alt = "struct(" + strings.Join(shown, ", ") + ")"
		return &d, nil
	}
	return n, err
}

// fieldName is the name a value has in a struct at a place from 1.
func fieldName(n expr.Node, place int) string {
	switch x := n.(type) {
	case fieldNamer:
		return x.ColumnName()
	case *expr.Field:
		return x.Name
	case *logical.Alias:
		return x.Name
	case *expr.Param:
		return x.Name
	}
	return "col" + itoa(place)
}
