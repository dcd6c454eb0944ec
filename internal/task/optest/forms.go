package optest

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// coded is a column in another form with the same rows: constant if all are
// equal, else a dictionary where its type admits one.
func coded(c *columnar.Vector) *columnar.Vector {
	if c.Len == 0 {
		return c
	}
	same := true
	for i := range c.Len {
		same = same && word(c.Value(i)) == word(c.Value(0))
	}
	if same {
		return columnar.NewConst(c, 0, c.Len)
	}
	if sqltype.IsNested(c.Type) {
		return c
	}
	d := &columnar.Vector{Type: c.Type, Len: c.Len, Dict: columnar.New(c.Type), Codes: make([]int32, c.Len)}
	if c.Valid != nil {
		d.Valid = append(columnar.Bitmap(nil), c.Valid...)
	}
	place := map[string]int32{}
	for i := range c.Len {
		if c.IsNull(i) {
			continue
		}
		w := word(c.Value(i))
		if _, ok := place[w]; !ok {
			place[w] = int32(d.Dict.Len)
			d.Dict.AppendFrom(c, i)
		}
		d.Codes[i] = place[w]
	}
	return d
}

// joined is a column as the built side of a join gives it: of any type a
// dictionary longer than the column, in another order, with entries that no row
// names, nulls among them.
func joined(c *columnar.Vector) *columnar.Vector {
	if c.Type.Kind() == sqltype.KindNull {
		return c
	}
	dict, codes := columnar.New(c.Type), make([]int32, c.Len)
	dict.AppendNull()
	for i := c.Len - 1; i >= 0; i-- {
		codes[i] = int32(dict.Len)
		dict.AppendFrom(c, i)
		dict.AppendZero()
	}
	var l columnar.Loan
	return l.Coded(dict, codes)
}

// spoil overwrites what a batch lent: whoever kept a part of it shows.
func spoil(b *columnar.Batch) {
	for _, c := range b.Cols {
		spoilVector(c)
	}
	for i := range b.Hash {
		b.Hash[i] = 0xdeadbeef
	}
	for i := range b.Sel {
		b.Sel[i] = 0
	}
}

func spoilVector(v *columnar.Vector) {
	for i := range v.Data {
		v.Data[i] = 0xaa
	}
	for i := range v.Bytes {
		v.Bytes[i] = '!'
	}
	for i := range v.Codes {
		v.Codes[i] = 0
	}
	for _, c := range v.Child { // not Dict: its entries never change
		spoilVector(c)
	}
}

// change is a part of a delta, copied.
type change struct {
	table   string
	batch   *columnar.Batch
	deleted bool
	upTo    eventtime.Watermark
	drop    bool
}

// recorder implements store.Changes.
type recorder struct{ to *[]change }

func (r recorder) Rows(table string, b *columnar.Batch, deleted bool) error {
	c := columnar.NewBatch(b.Schema)
	c.AppendBatch(b)
	*r.to = append(*r.to, change{table: table, batch: c, deleted: deleted})
	return nil
}

func (r recorder) Drop(table string, upTo eventtime.Watermark) error {
	*r.to = append(*r.to, change{table: table, upTo: upTo, drop: true})
	return nil
}

// restore seals and saves the epoch before, closes every chain and goes on
// with new ones that loaded all that was ever saved.
func (b *bench) restore(epoch int) error {
	for _, l := range b.tasks {
		if !l.chain.Stateful() {
			continue
		}
		l.chain.Store().Seal(store.Epoch(epoch))
		for done := false; !done; {
			var err error
			if done, err = l.chain.Store().Save(recorder{&b.saved}, 2); err != nil {
				return err
			}
		}
	}
	if err := b.close(); err != nil {
		return err
	}
	n := b.v.tasks[min(epoch, len(b.v.tasks)-1)]
	if err := b.open(n, b.script.Epochs[epoch-1].Until); err != nil {
		return err
	}
	for _, c := range b.saved {
		for _, l := range b.tasks {
			if err := load(l.chain.Store(), c); err != nil {
				return err
			}
		}
	}
	return nil
}

func load(s *store.Store, c change) error {
	if c.drop {
		return s.Drop(c.table, c.upTo)
	}
	return s.Load(c.table, c.batch, c.deleted)
}
