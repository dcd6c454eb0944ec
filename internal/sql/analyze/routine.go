package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// SQLFunc is a function written in SQL: an expression over its parameters.
type SQLFunc struct {
	Name    string
	Params  []plan.ColumnDef
	Returns sqltype.Type // nil: that of Body
	Body    plan.Expr
}

// Variables are the named values of a session.
type Variables interface {
	// Variable returns the value of a name and how it is called, nil if there
	// is none.
	Variable(name []string) (*expr.Literal, string)
}

// variable finds a session variable; the struct fields of its value too.
func (r *resolver) variable(parts []string) expr.Node {
	if r.a.Variables == nil {
		return nil
	}
	v, name := r.a.Variables.Variable(parts)
	if v == nil {
		return nil
	}
	return &shownAs{v, "variablereference(" + name + "=" + v.String() + ")"}
}

// maxRoutines bounds how deeply functions in SQL call each other.
const maxRoutines = 50

// sqlCall puts the body of a function in the place of its call.
func (r *resolver) sqlCall(f *SQLFunc, c *plan.Call) (expr.Node, error) {
	if r.routines >= maxRoutines {
		return nil, fail(c.Origin, "RECURSION_LEVEL_LIMIT_EXCEEDED", "The function "+plan.Quote(f.Name)+" calls itself.", "levelLimit", itoa(maxRoutines))
	}
	args, err := r.exprs(c.Args)
	if err != nil {
		return nil, err
	}
	if len(args) > len(f.Params) {
		return nil, wrongCount(c, itoa(len(f.Params)))
	}
	frame, with := map[string]*expr.Param{}, map[*expr.Param]expr.Node{}
	for i, p := range f.Params {
		if i >= len(args) {
			if p.Default == nil {
				return nil, wrongCount(c, itoa(len(f.Params)))
			}
			d, err := r.value(p.Default)
			if err != nil {
				return nil, err
			}
			args = append(args, d)
		}
		v, err := r.a.argument(args[i], p.Type)
		if err != nil {
			return nil, located(err, c.Origin)
		}
		frame[p.Name] = &expr.Param{Name: p.Name, T: p.Type, Null: true}
		with[frame[p.Name]] = v
	}
	inner := &resolver{a: r.a, env: r.env.with(func(d *env) { d.outer = nil }), lambdas: []map[string]*expr.Param{frame}, routines: r.routines + 1}
	body, err := inner.value(f.Body)
	if err != nil {
		return nil, err
	}
	if f.Returns != nil {
		if body, err = r.a.argument(body, f.Returns); err != nil {
			return nil, located(err, c.Origin)
		}
	}
	body = expr.Transform(body, func(n expr.Node) expr.Node {
		if p, ok := n.(*expr.Param); ok && with[p] != nil {
			return with[p]
		}
		return n
	})
	return &shownAs{body, strings.ToLower(f.Name) + "(" + c2(args, ", ") + ")"}, nil
}

// argument casts a value to the type of a parameter.
func (a *Analyzer) argument(n expr.Node, t sqltype.Type) (expr.Node, error) {
	if sqltype.Equal(n.Type(), t) {
		return n, nil
	}
	return expr.NewCast(a.Session, n, t, false, sparkerr.Origin{})
}
