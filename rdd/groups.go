package rdd

import (
	"slices"

	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/internal/memory"
)

// groups gathers combined values by key within the memory of a task. When that
// is used up the groups go elsewhere, and gathering begins anew: to the next
// operation if it combines again (full), else to disk, from where they are
// merged at the end.
type groups[K comparable, C any] struct {
	t     *Task
	table *keyed.Table[K, C]
	merge func(C, C) C
	sizes *memory.Sizer[C]
	held  int64 // bytes taken from the task
	deep  int64 // of them, about what values hold outside themselves
	// full takes the groups when memory is used up; nil: they go to disk.
	full   func([]Pair[K, C]) error
	like   *foreseen // tables like this one
	spills int
	busy   bool  // giving groups away: nothing to be had now
	failed error // of a spill
	ondisk *groupRuns[K, C]
}

func newGroups[K comparable, C any](t *Task, table *keyed.Table[K, C], merge func(C, C) C, like *foreseen) *groups[K, C] {
	g := &groups[K, C]{t: t, table: table, merge: merge, sizes: memory.SizerOf[C](), like: like}
	table.Expect(like.expected())
	t.x.Memory.Register(g)
	return g
}

// room takes memory for n more keys whose values hold deep bytes, before any of
// them is looked up: the table may be given away for it.
func (g *groups[K, C]) room(n int, deep int64) error {
	for {
		lack := g.table.Size() + g.table.Growth(n) + g.deep + deep - g.held
		if lack <= 0 {
			g.deep += deep
			return nil
		}
		before := g.spills
		switch err := g.t.x.Memory.Grow(lack, "a group by key"); {
		case g.failed != nil:
			return g.failed
		case err == nil:
			g.held += lack
		case g.table.Expected() > 0: // step by step less may do
			g.table.Expect(0)
		case g.spills == before:
			return err
		}
	}
}

// Spillable implements memory.Spiller.
func (g *groups[K, C]) Spillable() int64 {
	if g.busy || g.table.Len() == 0 {
		return 0
	}
	return g.held
}

// Spill implements memory.Spiller. If values have become much smaller by
// combining than what went into them, counting again is enough.
func (g *groups[K, C]) Spill() error {
	if real := g.sizes.Deep(g.table.Values()); real < g.deep/2 {
		g.t.x.Memory.Shrink(g.deep - real)
		g.held -= g.deep - real
		g.deep = real
		return nil
	}
	g.busy = true
	defer func() { g.busy = false }()
	g.failed = g.away()
	g.spills++
	g.table.Reset()
	g.release()
	return g.failed
}

// away gives all groups away.
func (g *groups[K, C]) away() error {
	g.table.Expect(0)
	if g.full != nil {
		return emitTable(g.table, g.full)
	}
	if g.ondisk == nil {
		var err error
		if g.ondisk, err = newGroupRuns[K, C](g.t); err != nil {
			return err
		}
	}
	return g.ondisk.write(g.table)
}

func (g *groups[K, C]) release() {
	g.t.x.Memory.Shrink(g.held)
	g.held, g.deep = 0, 0
}

// emit pushes every key and its combined value.
func (g *groups[K, C]) emit(emit func([]Pair[K, C]) error) error {
	g.busy = true
	if g.spills == 0 {
		g.like.had(g.table.Len())
	}
	if g.ondisk == nil {
		return emitTable(g.table, emit)
	}
	if err := g.ondisk.write(g.table); err != nil {
		return err
	}
	g.table.Reset()
	g.release()
	return g.ondisk.merge(g, emit)
}

// close gives the memory back.
func (g *groups[K, C]) close() {
	g.t.x.Memory.Unregister(g)
	g.table.Reset()
	g.release()
	g.ondisk.close()
}

// fold adds the values of one input to the groups.
type fold[K comparable, V, C any] struct {
	g     *groups[K, C]
	c     combiner[V, C]
	sizes *memory.Sizer[Pair[K, V]] // nil: combined values have one size
	keys  []K
	seen  int64
}

func newFold[K comparable, V, C any](g *groups[K, C], c combiner[V, C]) *fold[K, V, C] {
	f := &fold[K, V, C]{g: g, c: c, keys: make([]K, 0, maxChunk)}
	if !g.sizes.Flat() {
		f.sizes = memory.SizerOf[Pair[K, V]]()
	}
	return f
}

func (f *fold[K, V, C]) add(in []Pair[K, V]) error {
	keys := slices.Grow(f.keys[:0], len(in))[:len(in)]
	for i := range keys {
		keys[i] = in[i].Key
	}
	f.keys = keys
	var deep int64
	if f.sizes != nil {
		deep = f.sizes.Of(in)
	}
	if err := f.g.room(len(in), deep); err != nil {
		return err
	}
	table, t := f.g.table, f.g.t
	next := uint32(table.Len())
	ids := table.Upsert(keys)[:len(in)]
	values, value := table.Values(), f.c.value
	for i := range in {
		if !t.next(f.seen + int64(i)) {
			return t.live()
		}
		at := &values[ids[i]]
		if ids[i] == next {
			*at = f.c.create(in[i].Value)
			next++
			continue
		}
		*at = value(*at, in[i].Value)
	}
	f.seen += int64(len(in))
	return nil
}

// emitTable pushes the rows of a table in chunks.
func emitTable[K comparable, C any](table *keyed.Table[K, C], emit func([]Pair[K, C]) error) error {
	keys, values := table.Rows()
	out := make([]Pair[K, C], min(len(keys), maxChunk))
	for len(keys) > 0 {
		n := min(len(keys), maxChunk)
		for i := range n {
			out[i] = Pair[K, C]{keys[i], values[i]}
		}
		if err := emit(out[:n]); err != nil {
			return err
		}
		keys, values = keys[n:], values[n:]
	}
	return nil
}
