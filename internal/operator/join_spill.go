package operator

import (
	"io"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// joinParts is how many parts a join is cut into whose built side does not fit
// in memory; one part of it must fit.
const joinParts = 64

// overflow is the rows of a join whose built side does not fit in memory: both
// sides go to disk in parts by the hash of their keys, and are joined part by
// part (grace hash join; Kitsuregawa, Tanaka and Moto-oka, 1983).
type overflow struct {
	space          memory.Space
	memory         *memory.Account
	file           *spill.File // nil: everything fits so far
	built, probing spilledSide
}

// open prepares for spilling; without a space nothing ever spills.
func (o *overflow) open(j *Join, c *task.Context) (err error) {
	built, probing := j.Right, j.Left
	builtKeys, probingKeys := j.RightKeys, j.LeftKeys
	if j.BuildLeft {
		built, probing, builtKeys, probingKeys = probing, built, probingKeys, builtKeys
	}
	if c.Spill == nil || c.Memory == nil || len(builtKeys) == 0 {
		return nil
	}
	o.space, o.memory = c.Spill, c.Memory
	if err = o.built.open(built, builtKeys, c); err == nil {
		err = o.probing.open(probing, probingKeys, c)
	}
	c.Memory.Register(&j.build)
	c.Memory.Register(o)
	return err
}

// on reports whether the built side is on disk.
func (o *overflow) on() bool { return o.file != nil }

// Spillable implements memory.Spiller: for the rows of the probing side that
// wait for the built one.
func (o *overflow) Spillable() int64 { return o.probing.wait.held }

// Spill implements memory.Spiller.
func (o *overflow) Spill() error {
	err := o.probing.write(o.probing.wait.rows, o.file)
	o.probing.wait.drop()
	return err
}

// create makes the file, unless there is one.
func (o *overflow) create() (err error) {
	if o.file == nil {
		o.file, err = spill.Create(o.space, "join")
	}
	return err
}

// clear removes what is on disk.
func (o *overflow) clear() error {
	if o.file == nil {
		return nil
	}
	o.built.runs, o.probing.runs = [joinParts][]spill.Run{}, [joinParts][]spill.Run{}
	o.probing.wait.drop()
	f := o.file
	o.file = nil
	return f.Close()
}

// release is clear for good.
func (o *overflow) release(j *Join) error {
	if o.memory != nil {
		o.memory.Unregister(&j.build)
		o.memory.Unregister(o)
	}
	return o.clear()
}

// spilledSide is a side of a join on disk.
type spilledSide struct {
	wait   pile // of the probing side: not on disk yet
	keys   columns
	hasher columnar.Hasher
	hash   []uint32
	part   []uint8 // by row of what is being written
	ids    []uint32
	buf    *columnar.Batch
	runs   [joinParts][]spill.Run
}

func (h *spilledSide) open(s *sqltype.Struct, keys []expr.Node, c *task.Context) (err error) {
	h.wait = newPile(s, c.Memory, "the probing side of a join")
	h.buf = columnar.NewBatch(s)
	h.hash = make([]uint32, columnar.MaxRows)
	h.keys, err = compile(keys, &c.Params.Expr)
	return err
}

// write appends rows, any number, to the runs of their parts.
func (h *spilledSide) write(rows *columnar.Batch, to *spill.File) error {
	if err := h.assign(rows); err != nil {
		return err
	}
	for p := range h.runs {
		h.ids = h.ids[:0]
		for r, of := range h.part {
			if int(of) == p {
				h.ids = append(h.ids, uint32(r))
			}
		}
		if err := h.writePart(rows, p, to); err != nil {
			return err
		}
	}
	return nil
}

func (h *spilledSide) writePart(rows *columnar.Batch, p int, to *spill.File) error {
	for ids := range slices.Chunk(h.ids, columnar.MaxRows) {
		h.buf.Reset()
		for i, c := range rows.Cols {
			h.buf.Cols[i].AppendIDs(c, ids)
		}
		h.buf.Len = len(ids)
		run, err := to.Write(h.buf)
		if err != nil {
			return err
		}
		h.runs[p] = append(h.runs[p], run)
	}
	return nil
}

// assign sets h.part for each row.
func (h *spilledSide) assign(rows *columnar.Batch) error {
	h.part = h.part[:0]
	for lo := 0; lo < rows.Len; lo += columnar.MaxRows {
		n := min(columnar.MaxRows, rows.Len-lo)
		h.buf.Reset()
		for i, c := range rows.Cols {
			h.buf.Cols[i].AppendRange(c, lo, lo+n)
		}
		h.buf.Len = n
		cols, err := h.keys.eval(h.buf, nil)
		if err != nil {
			return err
		}
		h.hasher.Hash(h.hash[:n], cols, nil)
		for _, x := range h.hash[:n] {
			h.part = append(h.part, partOf(x))
		}
	}
	return nil
}

// partOf mixes a hash: its top bits say which task has it, its low ones where
// tables keep it.
func partOf(hash uint32) uint8 { return uint8(hash * 0x9e3779b1 >> (32 - 6)) }

// each visits the rows of a part.
func (h *spilledSide) each(p int, from *spill.File, visit func(*columnar.Batch) error) error {
	r := from.Read(h.buf.Schema, h.runs[p])
	defer r.Close()
	for {
		switch err := r.Next(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := visit(r.Batch); err != nil {
			return err
		}
	}
}

// Spillable implements memory.Spiller: while the side is built.
func (d *builder) Spillable() int64 {
	if !d.building || d.rows.Len == 0 {
		return 0
	}
	return d.held + d.scratch.Metrics().Bytes
}

// Spill implements memory.Spiller: the rows built so far go to disk.
func (d *builder) Spill() error {
	if err := d.over.create(); err != nil {
		return err
	}
	err := d.over.built.write(d.rows, d.over.file)
	d.pile.drop()
	d.empty()
	d.table.Discard()
	return err
}

// hold keeps rows of the probing side until the parts are joined.
func (j *Join) hold(b *columnar.Batch) error {
	if j.build.rows.Len > 0 {
		if err := j.build.Spill(); err != nil {
			return err
		}
	}
	return j.over.probing.wait.add(b, b.Sel)
}

// drain joins what is on disk, part by part. The built side stays, for what may
// still come; the probing one is done.
func (j *Join) drain(out task.Out) error {
	if err := j.over.Spill(); err != nil {
		return err
	}
	for p := range joinParts {
		if err := j.drainPart(p, out); err != nil {
			return err
		}
	}
	j.build.empty()
	return nil
}

func (j *Join) drainPart(p int, out task.Out) error {
	unmatched := j.keeps(j.BuildLeft)
	if len(j.over.probing.runs[p]) == 0 && !unmatched {
		return nil
	}
	j.build.empty()
	if err := j.over.built.each(p, j.over.file, j.build.add); err != nil {
		return err
	}
	if err := j.over.probing.each(p, j.over.file, func(b *columnar.Batch) error { return j.probe.push(b, out) }); err != nil {
		return err
	}
	j.over.probing.runs[p] = nil
	if !unmatched {
		return nil
	}
	return j.probe.unmatchedBuilt(out)
}
