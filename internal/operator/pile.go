package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// pile is rows an operator keeps, numbered from 0 in the order they came; its
// vectors are longer than a batch.
type pile struct {
	rows   *columnar.Batch
	view   columnar.Batch
	memory *memory.Account
	held   int64
	who    string
}

func newPile(s *sqltype.Struct, m *memory.Account, who string) pile {
	return pile{rows: columnar.NewBatch(s), memory: m, who: who}
}

// add copies the rows sel of b (nil: all).
func (p *pile) add(b *columnar.Batch, sel []uint16) error {
	p.view = *b
	p.view.Hash = nil
	p.rows.AppendSel(&p.view, sel)
	return p.account()
}

func (p *pile) account() error {
	size := int64(p.rows.Size())
	if size <= p.held || p.memory == nil {
		return nil
	}
	grown := size - p.held
	if err := p.memory.Grow(grown, p.who); err != nil {
		return err
	}
	p.held += grown // from 0 if growing made this very pile spill
	return nil
}

// emit sends the given rows in pieces of at most a batch through buf.
func (p *pile) emit(rows []uint32, buf *columnar.Batch, out task.Out) error {
	return chunks(rows, func(rows []uint32) error {
		buf.Reset()
		for i, c := range p.rows.Cols {
			buf.Cols[i].AppendIDs(c, rows)
		}
		buf.Len = len(rows)
		return out.Emit(buf)
	})
}

// drop is clear that frees the buffers.
func (p *pile) drop() {
	p.rows = columnar.NewBatch(p.rows.Schema)
	p.clear()
}

// clear drops the rows and gives the memory back; buffers are kept for the next
// epoch.
func (p *pile) clear() {
	p.rows.Reset()
	if p.memory != nil {
		p.memory.Shrink(p.held)
	}
	p.held = 0
}
