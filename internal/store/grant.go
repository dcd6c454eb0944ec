package store

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// grant is what a table has of its task's account: at least what it holds.
type grant struct {
	account *memory.Account // nil: not accounted
	bytes   int64
}

// trim gives back what exceeds held by more than a quarter.
func (g *grant) trim(held int64) {
	if g.account != nil && g.bytes > held+held/4 {
		g.account.Shrink(g.bytes - held)
		g.bytes = held
	}
}

// release gives everything back.
func (g *grant) release() {
	if g.account != nil {
		g.account.Shrink(g.bytes)
		g.bytes = 0
	}
}

// ready makes sure that the selected keys may be added: memory is asked for
// before anything grows, and before any row is found, because the account may
// have this very table spilled.
func (t *Table) ready(k Keys, sel []uint16) error {
	if !t.overdue(len(sel)) && t.growth(k, sel) == 0 {
		return nil
	}
	t.compact()
	if err := t.checkText(k, sel); err != nil {
		return err
	}
	if t.memory.account == nil {
		return nil
	}
	for {
		lack := t.held() + t.growth(k, sel) - t.memory.bytes
		if lack <= 0 {
			return nil
		}
		if err := t.memory.account.Grow(lack, t.spec.Name); err != nil {
			return err
		}
		t.memory.bytes += lack
	}
}

// checkRows is after how many selected keys memory is looked at though no row
// may lack room: values grow too, and calls for single keys must be cheap.
const checkRows = 256

// overdue reports whether it is time to look at memory.
func (t *Table) overdue(n int) bool {
	t.unchecked += n
	if t.unchecked < checkRows {
		return false
	}
	t.unchecked = 0
	return true
}

// growth returns how much more memory the table may take if every key is new.
func (t *Table) growth(k Keys, sel []uint16) int64 {
	n, grown := len(sel), 0
	if have := cap(t.rows.hash); len(t.rows.hash)+n > have {
		grown += (roomier(have, len(t.rows.hash)+n) - have) * t.rowBytes()
	}
	if have := cap(t.delta.ids); !t.delta.volatile && len(t.delta.ids)+n > have {
		grown += 4 * (roomier(have, len(t.delta.ids)+n) - have)
	}
	if x := t.packed; x != nil {
		grown += packedBytes * max(0, packedSlots(x.used+n)-len(x.slots))
		if have := cap(x.more); len(t.rows.hash)+n > have {
			grown += 8 * (roomier(have, len(t.rows.hash)+n) - have)
		}
	}
	if t.panes != nil {
		grown += 8 * slotsFor(n)
	} else if s := slotsFor(t.index.used + n); s > len(t.index.slots) && t.packed == nil {
		grown += 8 * (s - len(t.index.slots))
	}
	for c, col := range t.rows.cols[:t.rows.keys] {
		if add := textBytes(k.Cols[c], sel); len(col.Bytes)+add > cap(col.Bytes) {
			grown += max(cap(col.Bytes), add)
		}
	}
	return int64(grown)
}

// rowBytes returns the fixed part of a row.
func (t *Table) rowBytes() int {
	n := 4 + 1
	for _, c := range t.rows.cols {
		n += max(8, sqltype.Width(c.Type))
	}
	if t.rows.due != nil {
		n += 16
	}
	if t.rows.link != nil {
		n += 16
	}
	return n
}

// held returns the bytes of every buffer of the table.
func (t *Table) held() int64 {
	n := t.rows.held() + 8*t.slots() + 4*cap(t.delta.ids) + 4*cap(t.saver.ids) + 4*t.calendar.entries
	if t.saver.ordered != nil {
		n += t.saver.ordered.queue.held()
	}
	if t.packed != nil {
		n += t.packed.held()
	}
	for _, b := range []*columnar.Batch{t.delta.gone, t.saver.gone, t.saver.pre} {
		if b != nil {
			for _, c := range b.Cols {
				n += c.Held()
			}
		}
	}
	return int64(n)
}

// slots returns the slots of all indexes.
func (t *Table) slots() int {
	if t.panes == nil {
		return len(t.index.slots)
	}
	n := 0
	for _, x := range t.panes.all {
		n += len(x.slots)
	}
	return n
}

// textBytes returns the bytes of the selected text of v.
func textBytes(v *columnar.Vector, sel []uint16) int {
	if k := v.Type.Kind(); k != sqltype.KindString && k != sqltype.KindBinary {
		return 0
	}
	n := 0
	if !v.Const && v.Dict == nil { // with what nulls view, hardly ever anything
		if len(sel) == v.Len { // all rows: a selection names none twice
			return viewBytes(v.Views[:v.Len])
		}
		for _, row := range sel {
			n += int(v.Views[row].Len)
		}
		return n
	}
	for _, row := range sel {
		if !v.IsNull(int(row)) {
			n += len(v.Text(int(row)))
		}
	}
	return n
}

// viewBytes sums two chains, so that they overlap.
func viewBytes(views []columnar.View) int {
	var a, b uint
	for ; len(views) >= 4; views = views[4:] {
		v := views[:4]
		a += uint(v[0].Len) + uint(v[1].Len)
		b += uint(v[2].Len) + uint(v[3].Len)
	}
	for _, w := range views {
		a += uint(w.Len)
	}
	return int(a + b)
}

// checkText refuses keys whose text no longer fits the 4 GiB of a column.
func (t *Table) checkText(k Keys, sel []uint16) error {
	for c, col := range t.rows.cols {
		have := len(col.Bytes)
		if have < math.MaxUint32/2 {
			continue
		}
		if c < t.rows.keys {
			have += textBytes(k.Cols[c], sel)
		}
		if have > math.MaxUint32 {
			return t.full("holds more than 4 GiB of text in one column")
		}
	}
	return nil
}

// admit refuses more rows than ids can name.
func (t *Table) admit(n int) error {
	if len(t.rows.hash)+n > maxRows {
		return t.full("holds more than two billion rows")
	}
	if t.packed != nil && len(t.rows.hash)+n > mostPacked {
		return t.full("holds more than a hundred million groups before an exchange")
	}
	return nil
}

func (t *Table) full(what string) error {
	return sparkerr.New("UNABLE_TO_ACQUIRE_MEMORY",
		"table "+t.spec.Name+" of one task "+what+"; raise the parallelism (spark.sql.shuffle.partitions) so that more tasks share the keys")
}
