package exec

import (
	"context"
	"math"

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
	fine    int // finer shelves of a reader, of Hash
}

func (d *dealt) outlet(t *boundTask) (task.Outlet, error) {
	w := &writer{overflow: overflow{memory: t.memory, space: t.spill}, deal: d.stage.Output, turn: t.index, bits: 32}
	w.memory.Register(w)
	parts := d.readers
	if d.stage.Output == task.Broadcast || d.stage.Output == task.Single {
		parts = 1
	}
	w.parts, w.readers = make([]shelf, parts), parts
	w.turn %= parts
	d.writers[t.index] = w
	if d.stage.Output != task.Hash {
		return w, nil
	}
	for g := d.groups; g > 1; g >>= 1 {
		w.bits--
	}
	d.fine = min(32, max(1, mostShelves/parts))
	w.coarse, w.fine = owners(parts, d.groups), fineOwners(parts, d.fine, d.groups)
	w.owner = w.coarse
	w.parts = make([]shelf, parts+parts*d.fine)
	for i := range w.parts[parts:] {
		w.parts[parts+i].fine = true
	}
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

// Rows dealt by hash are laid out by finer ranges of key groups once a writer has
// coarseRows of them in an epoch: a reader then gets the keys of one range after
// those of another, so that what a table holds of them is in cache, and their
// new rows lie side by side in the order in which a delta wants them.
const (
	mostShelves = 64
	coarseRows  = 1 << 17
)

// fineOwners is the shelf of each key group: the fine ones of task k follow one
// another behind the n shelves of whole tasks.
func fineOwners(n, fine, groups int) []uint16 {
	of := make([]uint16, groups)
	for k := range n {
		s := share(k, n, groups)
		for g := s.Lo; g < s.Hi; g++ {
			of[g] = uint16(n + k*fine + (g-s.Lo)*fine/(s.Hi-s.Lo))
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
		d.shelves(p, func(_ *writer, s *shelf) error { n += s.rows; return nil })
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

// shelves visits what a reader reads, of each writer what was dealt to whole
// parts before anything finer, so that rows of one key keep their order.
func (d *dealt) shelves(reader int, visit func(*writer, *shelf) error) error {
	p := d.part(reader)
	for _, w := range d.writers {
		if err := visit(w, &w.parts[p]); err != nil {
			return err
		}
	}
	if d.stage.Output != task.Hash {
		return nil
	}
	for f := range d.fine {
		for _, w := range d.writers {
			if err := visit(w, &w.parts[d.readers+p*d.fine+f]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dealt) read(ctx context.Context, reader int, lend func(*columnar.Batch) error) error {
	return d.shelves(reader, func(w *writer, s *shelf) error {
		if err := w.reread(ctx, s.runs, lend); err != nil {
			return err
		}
		for _, b := range s.batches() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			view := *b
			if err := lend(&view); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *dealt) release(k int) { d.writers[k] = nil }

// writer is the outlet of one task into a dealt exchange. What does not fit in
// memory it writes to one file, block by block.
type writer struct {
	overflow
	deal    task.Exchange
	readers int     // that get different rows
	parts   []shelf // Hash: one a reader, then fine ones
	turn    int     // RoundRobin: part of the next row
	// Hash only.
	keys   []expr.Evaluator
	cols   []*columnar.Vector
	hash   []uint32
	hasher columnar.Hasher
	owner  []uint16 // shelf of each key group: coarse or fine
	coarse []uint16
	fine   []uint16
	rows   int  // of this epoch
	bits   uint // a hash shifted right by bits is its key group
	// Rows of each part in the batch at hand.
	sels  [][]uint16
	ends  []uint16 // where they end in order
	to    []uint16 // part of each selected row
	order []uint16 // the selected rows by part
	view  columnar.Batch
}

func (w *writer) reset() {
	for i := range w.parts {
		w.parts[i].reset()
	}
	w.overflow.reset()
	w.owner, w.rows = w.coarse, 0
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
	if w.rows += b.Rows(); w.rows > coarseRows {
		w.owner = w.fine
	}
	if w.readers == 1 && (w.deal != task.Hash || w.rows <= coarseRows) {
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
	w.owner, w.rows = w.coarse, math.MinInt // many shelves would make small blocks
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

// place sorts the selected rows by part into sels: it counts them, then deals
// them out, so that no part grows by single rows.
func (w *writer) place(b *columnar.Batch) {
	if w.sels == nil {
		w.sels, w.ends = make([][]uint16, len(w.parts)), make([]uint16, len(w.parts)+1)
		w.to, w.order = make([]uint16, columnar.MaxRows), make([]uint16, columnar.MaxRows)
	}
	sel := b.Sel
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	to, order, ends := w.to[:len(sel)], w.order[:len(sel)], w.ends
	clear(ends)
	w.choose(sel, to)
	for _, p := range to {
		ends[p+1]++
	}
	for p := range w.parts {
		ends[p+1] += ends[p]
	}
	for j, p := range to {
		order[ends[p]] = sel[j] // ends[p] is where part p goes on
		ends[p]++
	}
	from := uint16(0)
	for p := range w.sels {
		w.sels[p], from = order[from:ends[p]], ends[p]
	}
}

// choose says to which part each of the rows goes.
func (w *writer) choose(sel, to []uint16) {
	if w.deal == task.Hash {
		for j, r := range sel {
			to[j] = w.owner[w.hash[r]>>w.bits]
		}
		return
	}
	for j := range to {
		to[j] = uint16(w.turn)
		if w.turn++; w.turn == w.readers {
			w.turn = 0
		}
	}
}
