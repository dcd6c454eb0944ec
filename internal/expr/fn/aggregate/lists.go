package aggregate

import (
	"math/bits"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// grower appends elements to the lists of a state column. A list that is the
// last in storage grows in place; another one moves to the end first, once a
// call, since its new elements come one after the other. What moved leaves
// garbage, which is swept when storage has doubled and half of it is dead.
type grower struct {
	list  *columnar.Vector // array (or text) state column
	start int              // storage used before
}

func grow(list *columnar.Vector) grower { return grower{list, stored(list)} }

func stored(list *columnar.Vector) int {
	if len(list.Child) == 0 {
		return len(list.Bytes)
	}
	return list.Child[0].Len
}

// open makes list r the last in storage.
func (g grower) open(r uint32) {
	v := g.list
	w := v.Views[r]
	end := stored(v)
	if int(w.Off+w.Len) == end {
		return
	}
	if len(v.Child) == 0 {
		v.Bytes = append(v.Bytes, v.Bytes[w.Off:w.Off+w.Len]...)
	}
	for _, c := range v.Child {
		repeat(c, int(w.Off), int(w.Len))
	}
	v.Views[r].Off = uint32(end)
}

// repeat appends n rows of c, from off on, to c itself; text and elements of
// elements are shared.
func repeat(c *columnar.Vector, off, n int) {
	switch {
	case c.Valid != nil || c.Type.Kind() == sqltype.KindStruct || c.Type.Kind() == sqltype.KindNull:
		for j := range n {
			c.AppendFrom(c, off+j)
		}
	case c.Views != nil:
		c.Views = append(c.Views, c.Views[off:off+n]...)
		c.Len += n
	default:
		w, part := sqltype.Width(c.Type), *c
		part.Data = c.Data[off*w : (off+n)*w]
		c.AppendRows(&part, nil, n)
	}
}

// add appends row i of v to list r.
func (g grower) add(r uint32, v *columnar.Vector, i int) {
	g.open(r)
	g.list.Child[0].AppendFrom(v, i)
	g.list.Views[r].Len++
}

// close sweeps if it is time.
func (g grower) close() {
	end := stored(g.list)
	if end < 1<<16 || bits.Len(uint(end)) == bits.Len(uint(g.start)) {
		return
	}
	live := 0
	for _, w := range g.list.Views {
		live += int(w.Len)
	}
	if 2*live > end {
		return
	}
	fresh := columnar.New(g.list.Type)
	fresh.AppendRows(g.list, nil, g.list.Len)
	*g.list = *fresh
}

// byGroup calls f for each entry of rows, the entries of one group together:
// lists then move once a call.
type byGroup struct {
	next  []int32 // the next entry of the same group, by entry
	heads []uint32
	first map[uint32]int32
	last  map[uint32]int32
}

func (b *byGroup) visit(rows []uint32, f func(k int, r uint32)) {
	if b.first == nil {
		b.first, b.last = map[uint32]int32{}, map[uint32]int32{}
	}
	clear(b.first)
	clear(b.last)
	b.heads, b.next = b.heads[:0], b.next[:0]
	for k, r := range rows {
		b.next = append(b.next, -1)
		if l, ok := b.last[r]; ok {
			b.next[l] = int32(k)
		} else {
			b.heads = append(b.heads, r)
			b.first[r] = int32(k)
		}
		b.last[r] = int32(k)
	}
	for _, r := range b.heads {
		for k := b.first[r]; k >= 0; k = b.next[k] {
			f(int(k), r)
		}
	}
}

func listOf(t sqltype.Type) sqltype.Type { return &sqltype.Array{Elem: t} }
