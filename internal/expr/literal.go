package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Lit returns a literal of the value, which is in the Go form of the type.
func Lit(value any, t sqltype.Type) *Literal { return &Literal{Value: value, T: t} }

// True and False are the boolean literals, NullOf a null of a type.
var (
	True  = Lit(true, sqltype.Boolean)
	False = Lit(false, sqltype.Boolean)
)

// NullOf returns the null of a type.
func NullOf(t sqltype.Type) *Literal { return Lit(nil, t) }

// Type implements Node.
func (l *Literal) Type() sqltype.Type { return l.T }

// Nullable implements Node.
func (l *Literal) Nullable() bool { return l.Value == nil }

// Children implements Node.
func (l *Literal) Children() []Node { return nil }

// With implements Node.
func (l *Literal) With([]Node) Node { return l }

// Vector returns the literal as a constant vector of one row.
func (l *Literal) Vector() (v *columnar.Vector, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = sparkerr.Internalf("a literal of type %s cannot hold a %T", l.T, l.Value)
		}
	}()
	v = columnar.New(l.T)
	v.AppendValue(l.Value)
	v.Const = true
	return v, nil
}

type literalEval struct{ v *columnar.Vector }

func newLiteralEval(l *Literal) (Evaluator, error) {
	v, err := l.Vector()
	return &literalEval{v}, err
}

func (e *literalEval) Eval(b *columnar.Batch, _ []uint16) (*columnar.Vector, error) {
	return sized(e.v, b.Len), nil
}
