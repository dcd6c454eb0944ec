package store

import "github.com/spatestream/spate/eventtime"

// panes are the indexes of an InKey table, one for each expiry: what is being
// added to and what expires are then small tables of their own, in cache, and
// expiring does not search among what is held. Rows are shared storage all the
// same, because RowIDs are dense over the table.
//
// That pays for windows, which are few. A table with more than maxPanes
// expiries (deduplication by event time) changes over, once, to one index and
// a calendar.
type panes struct {
	byDue map[eventtime.Time]*index
	all   []*index // those in use and the spare ones
	spare []*index
}

const maxPanes = 256

func newPanes() *panes { return &panes{byDue: map[eventtime.Time]*index{}} }

// enter makes the index of that expiry the table's current one. It reports
// false if there is none and none is wanted.
func (t *Table) enter(due eventtime.Time, make bool) bool {
	p := t.panes
	if p == nil {
		return true
	}
	x := p.byDue[due]
	switch {
	case x != nil:
	case !make:
		return false
	case len(p.byDue) == maxPanes:
		t.joinPanes()
		return true
	default:
		x = p.take()
		p.byDue[due] = x
	}
	t.index = x
	return true
}

func (p *panes) take() *index {
	if n := len(p.spare); n > 0 {
		x := p.spare[n-1]
		p.spare = p.spare[:n-1]
		return x
	}
	x := newIndex()
	p.all = append(p.all, x)
	return x
}

// leave gives up the pane of an expiry if its last row is gone: it is all free
// slots then.
func (t *Table) leave(due eventtime.Time) {
	if t.panes != nil && t.index.used == 0 {
		delete(t.panes.byDue, due)
		t.panes.spare = append(t.panes.spare, t.index)
	}
}

// joinPanes changes over to one index and a calendar.
func (t *Table) joinPanes() {
	one := newIndex()
	for _, x := range t.panes.byDue {
		one.reserve(x.used)
		for _, s := range x.slots {
			if s != 0 {
				one.add(s)
			}
		}
	}
	t.panes, t.index = nil, one
	for id, m := range t.rows.mark {
		if m&live != 0 {
			t.calendar.put(RowID(id), t.rows.due[id])
		}
	}
}

// reset empties every pane.
func (p *panes) reset() {
	clear(p.byDue)
	p.spare = p.spare[:0]
	for _, x := range p.all {
		x.reset()
		p.spare = append(p.spare, x)
	}
}

// earliest returns the first expiry, eventtime.Max for none.
func (p *panes) earliest() eventtime.Time {
	first := eventtime.Max
	for due := range p.byDue {
		first = min(first, due)
	}
	return first
}

// pop appends the rows of the panes due at or before w to ids and marks them
// pending.
func (t *Table) popPanes(w eventtime.Time, ids []RowID) []RowID {
	for due, x := range t.panes.byDue {
		if due > w {
			continue
		}
		for _, s := range x.slots {
			if s == 0 {
				continue
			}
			for id := uint32(s) - 1; id != NoRow; id = t.following(id) {
				t.rows.mark[id] |= pending
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// following is Next for tables of either kind.
func (t *Table) following(id RowID) RowID {
	if t.rows.link == nil {
		return NoRow
	}
	return t.rows.link[id].next
}

// chunks calls f for the selected keys in parts of at most chunkRows, each with
// its index entered; of a table in panes, part by part of one expiry. make says
// whether rows may be made, and with them indexes; without, the ids of an index
// that is missing are NoRow.
func (t *Table) chunks(k Keys, sel []uint16, ids []RowID, make bool, f func(sel []uint16, ids []RowID) error) error {
	if t.panes == nil || len(sel) == 0 {
		return inChunks(sel, ids, f)
	}
	switch {
	case k.Due == nil && make:
		return t.inPane(eventtime.Max, sel, ids, make, f)
	case k.Due == nil:
		return t.everyPane(sel, ids, f)
	}
	first, same := k.Due[sel[0]], true
	for _, row := range sel {
		same = same && k.Due[row] == first
	}
	if !same {
		return t.eachDue(k, sel, ids, make, f)
	}
	return t.inPane(first, sel, ids, make, f)
}

func inChunks(sel []uint16, ids []RowID, f func([]uint16, []RowID) error) error {
	for lo := 0; lo < len(sel); lo += chunkRows {
		hi := min(lo+chunkRows, len(sel))
		if err := f(sel[lo:hi], ids[lo:hi]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) inPane(due eventtime.Time, sel []uint16, ids []RowID, make bool, f func([]uint16, []RowID) error) error {
	if t.enter(due, make) {
		return inChunks(sel, ids, f)
	}
	for i := range ids {
		ids[i] = NoRow
	}
	return nil
}

// parting is the scratch memory of eachDue.
type parting struct {
	part  map[eventtime.Time]int32
	dues  []eventtime.Time
	of    []int32 // part by position
	start []int32 // first place of each part, in order
	sel   []uint16
	place []uint16 // position by place
	ids   []RowID
}

// eachDue sorts the positions by expiry, stable, calls f for each and puts the
// ids back in order.
func (t *Table) eachDue(k Keys, sel []uint16, ids []RowID, make bool, f func([]uint16, []RowID) error) error {
	p := &t.parting
	p.split(k.Due, sel)
	for i, due := range p.dues {
		lo, hi := p.start[i], p.start[i+1]
		if err := t.inPane(due, p.sel[lo:hi], p.ids[lo:hi], make, f); err != nil {
			return err
		}
	}
	for place, position := range p.place {
		ids[position] = p.ids[place]
	}
	return nil
}

func (p *parting) split(due []eventtime.Time, sel []uint16) {
	if p.part == nil {
		p.part = map[eventtime.Time]int32{}
	}
	clear(p.part)
	p.dues, p.start = p.dues[:0], append(p.start[:0], 0, 0)
	p.of = extend(p.of[:0], len(sel))
	part, of := int32(-1), eventtime.Time(0)
	for j, row := range sel {
		if d := due[row]; part < 0 || d != of {
			of = d
			part = p.number(d)
		}
		p.of[j] = part
		p.start[part+2]++
	}
	p.arrange(sel)
}

// number returns the number of the part of an expiry.
func (p *parting) number(due eventtime.Time) int32 {
	n, ok := p.part[due]
	if !ok {
		n = int32(len(p.dues))
		p.part[due] = n
		p.dues = append(p.dues, due)
		p.start = append(p.start, 0)
	}
	return n
}

// arrange lays the rows out by part: a counting sort, whose counts stand two
// further in start.
func (p *parting) arrange(sel []uint16) {
	for i := 1; i < len(p.start); i++ {
		p.start[i] += p.start[i-1]
	}
	p.sel, p.place = extend(p.sel[:0], len(sel)), extend(p.place[:0], len(sel))
	p.ids = extend(p.ids[:0], len(sel))
	for j, row := range sel {
		at := p.start[p.of[j]+1]
		p.start[p.of[j]+1]++
		p.sel[at], p.place[at] = row, uint16(j)
	}
}

// everyPane looks keys up whose expiry is not known: in one index after
// another.
func (t *Table) everyPane(sel []uint16, ids []RowID, f func([]uint16, []RowID) error) error {
	for i := range ids {
		ids[i] = NoRow
	}
	found := make([]RowID, len(ids))
	for _, x := range t.panes.byDue {
		t.index = x
		if err := inChunks(sel, found, f); err != nil {
			return err
		}
		for i, id := range found {
			ids[i] = min(ids[i], id)
		}
	}
	return nil
}
