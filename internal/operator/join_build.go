package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// builder is the side of a join that is held: its rows in a pile, and for each
// key the chain of its rows in the order they came.
type builder struct {
	groups
	pile
	nullSafe []bool
	keepAll  bool // rows with null keys too, because unmatched rows are emitted
	keyed    bool
	head     []uint32 // by id of the key: first row
	tail     []uint32
	next     []uint32 // by row of the pile, noRow ends
	many     bool     // some key has several rows
	lent     bool     // the columns of the pile were handed on as dictionaries
	seen     bool     // any row, kept or not
	nullKey  bool     // some row had a null key
	building bool     // no row has probed yet
	over     *overflow
	matched  columnar.Bitmap
	sel      []uint16
}

func (d *builder) open(side *sqltype.Struct, keys []expr.Node, nullSafe []bool, keepAll bool, c *task.Context) (err error) {
	d.pile = newPile(side, c.Memory, "the built side of a join")
	d.nullSafe, d.keepAll, d.keyed = nullSafe, keepAll, len(keys) > 0
	if !d.keyed {
		return nil
	}
	spec := store.Spec{Name: "join", Value: &sqltype.Struct{}}
	d.groups, err = openGroups(keys, spec, false, c)
	d.groups.private = true
	return err
}

// add keeps the rows of b.
func (d *builder) add(b *columnar.Batch) error {
	d.seen = d.seen || b.Rows() > 0
	if !d.keyed {
		return d.pile.add(b, b.Sel)
	}
	k, err := d.keysOf(b, b.Sel, nil)
	if err != nil {
		return err
	}
	if d.sel == nil {
		d.sel = make([]uint16, 0, columnar.MaxRows)
	}
	d.sel = withoutNulls(k.Cols, d.nullSafe, selected(b), d.sel[:0])
	d.nullKey = d.nullKey || len(d.sel) < b.Rows()
	k.Sel = d.sel
	ids := d.ids[:len(d.sel)]
	if _, err := d.table.Upsert(k, ids, d.fresh[:0]); err != nil {
		return err
	}
	first := uint32(d.rows.Len)
	if !d.keepAll {
		d.link(ids, first)
		return d.pile.add(b, d.sel)
	}
	d.linkSome(ids, first, selected(b))
	return d.pile.add(b, b.Sel)
}

// link chains rows first, first+1, ... to their keys.
func (d *builder) link(ids []store.RowID, first uint32) {
	for k, id := range ids {
		d.chain(id, first+uint32(k))
	}
}

// linkSome is link where the rows are those of sel and only those of d.sel
// have keys.
func (d *builder) linkSome(ids []store.RowID, first uint32, sel []uint16) {
	k := 0
	for i, r := range sel {
		if k < len(d.sel) && d.sel[k] == r {
			d.chain(ids[k], first+uint32(i))
			k++
		}
	}
	d.reach(first + uint32(len(sel)))
}

func (d *builder) chain(id store.RowID, row uint32) {
	for int(id) >= len(d.head) {
		d.head, d.tail = append(d.head, noRow), append(d.tail, noRow)
	}
	d.reach(row + 1)
	if d.head[id] == noRow {
		d.head[id] = row
	} else {
		d.next[d.tail[id]] = row
		d.many = true
	}
	d.tail[id] = row
}

func (d *builder) reach(rows uint32) {
	for uint32(len(d.next)) < rows {
		d.next = append(d.next, noRow)
	}
}

// lend returns the columns of the pile, which do not change from now on.
func (d *builder) lend() []*columnar.Vector {
	d.lent = true
	return d.rows.Cols
}

// clear forgets every row, those on disk too.
func (d *builder) clear() error {
	d.empty()
	d.seen, d.nullKey, d.building = false, false, true
	return d.over.clear()
}

// empty drops the rows in memory.
func (d *builder) empty() {
	if d.lent {
		d.rows, d.lent = columnar.NewBatch(d.rows.Schema), false
	}
	d.pile.clear()
	d.head, d.tail, d.next = d.head[:0], d.tail[:0], d.next[:0]
	d.many = false
	clear(d.matched)
	if d.keyed && d.table.Rows() > 0 {
		d.table.Clear()
	}
}

// mark remembers that rows have found a match.
func (d *builder) mark(rows []int32, sel []uint16) {
	for len(d.matched)*64 < d.rows.Len {
		d.matched = append(d.matched, 0)
	}
	for _, k := range sel {
		d.matched.Set(int(rows[k]))
	}
}

// withoutNulls appends the rows of sel that can match: no key is null, except
// where null equals null.
func withoutNulls(keys []*columnar.Vector, nullSafe []bool, sel, buf []uint16) []uint16 {
	buf = append(buf, sel...)
	for i, v := range keys {
		if !v.HasNulls() || i < len(nullSafe) && nullSafe[i] {
			continue
		}
		k := 0
		for _, r := range buf {
			buf[k] = r
			if !v.IsNull(int(r)) {
				k++
			}
		}
		buf = buf[:k]
	}
	return buf
}
