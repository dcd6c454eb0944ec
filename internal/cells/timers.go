package cells

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Timers are times under each key at which something is due, by name.
type Timers struct {
	s    *Store
	t    *store.Table
	held []timer
}

type timer struct {
	hash      uint32
	key, name []byte
	due       eventtime.Time
}

// Timers opens the timers of a name.
func (s *Store) Timers(name string) *Timers {
	return &Timers{s: s, t: s.table(store.Spec{Name: name, Key: sqltype.NewStruct(binary("key"), binary("timer")), Value: sqltype.NewStruct(), Partial: true, Expiry: store.OfRow})}
}

// Set makes the timer of a name due at a time, and no more at the one before.
func (t *Timers) Set(name []byte, due eventtime.Time) {
	t.s.due[0] = due
	k := t.s.bySub(name)
	k.Due = t.s.due[:]
	if _, ok := t.s.upsert(t.t, k); ok {
		t.t.SetExpiry(t.s.ids[:], t.s.due[:])
	}
}

// Clear removes the timer of a name.
func (t *Timers) Clear(name []byte) {
	if _, ok := t.s.find(t.t, t.s.bySub(name)); ok {
		t.t.Delete(t.s.ids[:])
	}
}

// Next returns when the earliest timer is due, eventtime.Max for none.
func (t *Timers) Next() eventtime.Time { return t.t.NextExpiry() }

// Fire removes the timers that are due at the watermark and calls f for each in
// order of time, with its key in focus; name is borrowed. f may set timers:
// those due by now fire too, behind the others.
func (t *Timers) Fire(w eventtime.Watermark, f func(name []byte, due eventtime.Time) error) error {
	for t.s.err == nil && t.Next() != eventtime.Max && w.Passed(t.Next()) {
		if t.s.note(t.t.Expire(w, t.hold)); t.s.err != nil {
			break
		}
		held := t.held
		t.held = nil
		for _, x := range held {
			t.s.Focus(x.hash, x.key)
			if err := f(x.name, x.due); err != nil {
				return err
			}
		}
	}
	return t.s.err
}

// hold copies expired rows: f may change the table.
func (t *Timers) hold(ids []store.RowID) error {
	key, name, hash, due := t.t.Key(0), t.t.Key(1), t.t.Hash(), t.t.Due()
	for _, id := range ids {
		t.held = append(t.held, timer{hash[id], clone(key, id), clone(name, id), due[id]})
	}
	return nil
}

func clone(v *columnar.Vector, id store.RowID) []byte {
	return append([]byte(nil), v.Text(int(id))...)
}
