package expr

// Fold replaces every deterministic expression over literals by its value.
// What fails stays as it is: it may never be evaluated. Calls without operands
// are not folded, they may ask the Context.
func Fold(n Node, ctx *Context) Node {
	return Transform(n, func(m Node) Node {
		if !foldable(m) {
			return m
		}
		if v, err := EvalConst(m, ctx); err == nil {
			return &Literal{Value: v, T: m.Type()}
		}
		return m
	})
}

// Calls are the constants that a FoldSmall has left as calls: they are not
// computed again.
type Calls map[Node]bool

// FoldSmall is Fold that leaves what is large too, and notes in c what it leaves.
func (c Calls) FoldSmall(n Node, ctx *Context) Node {
	return Transform(n, func(m Node) Node {
		if !foldable(m) || c[m] {
			return m
		}
		if v, ok := FoldConst(m, ctx); ok {
			return &Literal{Value: v, T: m.Type()}
		}
		c[m] = true
		return m
	})
}

func foldable(n Node) bool {
	switch x := n.(type) {
	case *Call:
		if x.Fn.NonDeterministic {
			return false
		}
	case *Cast, *Case, *Logic, *In, *Field:
	default:
		return false
	}
	children := n.Children()
	for _, c := range children {
		if _, ok := c.(*Literal); !ok {
			return false
		}
	}
	return len(children) > 0
}

// maxFolded is how many bytes a value may take that stands in the plan in place
// of the call that makes it. As a Go value it takes several times as much.
const maxFolded = 1 << 20

// FoldConst is EvalConst of what is worth keeping in a plan: ok is false of a
// value that is large, or cannot be computed.
func FoldConst(n Node, ctx *Context) (v any, ok bool) {
	e, err := Compile(n, ctx)
	if err != nil {
		return nil, false
	}
	c, err := e.Eval(oneRow, nil)
	if err != nil || Size(c) > maxFolded {
		return nil, false
	}
	return c.Value(0), true
}

// EvalConst computes an expression without columns, in its Go form.
func EvalConst(n Node, ctx *Context) (any, error) {
	e, err := Compile(n, ctx)
	if err != nil {
		return nil, err
	}
	v, err := e.Eval(oneRow, nil)
	if err != nil {
		return nil, err
	}
	return v.Value(0), nil
}
