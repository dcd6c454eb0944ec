package exec

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/task"
)

// samplesPerWriter bounds what a writer keeps to guess the bounds from.
const samplesPerWriter = 1024

// ranged is an exchange whose readers get ascending ranges of the keys. Rows
// are copied once, by the writer; when all is written, bounds are cut from
// reservoir samples and readers are lent the same batches under selections.
type ranged struct {
	stage   *task.Stage
	writers []*rangeWriter
	readers int
	most    int      // rows in memory of the largest range
	bounds  [][]byte // of the epoch: the last keys of all ranges but the last
}

func (x *ranged) outlet(t *boundTask) (task.Outlet, error) {
	w := &rangeWriter{overflow: overflow{memory: t.memory, space: t.spill}, params: &t.params}
	w.memory.Register(w)
	for i := range x.stage.Keys {
		o := sortkey.Order{Desc: at(x.stage.Desc, i)}
		o.NullsFirst = !o.Desc
		if i < len(x.stage.First) {
			o.NullsFirst = x.stage.First[i]
		}
		w.by = append(w.by, o)
	}
	x.writers[t.index] = w
	var err error
	w.keys, err = expr.CompileAll(x.stage.Keys, &t.params.Expr)
	return w, err
}

func at(s []bool, i int) bool { return i < len(s) && s[i] }

func (x *ranged) reset() {
	for _, w := range x.writers {
		w.reset()
	}
}

func (x *ranged) finish() error {
	x.bounds = x.cutAt()
	totals := make([]int, x.readers)
	for _, w := range x.writers {
		w.cut(x.bounds, totals)
	}
	x.most = slices.Max(totals)
	return nil
}

// sample is a key that stands for weight rows.
type sample struct {
	key    []byte
	weight float64
}

// cutAt chooses the bounds from the samples.
func (x *ranged) cutAt() [][]byte {
	var all []sample
	total := 0.0
	for _, w := range x.writers {
		for _, k := range w.samples {
			all = append(all, sample{k, float64(w.shelf.rows) / float64(len(w.samples))})
		}
		total += float64(w.shelf.rows)
	}
	slices.SortFunc(all, func(a, b sample) int { return bytes.Compare(a.key, b.key) })
	var bounds [][]byte
	sum := 0.0
	for _, s := range all {
		sum += s.weight
		if len(bounds) < x.readers-1 && sum >= total*float64(len(bounds)+1)/float64(x.readers) {
			bounds = append(bounds, s.key)
		}
	}
	return bounds
}

func (x *ranged) rows() int {
	for _, w := range x.writers {
		if len(w.shelf.runs) > 0 {
			return w.shelf.rows
		}
	}
	return x.most
}

func (x *ranged) read(ctx context.Context, reader int, lend func(*columnar.Batch) error) error {
	for _, w := range x.writers {
		if err := x.reread(ctx, w, reader, lend); err != nil {
			return err
		}
		for i, b := range w.shelf.batches() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if len(w.cuts[i]) <= reader || len(w.cuts[i][reader]) == 0 {
				continue
			}
			view := *b
			view.Sel = w.cuts[i][reader]
			if err := lend(&view); err != nil {
				return err
			}
		}
	}
	return nil
}

// reread lends the rows of a range from the blocks that a writer spilled.
func (x *ranged) reread(ctx context.Context, w *rangeWriter, reader int, lend func(*columnar.Batch) error) error {
	if len(w.shelf.runs) == 0 {
		return nil
	}
	params := w.params.Expr
	keys, err := expr.CompileAll(x.stage.Keys, &params)
	if err != nil {
		return err
	}
	r := rangeReader{keys: keys, by: w.by, bounds: x.bounds, part: reader}
	return w.overflow.reread(ctx, w.shelf.runs, func(b *columnar.Batch) error {
		if err := r.choose(b); err != nil || len(b.Sel) == 0 {
			return err
		}
		return lend(b)
	})
}

