package store

import (
	"cmp"

	"github.com/spatestream/spate/columnar"
)

// ordered is what the saver needs where rows leave in order of (hash, key,
// insertion): then a process that saves the same rows as another writes the same
// bytes, and whoever loads rows of a Multi table puts each behind the last.
type ordered struct {
	queue    queue            // what is being sorted and written
	gathered int              // how many ids, or removed rows, are in the queue
	dealt    bool             // all of them, and dealt out
	preOf    map[RowID]uint32 // where pre-images are
}

func (s *saver) stepOrdered(t *Table, to Changes, budget int) (n int, err error) {
	switch s.stage {
	case drops:
		if s.dropped {
			err = to.Drop(t.spec.Name, s.upTo)
		}
		s.list(t, deletes, rowsOf(s.gone))
	case deletes:
		if !s.ordered.dealt {
			return s.gather(t, budget, rowsOf(s.gone)), nil
		}
		if n, err = s.writeDeletes(t, to, budget); n == 0 {
			s.list(t, upserts, len(s.ids))
		}
	case upserts:
		if !s.ordered.dealt {
			return s.gather(t, budget, len(s.ids)), nil
		}
		if n, err = s.writeUpserts(t, to, budget); n == 0 {
			s.end(t)
		}
	}
	return n, err
}

// list goes on to a stage in which n rows are listed and written.
func (s *saver) list(t *Table, to stage, n int) {
	s.stage, s.ordered.gathered, s.ordered.dealt = to, 0, false
	s.ordered.queue.begin(n, t.lowest, t.highest)
}

// gather lists what is to be written, of which there are all, and deals it out.
func (s *saver) gather(t *Table, budget, all int) int {
	o, work := s.ordered, budget*lookPrice
	if o.gathered == all {
		o.dealt = o.queue.deal(work)
		return min(budget, 1+all/lookPrice)
	}
	end := min(o.gathered+work, all)
	if s.stage == deletes {
		for i := o.gathered; i < end; i++ {
			o.queue.add(s.gone.Hash[i], uint32(i))
		}
	} else {
		s.gatherIDs(t, s.ids[o.gathered:end])
	}
	n := end - o.gathered
	o.gathered = end
	return 1 + n/lookPrice
}

// gatherIDs lists touched rows. A pre-image stands for its row.
func (s *saver) gatherIDs(t *Table, ids []RowID) {
	for _, id := range ids {
		if s.owes(t, id) {
			s.ordered.queue.add(t.rows.hash[id], id)
		} else if at, ok := s.ordered.preOf[id]; ok {
			s.ordered.queue.add(s.pre.Hash[at], id)
		}
	}
}

// compareRows orders two rows of the epoch by key and insertion number, each
// in the table or a pre-image.
func (s *saver) compareRows(t *Table, a, b RowID) int {
	ac, ai, as := s.place(t, a)
	bc, bi, bs := s.place(t, b)
	return cmp.Or(compareKeys(ac, bc, t.rows.keys, ai, bi), cmp.Compare(as, bs))
}

func (s *saver) place(t *Table, id RowID) (cols []*columnar.Vector, i int, seq uint64) {
	if at, ok := s.ordered.preOf[id]; ok {
		return s.pre.Cols, int(at), insertion(t, s.pre, int(at))
	}
	if t.rows.link != nil {
		seq = t.rows.link[id].seq
	}
	return t.rows.cols, int(id), seq
}

// insertion returns the insertion number of a row in the form of Layout, 0 unless
// the table is Multi.
func insertion(t *Table, b *columnar.Batch, i int) uint64 {
	if t.rows.link == nil {
		return 0
	}
	return columnar.Slice[uint64](b.Cols[len(b.Cols)-1])[i]
}

// compareLayout orders rows of batches in the form of Layout by key and
// insertion number.
func compareLayout(t *Table, a *columnar.Batch, i int, b *columnar.Batch, j int) int {
	return cmp.Or(compareKeys(a.Cols, b.Cols, t.rows.keys, i, j), cmp.Compare(insertion(t, a, i), insertion(t, b, j)))
}

func (s *saver) writeDeletes(t *Table, to Changes, budget int) (int, error) {
	part := s.ordered.queue.next(min(budget, columnar.MaxRows), func(a, b uint64) int {
		return compareLayout(t, s.gone, int(uint32(a)), s.gone, int(uint32(b)))
	})
	if len(part) == 0 {
		return 0, nil
	}
	s.start(t, true)
	s.run = s.run[:0]
	for _, e := range part {
		s.run = append(s.run, uint32(e))
	}
	s.copyFrom(s.gone)
	return len(part), to.Rows(t.spec.Name, s.out, true)
}

func (s *saver) writeUpserts(t *Table, to Changes, budget int) (int, error) {
	part := s.ordered.queue.next(min(budget, s.blockRows(t)), func(a, b uint64) int {
		return s.compareRows(t, RowID(uint32(a)), RowID(uint32(b)))
	})
	s.start(t, false)
	for lo := 0; lo < len(part); {
		lo += s.copyRun(t, part[lo:])
	}
	if s.out.Len == 0 {
		return len(part), nil
	}
	return len(part), to.Rows(t.spec.Name, s.out, false)
}

// copyRun copies the longest run of rows that are all in the table, or all
// pre-images, clears their marks, and returns its length.
func (s *saver) copyRun(t *Table, part []uint64) int {
	s.run = s.run[:0]
	from := s.owes(t, uint32(part[0]))
	n := 0
	for ; n < len(part) && s.owes(t, uint32(part[n])) == from; n++ {
		id := uint32(part[n])
		if from {
			t.rows.mark[id] &^= t.delta.sealed(epochMarks)
			s.run = append(s.run, id)
		} else if at, ok := s.ordered.preOf[id]; ok {
			delete(s.ordered.preOf, id)
			s.run = append(s.run, at)
		}
	}
	if from {
		t.copyTo(s.out, s.run, false)
	} else if len(s.run) > 0 {
		s.copyFrom(s.pre)
	}
	return n
}
