package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// deduper keeps the keys seen.
type deduper struct {
	keeper
	groups
	new    columnar.Bitmap // by id: made in this call and not yet met
	firsts []uint16
}

func (d *deduper) open(c *task.Context, name string, spec store.Spec, keys []expr.Node, time expr.Node) error {
	if err := d.keeper.open(c, name, time); err != nil {
		return err
	}
	kept := spec.Name != ""
	if !kept {
		spec.Name = "dedup"
	}
	spec.Value = &sqltype.Struct{}
	var err error
	d.groups, err = openGroups(keys, spec, kept, c)
	return err
}

// first returns the rows of sel (nil: all) that are the first of their key and
// keeps their keys until due.
func (d *deduper) first(b *columnar.Batch, sel []uint16, due []eventtime.Time) ([]uint16, error) {
	ids, err := d.upsert(b, sel, due)
	if err != nil {
		return nil, err
	}
	d.table.Touch(d.fresh)
	for _, id := range d.fresh {
		for int(id>>6) >= len(d.new) {
			d.new = append(d.new, make([]uint64, len(d.new)+1)...)
		}
		d.new.Set(int(id))
	}
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	d.firsts = d.firsts[:0]
	for k, id := range ids {
		if int(id>>6) < len(d.new) && d.new.Get(int(id)) {
			d.new.Clear(int(id))
			d.firsts = append(d.firsts, sel[k])
		}
	}
	d.count(len(ids))
	return d.firsts, nil
}

func (d *deduper) count(rows int) {
	s := d.counts()
	s.Updated += int64(len(d.firsts))
	if s.Custom == nil {
		s.Custom = map[string]int64{}
	}
	s.Custom["numDroppedDuplicateRows"] += int64(rows - len(d.firsts))
}

func (d *deduper) advance(w eventtime.Watermark, expires bool) error {
	d.held = w
	if !expires {
		return nil
	}
	return d.table.Expire(w, func(ids []store.RowID) error {
		d.counts().Removed += int64(len(ids))
		return nil
	})
}

func (d *deduper) end() error {
	d.table.Clear()
	return nil
}

func (d *deduper) flush() error {
	d.counts().Rows = int64(d.table.Rows())
	return nil
}
