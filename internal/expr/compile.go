package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Compile makes an Evaluator of an expression whose leaves are Columns and
// Literals. ctx is read at every Eval; its fields may change between batches.
func Compile(n Node, ctx *Context) (Evaluator, error) {
	c := &compiler{ctx}
	return c.compile(n)
}

// CompileAll is Compile for a list.
func CompileAll(list []Node, ctx *Context) ([]Evaluator, error) {
	c := &compiler{ctx}
	return c.all(list)
}

type compiler struct{ ctx *Context }

func (c *compiler) compile(n Node) (Evaluator, error) {
	switch n := n.(type) {
	case *Column:
		return &columnEval{n.Ordinal}, nil
	case *Literal:
		return newLiteralEval(n)
	case *Call:
		return c.call(n)
	case *Cast:
		return c.cast(n)
	case *Case:
		return c.caseWhen(n)
	case *Logic:
		return c.logic(n)
	case *In:
		return c.in(n)
	case *Field:
		return c.field(n)
	}
	return nil, sparkerr.Internalf("cannot evaluate %T %s: it should have been replaced before", n, n)
}

func (c *compiler) all(list []Node) ([]Evaluator, error) {
	out := make([]Evaluator, len(list))
	for i, n := range list {
		var err error
		if out[i], err = c.compile(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// oneRow is a batch of one row and no columns, for constant expressions.
var oneRow = &columnar.Batch{Len: 1, Schema: &sqltype.Struct{}}

// plain compiles a condition, whose readers know flat and constant vectors.
func (c *compiler) plain(n Node) (Evaluator, error) {
	e, err := c.compile(n)
	switch e.(type) {
	case *callEval, *literalEval, *inSet, *inList:
		return e, err
	}
	return &plainEval{e, columnar.New(n.Type())}, err
}

// plainEval resolves dictionaries.
type plainEval struct {
	Evaluator
	buf *columnar.Vector
}

func (e *plainEval) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	v, err := e.Evaluator.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	return Undict(v, e.buf), nil
}
