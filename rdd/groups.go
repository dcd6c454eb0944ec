package rdd

import (
	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/internal/memory"
)

// groups gathers combined values by key within the memory of a task.
type groups[K comparable, C any] struct {
	t     *Task
	table *keyed.Table[K, C]
	merge func(C, C) C
	// full takes rows when memory is used up; nil: they go to disk, and emit
	// merges what belongs together.
	full func([]Pair[K, C]) error
}

func newGroups[K comparable, C any](t *Task, merge func(C, C) C) *groups[K, C] {
	return &groups[K, C]{t: t, table: keyed.New[K, C](), merge: merge}
}

// emit pushes every key and its combined value.
func (g *groups[K, C]) emit(emit func([]Pair[K, C]) error) error {
	return emitTable(g.table, emit)
}

// close gives the memory back.
func (g *groups[K, C]) close() { g.table.Reset() }

// fold adds the values of one input to the groups.
type fold[K comparable, V, C any] struct {
	g     *groups[K, C]
	c     combiner[V, C]
	sizes *memory.Sizer[V]
	keys  []K
	seen  int64
}

func newFold[K comparable, V, C any](g *groups[K, C], c combiner[V, C]) *fold[K, V, C] {
	return &fold[K, V, C]{g: g, c: c, sizes: memory.SizerOf[V](), keys: make([]K, 0, maxChunk)}
}

func (f *fold[K, V, C]) add(in []Pair[K, V]) error {
	f.keys = f.keys[:0]
	for i := range in {
		f.keys = append(f.keys, in[i].Key)
	}
	table, t := f.g.table, f.g.t
	next := uint32(table.Len())
	ids := table.Upsert(f.keys)
	values := table.Values()
	for i, id := range ids {
		t.row = f.seen + int64(i)
		if id == next {
			values[id] = f.c.create(in[i].Value)
			next++
			continue
		}
		values[id] = f.c.value(values[id], in[i].Value)
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
