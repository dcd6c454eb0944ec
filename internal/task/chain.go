package task

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
)

// Chain is the operators of one task in topological order and how they are
// wired; it drives them through an epoch. It belongs to one goroutine.
type Chain struct{}

// Ref is an operator of a chain under construction.
type Ref int

// ToOutlet stands for the end of the chain.
const ToOutlet Ref = -1

// NewChain returns an empty chain that ends in outlet.
func NewChain(c *Context, outlet Outlet) *Chain { panic("task: not built") }

// Add puts op in front of input in of the operator next (or of the outlet):
// chains are built from their end. It opens op.
func (c *Chain) Add(op Operator, next Ref, in int) (Ref, error) { panic("task: not built") }

// Input leads the stage's next input to input in of an operator.
func (c *Chain) Input(to Ref, in int) { panic("task: not built") }

// Push hands a batch of stage input in to its operator.
func (c *Chain) Push(in int, b *columnar.Batch) error { panic("task: not built") }

// End says that stage input in is over (bounded runs).
func (c *Chain) End(in int) error { panic("task: not built") }

// Advance advances every operator in topological order; what an operator emits
// reaches the next one before that one advances.
func (c *Chain) Advance(w eventtime.Watermark) error { panic("task: not built") }

// Flush flushes every operator in topological order.
func (c *Chain) Flush() error { panic("task: not built") }

// Wants reports whether an operator asks for an epoch at w without data.
func (c *Chain) Wants(w eventtime.Watermark) bool { panic("task: not built") }

// Store returns the tables of the chain, for Seal, Save and Restore.
func (c *Chain) Store() *store.Store { panic("task: not built") }

// Close closes every operator, also after errors.
func (c *Chain) Close() error { panic("task: not built") }
