package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// SortKey is one term of ORDER BY.
type SortKey struct {
	Expr expr.Node
	sortkey.Order
}

// Sort orders the rows of its task: when its input ends, in streams when the
// epoch is flushed. Rows with equal keys keep their order. What does not fit in
// memory it writes as sorted runs, which it merges.
type Sort struct {
	By []SortKey
	In *sqltype.Struct

	sorter
	space memory.Space
	file  *spill.File
	runs  [][]spill.Run // a list of blocks a sorted run
}

// Open implements task.Operator.
func (s *Sort) Open(c *task.Context) error {
	s.space = c.Spill
	if c.Spill != nil {
		c.Memory.Register(s)
	}
	return s.open(s.By, s.In, c, "a sort")
}

// Push implements task.Operator.
func (s *Sort) Push(_ int, b *columnar.Batch, _ task.Out) error { return s.add(b) }

// End implements task.Ender.
func (s *Sort) End(_ int, out task.Out) error { return s.Flush(out) }

// Flush implements task.Flusher.
func (s *Sort) Flush(out task.Out) error {
	if s.file != nil {
		return s.merge(out)
	}
	err := s.pile.emit(s.order(), s.buf, out)
	s.clear()
	return err
}

// Close implements task.Operator.
func (s *Sort) Close() error {
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.Close()
}

// sorter keeps rows and their keys.
type sorter struct {
	pile
	cols columns
	by   []sortkey.Order
	keys sortkey.Keys
	perm []uint32
	buf  *columnar.Batch
}

func (s *sorter) open(by []SortKey, in *sqltype.Struct, c *task.Context, who string) (err error) {
	nodes := make([]expr.Node, len(by))
	s.by = make([]sortkey.Order, len(by))
	for i, k := range by {
		nodes[i], s.by[i] = k.Expr, k.Order
	}
	s.pile, s.buf = newPile(in, c.Memory, who), columnar.NewBatch(in)
	s.cols, err = compile(nodes, &c.Params.Expr)
	return err
}

func (s *sorter) add(b *columnar.Batch) error {
	cols, err := s.cols.eval(b, b.Sel)
	if err != nil {
		return err
	}
	s.keys.Append(cols, s.by, b.Sel, b.Len)
	return s.pile.add(b, b.Sel)
}

// order is the rows in order, valid until the next call.
func (s *sorter) order() []uint32 {
	s.perm = s.keys.Order(s.perm[:0])
	return s.perm
}

func (s *sorter) clear() {
	s.keys.Reset()
	s.pile.clear()
}
