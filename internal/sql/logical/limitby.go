package logical

import (
	"fmt"

	"github.com/spatestream/spate/internal/expr"
)

// LimitBy keeps, of the rows with equal Keys, after the first Skip the next N
// (-1: all) in the order of Orders.
type LimitBy struct {
	At
	Keys    []expr.Node
	Orders  []Order
	Skip, N int64
	Child   Node
}

// Output implements Node.
func (l *LimitBy) Output() []*Attr { return l.Child.Output() }

// Children implements Node.
func (l *LimitBy) Children() []Node { return []Node{l.Child} }

// With implements Node.
func (l *LimitBy) With(c []Node) Node { d := *l; d.Child = c[0]; return &d }

// Exprs implements Node.
func (l *LimitBy) Exprs() []expr.Node {
	return append(append([]expr.Node(nil), l.Keys...), orderExprs(l.Orders)...)
}

// WithExprs implements Node.
func (l *LimitBy) WithExprs(es []expr.Node) Node {
	d := *l
	d.Keys = es[:len(l.Keys):len(l.Keys)]
	d.Orders = withOrders(l.Orders, es[len(l.Keys):])
	return &d
}

// String implements Node.
func (l *LimitBy) String() string {
	return fmt.Sprintf("LimitBy %s, %s, %d, %d", texts(l.Keys), orderTexts(l.Orders), l.Skip, l.N)
}
