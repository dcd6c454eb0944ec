package rdd

import (
	"io"
	"math/bits"
	"slices"

	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/internal/spill"
)

// groupRuns are groups that did not fit in memory: runs of partial results on
// disk, each in the order of the keys' hashes. They are merged an interval of
// hashes at a time, so that nothing recurses, and skew does no harm short of
// one giant group.
type groupRuns[K comparable, C any] struct {
	file  *spill.File
	codec *spill.Codec[Pair[K, C]]
	runs  [][]spill.Run
}

// spillBlock is about the size of a block of a run: of each, one is in memory
// while they are merged.
const spillBlock = 32 << 10

func newGroupRuns[K comparable, C any](t *Task) (*groupRuns[K, C], error) {
	codec, err := spill.CodecOf[Pair[K, C]]()
	if err != nil {
		return nil, err
	}
	f, err := spill.Create(t.x.Spill, "groups")
	return &groupRuns[K, C]{file: f, codec: codec}, err
}

// close removes the file.
func (r *groupRuns[K, C]) close() {
	if r != nil && r.file != nil {
		r.file.Close() // what cannot be removed goes with the task
	}
}

// write adds the rows of a table as a run.
func (r *groupRuns[K, C]) write(table *keyed.Table[K, C]) error {
	keys, values := table.Rows()
	order := make([]uint64, len(keys))
	for i, k := range keys {
		order[i] = uint64(table.Hash(k))<<32 | uint64(i)
	}
	slices.Sort(order)
	w := spill.NewWriter(r.file, spillBlock)
	for _, o := range order {
		i := uint32(o)
		if err := spill.Add(w, r.codec, &Pair[K, C]{keys[i], values[i]}); err != nil {
			return err
		}
	}
	run, err := w.Runs()
	r.runs = append(r.runs, run)
	return err
}

// merge folds the runs together and pushes the results.
func (r *groupRuns[K, C]) merge(g *groups[K, C], emit func([]Pair[K, C]) error) error {
	readers := make([]groupReader[K, C], len(r.runs))
	for i, run := range r.runs {
		readers[i].rows = spill.ReadRows(r.file, r.codec, run)
		defer readers[i].rows.Close()
	}
	// Each interval takes about a quarter of what a run took.
	shift := 32 - bits.Len(uint(4*len(r.runs)-1))
	f := newFold[K](g, combiner[C, C]{create: func(c C) C { return c }, value: g.merge})
	for interval := range uint32(1) << (32 - shift) {
		for i := range readers {
			if err := readers[i].upTo(interval, shift, g.table, f.add); err != nil {
				return err
			}
		}
		if err := emitTable(g.table, emit); err != nil {
			return err
		}
		g.table.Reset()
		g.release()
	}
	return nil
}

// groupReader reads a run.
type groupReader[K comparable, C any] struct {
	rows spill.Rows[Pair[K, C]]
	next []Pair[K, C]
	done bool
}

// upTo adds the rows whose hash lies in the interval.
func (r *groupReader[K, C]) upTo(interval uint32, shift int, table *keyed.Table[K, C], add func([]Pair[K, C]) error) error {
	for {
		n := 0
		for n < len(r.next) && n < maxChunk && table.Hash(r.next[n].Key)>>shift <= interval {
			n++
		}
		if n > 0 {
			if err := add(r.next[:n]); err != nil {
				return err
			}
			r.next = r.next[n:]
			continue
		}
		if len(r.next) > 0 || r.done {
			return nil
		}
		var err error
		if r.next, err = r.rows.Next(); err == io.EOF {
			r.done = true
			return nil
		} else if err != nil {
			return err
		}
	}
}
