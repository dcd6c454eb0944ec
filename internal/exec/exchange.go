package exec

import (
	"context"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
)

// exchange carries the rows of a stage to the tasks of the next. Its writers
// run first, side by side; after finish its readers, side by side.
type exchange interface {
	// outlet makes the writer of a task.
	outlet(t *boundTask) (task.Outlet, error)
	// reset drops the rows of the epoch before; batches are kept for reuse.
	reset()
	// finish is called once every writer has ended.
	finish() error
	// rows is how many rows the largest reader will get.
	rows() int
	// read lends the batches of a reader in order of the writers. The batch
	// itself is the reader's, its columns are shared.
	read(ctx context.Context, reader int, lend func(*columnar.Batch) error) error
	// release drops what the writer of a task holds.
	release(task int)
}

func newExchange(s *task.Stage, writers, readers, groups int) exchange {
	if s.Output == task.Range {
		return &ranged{stage: s, writers: make([]*rangeWriter, writers), readers: readers}
	}
	return &dealt{stage: s, writers: make([]*writer, writers), readers: readers, groups: groups}
}

// dealt is an exchange in which the place of a row is known when it is
// written: Hash, RoundRobin, Single, Broadcast.
type dealt struct {
	stage   *task.Stage
	writers []*writer
	readers int
	groups  int
}

func (d *dealt) outlet(t *boundTask) (task.Outlet, error) {
	w := &writer{overflow: overflow{memory: t.memory, space: t.spill}, deal: d.stage.Output, turn: t.index, bits: 32}
	w.memory.Register(w)
	parts := d.readers
	if d.stage.Output == task.Broadcast || d.stage.Output == task.Single {
		parts = 1
	}
	w.parts = make([]shelf, parts)
	w.turn %= parts
	d.writers[t.index] = w
	if d.stage.Output != task.Hash {
		return w, nil
	}
	for g := d.groups; g > 1; g >>= 1 {
		w.bits--
	}
	w.owner = owners(parts, d.groups)
	var err error
	w.keys, err = expr.CompileAll(d.stage.Keys, &t.params.Expr)
	return w, err
}

// owners is the task of each key group, the inverse of share.
func owners(n, groups int) []uint16 {
	of := make([]uint16, groups)
	for k := range n {
		s := share(k, n, groups)
		for g := s.Lo; g < s.Hi; g++ {
			of[g] = uint16(k)
		}
	}
	return of
}

func (d *dealt) reset() {
	for _, w := range d.writers {
		w.reset()
	}
}

func (d *dealt) finish() error { return nil }

func (d *dealt) rows() int {
	most := 0
	for p := range d.readers {
		n := 0
		for _, w := range d.writers {
			n += w.parts[d.part(p)].rows
		}
		most = max(most, n)
	}
	return most
}

func (d *dealt) part(reader int) int {
	if d.stage.Output == task.Broadcast || d.stage.Output == task.Single {
		return 0
	}
	return reader
}

func (d *dealt) read(ctx context.Context, reader int, lend func(*columnar.Batch) error) error {
	for _, w := range d.writers {
		part := &w.parts[d.part(reader)]
		if err := w.reread(ctx, part.runs, lend); err != nil {
			return err
		}
		for _, b := range part.batches() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			view := *b
			if err := lend(&view); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dealt) release(k int) { d.writers[k] = nil }

// writer is the outlet of one task into a dealt exchange. What does not fit in
// memory it writes to one file, block by block.
type writer struct {
	overflow
	deal  task.Exchange
	parts []shelf
	turn  int // RoundRobin: part of the next row
	// Hash only.
	keys   []expr.Evaluator
	cols   []*columnar.Vector
	hash   []uint32
	hasher columnar.Hasher
	owner  []uint16 // part of each key group
	bits   uint     // a hash shifted right by bits is its key group
	// Rows of each part in the batch at hand.
	sels [][]uint16
	view columnar.Batch
}

func (w *writer) reset() {
	for i := range w.parts {
		w.parts[i].reset()
	}
	w.overflow.reset()
}

// Write implements task.Outlet.
func (w *writer) Write(b *columnar.Batch) error {
	w.view, w.schema = *b, b.Schema
	w.view.Hash = nil
	if w.deal == task.Hash {
		if err := w.hashRows(b); err != nil {
			return err
		}
	}
	if len(w.parts) == 1 {
		w.grown += w.parts[0].add(&w.view, b.Sel)
		return w.account("an exchange")
	}
	w.place(b)
	for p, sel := range w.sels {
		if len(sel) > 0 {
			w.grown += w.parts[p].add(&w.view, sel)
		}
	}
	return w.account("an exchange")
}

// Spill implements memory.Spiller.
func (w *writer) Spill() error {
	for i := range w.parts {
		if err := w.spill(&w.parts[i]); err != nil {
			return err
		}
	}
	w.freed()
	return nil
}

func (w *writer) hashRows(b *columnar.Batch) error {
	w.cols = w.cols[:0]
	for _, k := range w.keys {
		v, err := k.Eval(b, b.Sel)
		if err != nil {
			return err
		}
		w.cols = append(w.cols, v)
	}
	if cap(w.hash) < b.Len {
		w.hash = make([]uint32, columnar.MaxRows)
	}
	w.hash = w.hash[:b.Len]
	w.hasher.Hash(w.hash, w.cols, b.Sel)
	w.view.Hash = w.hash
	return nil
}

// place sorts the selected rows by part into sels.
func (w *writer) place(b *columnar.Batch) {
	if w.sels == nil {
		w.sels = make([][]uint16, len(w.parts))
	}
	for p := range w.sels {
		w.sels[p] = w.sels[p][:0]
	}
	sel := b.Sel
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	if w.deal == task.Hash {
		for _, r := range sel {
			p := w.owner[w.hash[r]>>w.bits]
			w.sels[p] = append(w.sels[p], r)
		}
		return
	}
	for _, r := range sel {
		w.sels[w.turn] = append(w.sels[w.turn], r)
		if w.turn++; w.turn == len(w.parts) {
			w.turn = 0
		}
	}
}
