package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
)

// saver writes a sealed epoch in slices while the next one runs: first what
// expired, then deletions, then upserts, so that a key removed and made again
// in one epoch is there in the end. Rows that change before they are written
// leave a pre-image.
type saver struct {
	stage   stage
	ids     []RowID         // touched rows of the epoch
	pre     *columnar.Batch // pre-images
	preOf   map[RowID]uint32
	gone    *columnar.Batch
	dropped bool
	upTo    eventtime.Watermark

	queue    queue // what is being sorted and written
	gathered int   // how many ids, or removed rows, are in the queue
	run      []RowID
	out      *columnar.Batch // one of outs
	outs     struct{ upserts, deletes *columnar.Batch }
}

type stage uint8

const (
	idle          stage = iota
	drops               // the expiry is to be told
	gatherDeletes       // deletions are being listed and dealt out
	deletes             // deletions are being written
	gatherUpserts
	upserts
)

// begin takes the delta over and leaves an empty one.
func (s *saver) begin(d *delta) {
	d.ids, s.ids = s.ids[:0], d.ids
	d.gone, s.gone = s.gone, d.gone
	s.dropped, s.upTo = d.dropped, d.upTo
	d.dropped = false
	if len(s.ids) > 0 || s.dropped || rowsOf(s.gone) > 0 {
		s.stage = drops
	}
}

func rowsOf(b *columnar.Batch) int {
	if b == nil {
		return 0
	}
	return b.Len
}

// keep copies a row as the sealed epoch left it.
func (s *saver) keep(t *Table, id RowID) {
	if s.pre == nil {
		s.pre = columnar.NewBatch(t.spec.Layout(false))
		s.preOf = map[RowID]uint32{}
	}
	s.preOf[id] = uint32(s.pre.Len)
	t.copyTo(s.pre, []RowID{id}, false)
}

// save writes up to about budget rows and returns how many it did.
func (s *saver) save(t *Table, to Changes, budget int) (n int, err error) {
	for s.stage != idle && n < budget && err == nil {
		var k int
		k, err = s.step(t, to, budget-n)
		n += max(k, 1)
	}
	return n, err
}

// gatherPrice is how many rows are gathered for the price of one written.
const gatherPrice = 16

func (s *saver) step(t *Table, to Changes, budget int) (n int, err error) {
	switch s.stage {
	case drops:
		if s.dropped {
			err = to.Drop(t.spec.Name, s.upTo)
		}
		s.turn(t, gatherDeletes)
	case gatherDeletes:
		return s.gather(t, budget, rowsOf(s.gone), deletes), nil
	case deletes:
		if n, err = s.writeDeletes(t, to, budget); n == 0 {
			s.turn(t, gatherUpserts)
		}
	case gatherUpserts:
		return s.gather(t, budget, len(s.ids), upserts), nil
	case upserts:
		if n, err = s.writeUpserts(t, to, budget); n == 0 {
			s.end(t)
		}
	}
	return n, err
}

// turn goes on to gathering.
func (s *saver) turn(t *Table, to stage) {
	s.stage, s.gathered = to, 0
	all := len(s.ids)
	if to == gatherDeletes {
		all = rowsOf(s.gone)
	}
	s.queue.begin(all, t.lowest, t.highest)
}

// gather lists what is to be written, of which there are all, and deals it out;
// when that is done it goes on to then.
func (s *saver) gather(t *Table, budget, all int, then stage) int {
	work := budget * gatherPrice
	if s.gathered == all {
		if s.queue.deal(work) {
			s.stage = then
		}
		return min(budget, 1+all/gatherPrice)
	}
	end := min(s.gathered+work, all)
	if s.stage == gatherDeletes {
		for i := s.gathered; i < end; i++ {
			s.queue.add(s.gone.Hash[i], uint32(i))
		}
	} else {
		s.gatherIDs(t, s.ids[s.gathered:end])
	}
	n := end - s.gathered
	s.gathered = end
	return 1 + n/gatherPrice
}

// gatherIDs lists touched rows. A pre-image stands for its row.
func (s *saver) gatherIDs(t *Table, ids []RowID) {
	owed := t.delta.sealed(dirty)
	for _, id := range ids {
		if int(id) < len(t.rows.mark) && t.rows.mark[id]&owed != 0 {
			s.queue.add(t.rows.hash[id], id)
		} else if at, ok := s.preOf[id]; ok {
			s.queue.add(s.pre.Hash[at], id)
		}
	}
}

