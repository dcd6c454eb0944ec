package exec

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sqltype"
)

// shelf is a list of batches that are filled one after another and used again,
// and what of them was spilled before.
type shelf struct {
	all  []*columnar.Batch
	used int
	rows int // spilled ones too
	runs []spill.Run
	// fine says that a few of its rows come at a time and yet many: batches
	// begin with room for all of theirs.
	fine bool
}

func (s *shelf) batches() []*columnar.Batch { return s.all[:s.used] }

func (s *shelf) reset() {
	for _, b := range s.batches() {
		hash := b.Hash
		b.Reset()
		b.Hash = hash[:0]
	}
	s.used, s.rows, s.runs = 0, 0, s.runs[:0]
}

// add copies the rows sel of b (nil: all) and returns the bytes of the new
// batches it has filled.
func (s *shelf) add(b *columnar.Batch, sel []uint16) (grown int64) {
	if sel == nil && s.room() < b.Len {
		sel = columnar.All(b.Len)
	}
	n := b.Len
	if sel != nil {
		n = len(sel)
	}
	s.rows += n
	for n > 0 {
		room := s.room()
		if room == 0 {
			grown += s.next(b)
			continue
		}
		take := min(n, room)
		if sel == nil {
			s.all[s.used-1].AppendSel(b, nil)
		} else {
			s.all[s.used-1].AppendSel(b, sel[:take])
			sel = sel[take:]
		}
		n -= take
	}
	return grown
}

// room is how many rows the batch at hand still takes.
func (s *shelf) room() int {
	if s.used == 0 {
		return 0
	}
	b := s.all[s.used-1]
	if b.Len > 0 && b.Size() >= columnar.MaxBytes {
		return 0
	}
	return columnar.MaxRows - b.Len
}

// next opens another batch like b and returns the size of the one that is
// full, if it is a new one.
func (s *shelf) next(b *columnar.Batch) (grown int64) {
	if s.used == len(s.all) {
		if s.used > 0 {
			grown = int64(s.all[s.used-1].Size())
		}
		s.all = append(s.all, columnar.NewBatch(b.Schema))
		if s.fine {
			roomy(s.all[s.used])
		}
	}
	s.used++
	return grown
}

// roomy gives the columns of b of fixed width, and its hashes, room for all rows.
func roomy(b *columnar.Batch) {
	for _, c := range b.Cols {
		if sqltype.Width(c.Type) > 0 {
			c.Resize(columnar.MaxRows)
			c.Resize(0)
		}
	}
	b.Hash = make([]uint32, 0, columnar.MaxRows)
}

// spill writes the batches to the file and drops them.
func (s *shelf) spill(to *spill.File) error {
	for _, b := range s.batches() {
		if b.Len == 0 {
			continue
		}
		run, err := to.Write(b)
		if err != nil {
			return err
		}
		s.runs = append(s.runs, run)
	}
	s.all, s.used = nil, 0
	return nil
}
