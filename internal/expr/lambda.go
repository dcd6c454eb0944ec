package expr

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node: that of the body.
func (l *Lambda) Type() sqltype.Type { return l.Body.Type() }

// Nullable implements Node.
func (l *Lambda) Nullable() bool { return l.Body.Nullable() }

// Children implements Node: the body.
func (l *Lambda) Children() []Node { return []Node{l.Body} }

// With implements Node.
func (l *Lambda) With(c []Node) Node { return &Lambda{Params: l.Params, Body: c[0]} }

func (l *Lambda) String() string {
	var b strings.Builder
	b.WriteString("lambdafunction(" + l.Body.String())
	for _, p := range l.Params {
		b.WriteString(", " + p.String())
	}
	return b.String() + ")"
}

// Type implements Node.
func (p *Param) Type() sqltype.Type { return p.T }

// Nullable implements Node.
func (p *Param) Nullable() bool { return p.Null }

// Children implements Node.
func (p *Param) Children() []Node { return nil }

// With implements Node.
func (p *Param) With([]Node) Node { return p }

func (p *Param) String() string { return "namedlambdavariable()" }

// BoundLambda evaluates the body of a Lambda over batches of elements. The
// kernel of a higher-order function owns it.
type BoundLambda struct {
	// Types are the parameters', in order; Result is the body's.
	Types  []sqltype.Type
	Result sqltype.Type

	body     Evaluator
	inner    columnar.Batch
	captured []int // columns of outer, behind the parameters in inner
	gathered []*columnar.Vector
	outer    *columnar.Batch // set by the call before its kernel runs
}

// lambda compiles the body over a batch of its own: the parameters, then the
// outer columns that occur in it.
func (c *compiler) lambda(n *Lambda) (*BoundLambda, error) {
	l := &BoundLambda{Result: n.Body.Type()}
	for _, p := range n.Params {
		l.Types = append(l.Types, p.T)
	}
	body := Transform(n.Body, func(x Node) Node {
		switch x := x.(type) {
		case *Param:
			for i, p := range n.Params {
				if p == x {
					return &Column{Ordinal: i, Name: p.Name, T: p.T, Null: p.Null}
				}
			}
		case *Column:
			return l.capture(x)
		}
		return x
	})
	var err error
	l.body, err = c.compile(body)
	l.inner.Cols = make([]*columnar.Vector, len(l.Types)+len(l.captured))
	return l, err
}

// capture returns the column of the inner batch that stands for an outer one.
func (l *BoundLambda) capture(c *Column) Node {
	inner := *c
	for k, o := range l.captured {
		if o == c.Ordinal {
			inner.Ordinal = len(l.Types) + k
			return &inner
		}
	}
	inner.Ordinal = len(l.Types) + len(l.captured)
	l.captured = append(l.captured, c.Ordinal)
	l.gathered = append(l.gathered, columnar.New(c.T))
	return &inner
}

// Eval computes the body for n elements, at most columnar.MaxRows: params hold
// one vector of n rows for each parameter, outer[k] is the row of the call's
// batch that element k belongs to. The result has n rows and is borrowed until
// the next Eval.
func (l *BoundLambda) Eval(params []*columnar.Vector, outer []uint16, n int) (*columnar.Vector, error) {
	copy(l.inner.Cols, params[:len(l.Types)])
	for k, c := range l.captured {
		l.inner.Cols[len(l.Types)+k] = l.gather(k, l.outer.Cols[c], outer, n)
	}
	l.inner.Len = n
	return l.body.Eval(&l.inner, nil)
}

func (l *BoundLambda) gather(k int, v *columnar.Vector, rows []uint16, n int) *columnar.Vector {
	g := l.gathered[k]
	if v.Const {
		*g = *v
		g.Len = n
		return g
	}
	if g.Const {
		g = columnar.New(v.Type)
		l.gathered[k] = g
	}
	if k := v.Type.Kind(); k == sqltype.KindString || k == sqltype.KindBinary {
		gatherTexts(g, v, rows[:n])
		return g
	}
	g.Resize(0)
	g.AppendRows(v, rows[:n], n)
	return g
}

// gatherTexts makes g the rows of v, without copying a byte: g never appends.
func gatherTexts(g, v *columnar.Vector, rows []uint16) {
	g.Resize(len(rows))
	held := v
	if v.Dict != nil {
		held = v.Dict
	}
	for i, r := range rows {
		switch {
		case v.IsNull(int(r)):
			g.SetNull(i)
			g.Views[i] = columnar.View{}
		case v.Dict != nil:
			g.Views[i] = held.Views[v.Codes[r]]
		default:
			g.Views[i] = held.Views[r]
		}
	}
	g.Bytes = held.Bytes[:len(held.Bytes):len(held.Bytes)]
}
