package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
)

// saver writes a sealed epoch in slices while the next one runs: first what
// expired, then deletions, then upserts, so that a key removed and made again
// in one epoch is there in the end. Rows that change before they are written
// leave a pre-image.
//
// Of unordered stores rows leave in whatever order costs least: if many were
// touched, in that of the memory they lie in. Others leave in order of (hash, key,
// insertion), which ordered.go sees to.
type saver struct {
	stage   stage
	ids     []RowID         // touched rows of the epoch; may name one twice, and removed ones
	sweep   bool            // they are found by their marks: ids are many
	at      int             // how much of what the stage goes through is done
	pre     *columnar.Batch // pre-images
	gone    *columnar.Batch
	dropped bool
	upTo    eventtime.Watermark

	ordered *ordered // nil: any order will do
	run     []RowID
	one     [1]RowID
	out     *columnar.Batch // one of outs
	outs    struct{ upserts, deletes *columnar.Batch }
}

type stage uint8

const (
	idle    stage = iota
	drops         // the expiry is to be told
	deletes       // deletions are being written
	upserts
	images // pre-images are being written; where there is an order they are among the upserts
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
	}
	if s.ordered != nil {
		s.ordered.preOf[id] = uint32(s.pre.Len)
	}
	s.one[0] = id
	t.copyTo(s.pre, s.one[:], false)
}

// save writes up to about budget rows and returns how many it did.
func (s *saver) save(t *Table, to Changes, budget int) (n int, err error) {
	step := s.step
	if s.ordered != nil {
		step = s.stepOrdered
	}
	for s.stage != idle && n < budget && err == nil {
		var k int
		k, err = step(t, to, budget-n)
		n += max(k, 1)
	}
	return n, err
}

// lookPrice is how many rows are looked at for the price of one written.
const lookPrice = 16

func (s *saver) step(t *Table, to Changes, budget int) (n int, err error) {
	before := s.stage
	switch s.stage {
	case drops:
		if s.dropped {
			err = to.Drop(t.spec.Name, s.upTo)
		}
		s.sweep = len(s.ids) > len(t.rows.mark)/lookPrice
	case deletes:
		n, err = s.writeRows(t, to, s.gone, true, budget)
	case upserts:
		n, err = s.writeTouched(t, to, budget)
	case images:
		n, err = s.writeRows(t, to, s.pre, false, budget)
	}
	if n > 0 || err != nil {
		return n, err
	}
	s.at = 0
	if s.stage++; before == images {
		s.end(t)
	}
	return 0, nil
}

// writeRows writes the next rows of a batch in the form of Layout.
func (s *saver) writeRows(t *Table, to Changes, from *columnar.Batch, deleted bool, budget int) (int, error) {
	n := min(rowsOf(from)-s.at, budget, columnar.MaxRows)
	if n == 0 {
		return 0, nil
	}
	s.start(t, deleted)
	s.run = s.run[:0]
	for range n {
		s.run = append(s.run, RowID(s.at))
		s.at++
	}
	s.copyFrom(from)
	return n, to.Rows(t.spec.Name, s.out, deleted)
}

// writeTouched writes the next touched rows that did not leave a pre-image.
func (s *saver) writeTouched(t *Table, to Changes, budget int) (looked int, err error) {
	most := min(budget, s.blockRows(t))
	before := s.at
	if s.run = s.run[:0]; s.sweep {
		s.sweepMarks(t, most)
	} else {
		s.takeListed(t, most)
	}
	if len(s.run) == 0 {
		return (s.at - before + lookPrice - 1) / lookPrice, nil
	}
	s.start(t, false)
	t.copyTo(s.out, s.run, false)
	return len(s.run) + (s.at-before)/lookPrice, to.Rows(t.spec.Name, s.out, false)
}

// sweepMarks takes up to most rows that are owed from those next in memory.
func (s *saver) sweepMarks(t *Table, most int) {
	marks := t.rows.mark[min(s.at, len(t.rows.mark)):] // fewer if rows were cleared away
	marks = marks[:min(len(marks), most*lookPrice)]
	s.run = extend(s.run, most)
	n, owed, all := 0, t.delta.sealed(dirty), t.delta.sealed(epochMarks)
	for i, m := range marks {
		if n == most {
			marks = marks[:i]
			break
		}
		s.run[n] = RowID(s.at + i)
		n += int((m & owed) >> (t.delta.turn ^ 1))
		marks[i] = m &^ all
	}
	s.at += len(marks)
	s.run = s.run[:n]
}

// takeListed takes up to most rows that are owed from those listed.
func (s *saver) takeListed(t *Table, most int) {
	ids := s.ids[s.at:min(len(s.ids), s.at+most)]
	for _, id := range ids {
		if s.owes(t, id) {
			t.rows.mark[id] &^= t.delta.sealed(epochMarks)
			s.run = append(s.run, id)
		}
	}
	s.at += len(ids)
}

// owes reports whether a row of the epoch is still to be written as it is in the
// table.
func (s *saver) owes(t *Table, id RowID) bool {
	return int(id) < len(t.rows.mark) && t.rows.mark[id]&t.delta.sealed(dirty) != 0
}

// end forgets the epoch.
func (s *saver) end(t *Table) {
	s.stage = idle
	s.ids = s.ids[:0]
	if s.pre != nil {
		empty(s.pre)
	}
	if s.ordered != nil {
		clear(s.ordered.preOf)
	}
	if s.gone != nil {
		empty(s.gone)
	}
	t.recycle()
}

// blockRows returns how many rows of average size make a block.
func (s *saver) blockRows(t *Table) int {
	size := 0
	for _, c := range t.rows.cols {
		size += c.Size()
	}
	return max(1, min(columnar.MaxRows, columnar.MaxBytes/(1+size/max(1, len(t.rows.hash)))))
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
