package topology

import (
	"fmt"
	"iter"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/sqltype"
)

// Map is a state of entries for each key; see Value. It is read by code that
// keeps the same types, for times that count alike, only.
type Map[K comparable, V any] struct {
	ctx     *Context
	entries cells.Coder[K]
	values  cells.Coder[V]
	life    Lifetime
	m       *cells.Map
}

// NewMap declares a state, in Setup; see NewValue.
func NewMap[K comparable, V any](ctx *Context, name string, life ...Lifetime) *Map[K, V] {
	m := &Map[K, V]{ctx: ctx, life: only(ctx, life)}
	ctx.declare(name, m.adopt)
	var err error
	if m.entries, err = cells.CoderOf[K](); err == nil {
		m.values, err = cells.CoderOf[V]()
	}
	if err != nil {
		ctx.check(err)
		return m
	}
	both := &sqltype.Map{Key: m.entries.Enc.Type(), Value: m.values.Enc.Type(), ValueContainsNull: m.values.Enc.Nullable()}
	m.m = ctx.state.Cells.Map(cells.Name{State: name, Type: both, End: m.life.end()})
	m.life.bury(ctx.state, m.m)
	ctx.check(nil)
	return m
}

func (m *Map[K, V]) adopt(n cells.Name) error {
	return fmt.Errorf("a map was kept as %s%s, which this code cannot read", n.Type, n.End)
}

// begin puts the key of the event at hand in focus, and its time.
func (m *Map[K, V]) begin() {
	m.ctx.at()
	m.life.live(m.ctx, m.m)
}

// Get returns the value of an entry, and whether there is one.
func (m *Map[K, V]) Get(entry K) (x V, ok bool) {
	m.begin()
	b, ok := m.m.Get(m.name(entry))
	if ok {
		_, err := m.values.Dec.Decode(b, &x)
		m.ctx.check(err)
		m.look(m.entries.Buf)
	}
	return x, ok
}

// Set makes x the value of an entry.
func (m *Map[K, V]) Set(entry K, x V) {
	m.begin()
	b, err := m.values.Encode(&x)
	if err == nil {
		m.m.Set(m.name(entry), b)
	}
	m.ctx.check(err)
}

// Delete removes an entry.
func (m *Map[K, V]) Delete(entry K) {
	m.ctx.at()
	m.m.Delete(m.name(entry))
	m.ctx.check(nil)
}

// Clear removes all entries.
func (m *Map[K, V]) Clear() {
	m.ctx.at()
	m.m.Clear()
	m.ctx.check(nil)
}

// All yields the entries in the order of their coming. The map must not change
// meanwhile.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		m.begin()
		m.m.All(func(entry, value []byte) bool {
			var k K
			var x V
			defer m.look(entry)
			_, err := m.entries.Dec.Decode(entry, &k)
			if err == nil {
				_, err = m.values.Dec.Decode(value, &x)
			}
			m.ctx.check(err)
			return err == nil && yield(k, x)
		})
	}
}

// look makes an entry that was read live on, if reading counts.
func (m *Map[K, V]) look(entry []byte) {
	if m.life.read {
		m.m.Keep(entry)
	}
}

// name returns the canonical bytes of an entry.
func (m *Map[K, V]) name(entry K) []byte {
	b, err := m.entries.Enc.AppendKey(m.entries.Buf[:0], &entry)
	m.entries.Buf = b
	m.ctx.check(err)
	return b
}
