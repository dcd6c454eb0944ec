package operator

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// builder is the side of a join that is held: its rows in a pile, and once the
// first row probes, for each key the list of its rows in the order they came.
type builder struct {
	groups
	pile
	nullSafe []bool
	keepAll  bool // rows with null keys too, because unmatched rows are emitted
	keyed    bool
	of       []uint32 // by row of the pile: id of its key, noRow if it can match none
	sealed   bool     // what follows is made
	order    []uint32 // rows by key
	start    []uint32 // by id of the key: its rows are order[start[id]:start[id+1]]
	many     bool     // some key has several rows, else order[id] is the row
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
	if !d.keepAll {
		d.of = append(d.of, ids...)
		return d.pile.add(b, d.sel)
	}
	d.link(ids, selected(b))
	return d.pile.add(b, b.Sel)
}

// link appends the keys of the rows sel, of which only those of d.sel have
// some: ids.
func (d *builder) link(ids []store.RowID, sel []uint16) {
	k := 0
	for _, r := range sel {
		id := uint32(noRow)
		if k < len(d.sel) && d.sel[k] == r {
			id = ids[k]
			k++
		}
		d.of = append(d.of, id)
	}
}

// seal sorts the rows by their keys, by counting. Nothing is added behind it.
func (d *builder) seal() {
	if d.sealed || !d.keyed {
		return
	}
	d.sealed = true
	keys, rows := 0, 0
	for _, id := range d.of {
		if id != noRow {
			keys, rows = max(keys, int(id)+1), rows+1
		}
	}
	d.many = rows > keys
	d.start = slices.Grow(d.start[:0], keys+2)[:keys+2]
	clear(d.start)
	for _, id := range d.of {
		if id != noRow {
			d.start[id+2]++
		}
	}
	for k := range keys {
		d.start[k+2] += d.start[k+1]
	}
	d.order = slices.Grow(d.order[:0], rows)[:rows]
	for r, id := range d.of {
		if id != noRow {
			d.order[d.start[id+1]] = uint32(r)
			d.start[id+1]++
		}
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
	d.of, d.order, d.sealed, d.many = d.of[:0], d.order[:0], false, false
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
