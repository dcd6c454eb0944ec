package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// fold computes what is constant and simplifies booleans; filters that are
// always true go, those never true leave no rows.
func fold(o *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		m = logical.MapExprs(m, o.simple)
		f, ok := m.(*logical.Filter)
		if !ok {
			return m
		}
		value, null, known := literal(f.Cond)
		switch {
		case !known:
			return m
		case value:
			return f.Child
		case null || !value:
			if !logical.Streaming(f.Child) {
				return empty(f)
			}
		}
		return m
	}), nil
}

// simple folds and simplifies an expression; the result has the same type.
func (o *Optimizer) simple(e expr.Node) expr.Node {
	return expr.Transform(e, func(x expr.Node) expr.Node {
		y := x
		switch v := x.(type) {
		case *expr.Logic:
			y = simpleLogic(v)
		case *expr.Case:
			y = simpleCase(v)
		case *expr.Call:
			y = simpleCall(v)
		case *expr.In:
			y = simpleIn(v)
		}
		if l := o.constant(y); l != nil {
			return l
		}
		return y
	})
}

// constant evaluates e if its operands are literals, it does not fail and the
// value is not large; what is left is not tried again in later passes.
func (o *Optimizer) constant(e expr.Node) expr.Node {
	switch x := e.(type) {
	case *expr.Call:
		if x.Fn.NonDeterministic {
			return nil
		}
	case *expr.Cast, *expr.Field:
	default:
		return nil
	}
	kids := e.Children()
	for _, c := range kids {
		if _, ok := c.(*expr.Literal); !ok {
			return nil
		}
	}
	if len(kids) == 0 {
		return nil
	}
	if o.calls[e] {
		return nil
	}
	v, ok := expr.FoldConst(e, o.context())
	if !ok {
		if o.calls == nil {
			o.calls = expr.Calls{}
		}
		o.calls[e] = true
		return nil
	}
	return &expr.Literal{Value: v, T: e.Type()}
}

func simpleLogic(l *expr.Logic) expr.Node {
	for _, p := range [][2]expr.Node{{l.Left, l.Right}, {l.Right, l.Left}} {
		value, null, known := literal(p[0])
		switch {
		case !known || null:
		case value == l.Or: // true OR x, false AND x
			if p[0] == l.Left || expr.Deterministic(p[1]) {
				return expr.Lit(l.Or, sqltype.Boolean)
			}
		default:
			return p[1]
		}
	}
	if logical.Key(l.Left) == logical.Key(l.Right) && expr.Deterministic(l.Left) {
		return l.Left
	}
	return l
}

// simpleCase drops branches never taken and those behind one always taken.
func simpleCase(c *expr.Case) expr.Node {
	d := &expr.Case{Else: c.Else, Alt: c.Alt}
	for i, w := range c.Whens {
		value, _, known := literal(w)
		switch {
		case known && !value:
			continue
		case known:
			if len(d.Whens) == 0 {
				return c.Thens[i]
			}
			d.Else = c.Thens[i]
			return d
		}
		d.Whens, d.Thens = append(d.Whens, w), append(d.Thens, c.Thens[i])
	}
	switch {
	case len(d.Whens) == len(c.Whens):
		return c
	case len(d.Whens) > 0:
		return d
	case c.Else != nil:
		return c.Else
	}
	return expr.NullOf(c.Type())
}

func simpleCall(c *expr.Call) expr.Node {
	switch c.Fn.Name {
	case "not", "!":
		inner, ok := c.Args[0].(*expr.Call)
		if ok && (inner.Fn.Name == "not" || inner.Fn.Name == "!") {
			return inner.Args[0]
		}
	case "isnull":
		if !c.Args[0].Nullable() && expr.Deterministic(c) {
			return expr.Lit(false, sqltype.Boolean)
		}
	case "isnotnull":
		if !c.Args[0].Nullable() && expr.Deterministic(c) {
			return expr.Lit(true, sqltype.Boolean)
		}
	}
	return c
}

// simpleIn leaves out repeated literals.
func simpleIn(n *expr.In) expr.Node {
	seen := map[string]bool{}
	var list []expr.Node
	for _, e := range n.List {
		if _, ok := e.(*expr.Literal); ok {
			k := logical.Key(e)
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		list = append(list, e)
	}
	if len(list) == len(n.List) {
		return n
	}
	return &expr.In{Arg: n.Arg, List: list}
}