// rangeReader finds the rows of one range in batches read back.
type rangeReader struct {
	keys   []expr.Evaluator
	by     []sortkey.Order
	bounds [][]byte
	part   int
	cols   []*columnar.Vector
	key    []byte
	sel    []uint16
}

// choose selects the rows of the range.
func (r *rangeReader) choose(b *columnar.Batch) error {
	r.cols, r.sel = r.cols[:0], slices.Grow(r.sel[:0], columnar.MaxRows)
	for _, k := range r.keys {
		v, err := k.Eval(b, nil)
		if err != nil {
			return err
		}
		r.cols = append(r.cols, v)
	}
	for i := range b.Len {
		r.key = sortkey.AppendRow(r.key[:0], r.cols, r.by, i)
		if p, _ := slices.BinarySearchFunc(r.bounds, r.key, bytes.Compare); p == r.part {
			r.sel = append(r.sel, uint16(i))
		}
	}
	b.Sel = r.sel
	return nil
}

func (x *ranged) release(k int) { x.writers[k] = nil }

// rangeWriter is the outlet of one task into a ranged exchange.
type rangeWriter struct {
	overflow
	params  *task.Params
	keys    []expr.Evaluator
	by      []sortkey.Order
	cols    []*columnar.Vector
	view    columnar.Batch
	shelf   shelf
	sorted  sortkey.Keys // keys of the shelf's rows, in order
	seen    int          // rows of the epoch
	samples [][]byte
	random  *rand.Rand
	cuts    [][][]uint16 // by batch of the shelf, by reader
}

func (w *rangeWriter) reset() {
	w.overflow.reset()
	w.shelf.reset()
	w.sorted.Reset()
	w.seen = 0
	w.samples, w.cuts = w.samples[:0], w.cuts[:0]
	w.random = nil
}

// Write implements task.Outlet.
func (w *rangeWriter) Write(b *columnar.Batch) error {
	w.cols = w.cols[:0]
	for _, k := range w.keys {
		v, err := k.Eval(b, b.Sel)
		if err != nil {
			return err
		}
		w.cols = append(w.cols, v)
	}
	first := w.sorted.Len()
	w.sorted.Append(w.cols, w.by, b.Sel, b.Len)
	for i := first; i < w.sorted.Len(); i++ {
		w.sample(w.sorted.At(i))
	}
	w.view, w.schema = *b, b.Schema
	w.view.Hash = nil
	w.grown += w.shelf.add(&w.view, b.Sel)
	return w.account("a range exchange")
}

// Spill implements memory.Spiller. Keys are not written: readers compute them
// again.
func (w *rangeWriter) Spill() error {
	if err := w.spill(&w.shelf); err != nil {
		return err
	}
	w.sorted = sortkey.Keys{}
	w.freed()
	return nil
}

// sample is Vitter's reservoir, algorithm R.
func (w *rangeWriter) sample(key []byte) {
	if w.random == nil {
		w.random = rand.New(rand.NewPCG(w.params.Expr.Seed, uint64(w.params.Expr.Task)))
	}
	w.seen++
	if len(w.samples) < samplesPerWriter {
		w.samples = append(w.samples, bytes.Clone(key))
	} else if k := w.random.IntN(w.seen); k < samplesPerWriter {
		w.samples[k] = append(w.samples[k][:0], key...)
	}
}

// cut selects the rows of each range in each batch and adds them to totals.
func (w *rangeWriter) cut(bounds [][]byte, totals []int) {
	row := 0
	for _, b := range w.shelf.batches() {
		sels := make([][]uint16, len(totals))
		for r := range b.Len {
			p, _ := slices.BinarySearchFunc(bounds, w.sorted.At(row), bytes.Compare)
			sels[p] = append(sels[p], uint16(r))
			totals[p]++
			row++
		}
		w.cuts = append(w.cuts, sels)
	}
}