// end forgets the epoch.
func (s *saver) end(t *Table) {
	s.stage = idle
	s.ids = s.ids[:0]
	if s.pre != nil {
		empty(s.pre)
		clear(s.preOf)
	}
	if s.gone != nil {
		empty(s.gone)
	}
	t.recycle()
}

// compareRows orders two rows of the epoch by key and insertion number, each
// in the table or a pre-image.
func (s *saver) compareRows(t *Table, a, b RowID) int {
	ac, ai, as := s.place(t, a)
	bc, bi, bs := s.place(t, b)
	if d := compareKeys(ac, bc, t.rows.keys, ai, bi); d != 0 || t.rows.link == nil {
		return d
	}
	return compareSeq(as, bs)
}

func (s *saver) place(t *Table, id RowID) (cols []*columnar.Vector, i int, seq uint64) {
	if at, ok := s.preOf[id]; ok {
		if t.rows.link != nil {
			seq = columnar.Slice[uint64](s.pre.Cols[len(s.pre.Cols)-1])[at]
		}
		return s.pre.Cols, int(at), seq
	}
	if t.rows.link != nil {
		seq = t.rows.link[id].seq
	}
	return t.rows.cols, int(id), seq
}

func compareSeq(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// compareLayout orders rows of batches in the form of Layout by key and
// insertion number.
func compareLayout(t *Table, a *columnar.Batch, i int, b *columnar.Batch, j int) int {
	if d := compareKeys(a.Cols, b.Cols, t.rows.keys, i, j); d != 0 || t.rows.link == nil {
		return d
	}
	last := len(a.Cols) - 1
	return compareSeq(columnar.Slice[uint64](a.Cols[last])[i], columnar.Slice[uint64](b.Cols[last])[j])
}

func (s *saver) writeDeletes(t *Table, to Changes, budget int) (int, error) {
	part := s.queue.next(min(budget, columnar.MaxRows), func(a, b uint64) int {
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
	part := s.queue.next(min(budget, s.blockRows(t)), func(a, b uint64) int {
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

// blockRows returns how many rows of average size make a block.
func (s *saver) blockRows(t *Table) int {
	size := 0
	for _, c := range t.rows.cols {
		size += c.Size()
	}
	return max(1, min(columnar.MaxRows, columnar.MaxBytes/(1+size/max(1, len(t.rows.hash)))))
}

// copyRun copies the longest run of rows that are all in the table, or all
// pre-images, clears their marks, and returns its length.
func (s *saver) copyRun(t *Table, part []uint64) int {
	owed := t.delta.sealed(dirty)
	inTable := func(id RowID) bool { return int(id) < len(t.rows.mark) && t.rows.mark[id]&owed != 0 }
	s.run = s.run[:0]
	from := inTable(uint32(part[0]))
	n := 0
	for ; n < len(part) && inTable(uint32(part[n])) == from; n++ {
		id := uint32(part[n])
		if from {
			t.rows.mark[id] &^= t.delta.sealed(epochMarks)
			s.run = append(s.run, id)
		} else if at, ok := s.preOf[id]; ok {
			delete(s.preOf, id)
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

// copyFrom appends rows s.run of a batch of the same layout to s.out.
func (s *saver) copyFrom(b *columnar.Batch) {
	for c, col := range s.out.Cols {
		col.AppendIDs(b.Cols[c], s.run)
	}
	for _, i := range s.run {
		s.out.Hash = append(s.out.Hash, b.Hash[i])
	}
	s.out.Len += len(s.run)
}

// start empties the output batch.
func (s *saver) start(t *Table, deleted bool) {
	out := &s.outs.upserts
	if deleted {
		out = &s.outs.deletes
	}
	if *out == nil {
		*out = columnar.NewBatch(t.spec.Layout(deleted))
	}
	s.out = *out
	empty(s.out)
}

// empty is Reset that keeps the buffer of the hashes.
func empty(b *columnar.Batch) {
	hash := b.Hash[:0]
	b.Reset()
	b.Hash = hash
}
