package store

import (
	"io"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/memory"
)

// Spill lets a table of a batch run hold more than memory. When the account
// asks, the rows go to disk in order of (hash, key), a run, and the table
// begins anew: so it comes to hold partial results, which Merge brings together
// an interval of hashes at a time. Nothing recurses, and skew does no harm
// short of one giant row.
//
// The table has neither expiry nor several rows a key, and is volatile.
type Spill struct {
	t       *Table
	space   memory.Space
	file    memory.File
	runs    []extent
	enc     *block.Encoder
	buf     []byte
	batch   *columnar.Batch
	merging bool
}

// extent is the bytes [at, end) of the spill file.
type extent struct{ at, end int64 }

// A run is cut into about runBlocks blocks of at most maxSpillBlock bytes, for
// about one block of every run is in memory while they are merged.
const (
	runBlocks     = 64
	maxSpillBlock = 256 << 10
)

// NewSpill makes t spill into space and registers it with the table's account.
func NewSpill(t *Table, space memory.Space) *Spill {
	s := &Spill{t: t, space: space, enc: block.NewEncoder(block.Plain), batch: columnar.NewBatch(t.spec.Layout(false))}
	if t.memory.account != nil {
		t.memory.account.Register(s)
	}
	return s
}

// Close removes the spill file.
func (s *Spill) Close() error {
	if s.t.memory.account != nil {
		s.t.memory.account.Unregister(s)
	}
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// Spilled reports whether rows are on disk.
func (s *Spill) Spilled() bool { return len(s.runs) > 0 }

// Spillable implements memory.Spiller.
func (s *Spill) Spillable() int64 {
	if s.merging || s.t.rows.live == 0 {
		return 0
	}
	return s.t.memory.bytes
}

// Spill implements memory.Spiller: it writes the rows out as a run, and the
// table is empty. RowIDs are dead.
func (s *Spill) Spill() error {
	if s.file == nil {
		f, err := s.space.Create(s.t.spec.Name)
		if err != nil {
			return err
		}
		s.file = f
	}
	at := s.file.Size()
	if err := s.write(s.t.byHash()); err != nil {
		return err
	}
	s.runs = append(s.runs, extent{at, s.file.Size()})
	s.t.Discard()
	return nil
}

// write writes rows as blocks.
func (s *Spill) write(entries []uint64) error {
	size := 0
	for _, c := range s.t.rows.cols {
		size += c.Size()
	}
	rows := max(1, min(columnar.MaxRows, maxSpillBlock/(1+size/max(1, len(entries))), len(entries)/runBlocks))
	ids := make([]RowID, 0, rows)
	for part := range slices.Chunk(entries, rows) {
		ids = ids[:0]
		for _, e := range part {
			ids = append(ids, uint32(e))
		}
		empty(s.batch)
		s.t.copyTo(s.batch, ids, false)
		var err error
		if s.buf, err = s.enc.Append(s.buf[:0], s.batch); err != nil {
			return err
		}
		if _, err := s.file.Write(s.buf); err != nil {
			return err
		}
	}
	return nil
}

// byHash returns the rows in order of (hash, key) as hash above id.
func (t *Table) byHash() []uint64 {
	entries := make([]uint64, 0, t.rows.live)
	for id, m := range t.rows.mark {
		if m&live != 0 {
			entries = append(entries, uint64(t.rows.hash[id])<<32|uint64(id))
		}
	}
	entries, _ = sortHashes(entries, nil)
	cols := t.rows.cols
	eachTie(entries, func(run []uint64) {
		slices.SortFunc(run, func(a, b uint64) int {
			return compareKeys(cols, cols, t.rows.keys, int(uint32(a)), int(uint32(b)))
		})
	})
	return entries
}

// Discard removes every row of a volatile table without expiry and gives the
// buffers back.
func (t *Table) Discard() {
	partial := t.rows.tag != nil
	t.died++
	t.rows = newRows(t.spec)
	if partial {
		t.rows.tag = make([]uint32, 0, 8)
	}
	t.index = newIndex()
	if t.packed != nil {
		t.packed = newPacked()
	}
	t.memory.release()
}

// Merge brings the rows of all runs and of the table together: merge adds the
// value columns from, rows sel, to the rows ids of the table, which are zero at
// first; visit then takes rows that are complete, in chunks, and each key
// once. The table is empty in the end. Without runs visit takes the rows as
// they are.
func (s *Spill) Merge(merge func(ids []RowID, from []*columnar.Vector, sel []uint16) error, visit func(ids []RowID) error) error {
	if !s.Spilled() {
		if err := s.t.All(visit); err != nil {
			return err
		}
		s.t.Clear()
		return nil
	}
	if err := s.Spill(); err != nil {
		return err
	}
	s.merging = true
	defer func() { s.merging = false }()
	m, err := s.open()
	if err != nil {
		return err
	}
	defer m.close()
	for m.any() {
		if err := m.interval(merge); err != nil {
			return err
		}
		if err := s.t.All(visit); err != nil {
			return err
		}
		s.t.Clear()
	}
	return nil
}

// merger reads runs side by side.
type merger struct {
	t     *Table
	runs  []*runReader
	ids   []RowID
	fresh []RowID
}

// runReader is the current block of a run.
type runReader struct {
	r    *block.Reader
	b    *columnar.Batch
	at   int // rows of b that are done
	done bool
}

func (s *Spill) open() (*merger, error) {
	m := &merger{t: s.t}
	for _, x := range s.runs {
		r := &runReader{r: block.NewReader(s.file, x.at, x.end, s.t.spec.Name), b: columnar.NewBatch(s.batch.Schema)}
		m.runs = append(m.runs, r)
		if err := r.next(); err != nil {
			m.close()
			return nil, err
		}
	}
	return m, nil
}

func (m *merger) close() {
	for _, r := range m.runs {
		r.r.Close()
	}
}

// next reads the next block once the current one is done.
func (r *runReader) next() error {
	for r.at == r.b.Len && !r.done {
		r.at = 0
		if err := r.r.Next(r.b); err == io.EOF {
			r.done = true
			r.b.Reset()
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) any() bool {
	return slices.ContainsFunc(m.runs, func(r *runReader) bool { return !r.done })
}

// interval merges every row up to the lowest hash that ends a block: then that
// block is used up, and at most a block of each other run is in the table.
func (m *merger) interval(merge func([]RowID, []*columnar.Vector, []uint16) error) error {
	bound := uint32(1<<32 - 1)
	for _, r := range m.runs {
		if !r.done {
			bound = min(bound, r.b.Hash[r.b.Len-1])
		}
	}
	for _, r := range m.runs {
		for !r.done && r.b.Hash[r.at] <= bound {
			if err := m.take(r, bound, merge); err != nil {
				return err
			}
		}
	}
	return nil
}

// take merges the rows of the current block of r up to the bound.
func (m *merger) take(r *runReader, bound uint32, merge func([]RowID, []*columnar.Vector, []uint16) error) error {
	end := r.at
	for end < r.b.Len && r.b.Hash[end] <= bound {
		end++
	}
	keys := m.t.rows.keys
	sel := columnar.All(end)[r.at:]
	m.ids = extend(m.ids[:0], len(sel))
	var err error
	m.fresh, err = m.t.Upsert(Keys{Hash: r.b.Hash, Cols: r.b.Cols[:keys], Sel: sel, N: r.b.Len}, m.ids, m.fresh[:0])
	if err != nil {
		return err
	}
	if err := merge(m.ids, r.b.Cols[keys:len(m.t.rows.cols)], sel); err != nil {
		return err
	}
	r.at = end
	return r.next()
}
