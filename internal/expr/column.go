package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node.
func (c *Column) Type() sqltype.Type { return c.T }

// Nullable implements Node.
func (c *Column) Nullable() bool { return c.Null }

// Children implements Node.
func (c *Column) Children() []Node { return nil }

// With implements Node.
func (c *Column) With([]Node) Node { return c }

func (c *Column) String() string { return c.Name }

type columnEval struct{ ordinal int }

func (e *columnEval) Eval(b *columnar.Batch, _ []uint16) (*columnar.Vector, error) {
	return b.Cols[e.ordinal], nil
}
