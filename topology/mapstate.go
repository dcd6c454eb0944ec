package topology

import (
	"fmt"
	"iter"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/sqltype"
)

// Map is a state of entries for each key; see Value. It is read by code that
// keeps the same types only.
type Map[K comparable, V any] struct {
	ctx     *Context
	entries typed[K]
	values  typed[V]
	m       *cells.Map
}

// NewMap declares a state, in Setup; see NewValue.
func NewMap[K comparable, V any](ctx *Context, name string) *Map[K, V] {
	m := &Map[K, V]{ctx: ctx}
	ctx.declare(name, m)
	var err error
	if m.entries, err = typedOf[K](); err == nil {
		m.values, err = typedOf[V]()
	}
	if err != nil {
		ctx.check(err)
		return m
	}
	both := &sqltype.Map{Key: m.entries.enc.Type(), Value: m.values.enc.Type(), ValueContainsNull: m.values.enc.Nullable()}
	m.m = ctx.state.cells.Map(table(name, both, false))
	ctx.check(nil)
	return m
}

func (m *Map[K, V]) adopt(name string, t sqltype.Type, _ bool) error {
	return fmt.Errorf("a map was kept as %s, which this code cannot read", t)
}

// Get returns the value of an entry, and whether there is one.
func (m *Map[K, V]) Get(entry K) (x V, ok bool) {
	m.ctx.at()
	b, ok := m.m.Get(m.name(entry))
	if ok {
		_, err := m.values.dec.Decode(b, &x)
		m.ctx.check(err)
	}
	return x, ok
}

// Set makes x the value of an entry.
func (m *Map[K, V]) Set(entry K, x V) {
	m.ctx.at()
	b, err := m.values.encode(&x)
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

// All yields the entries in the order of their coming. The map must not change
// meanwhile.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		m.ctx.at()
		m.m.All(func(entry, value []byte) bool {
			var k K
			var x V
			_, err := m.entries.dec.Decode(entry, &k)
			if err == nil {
				_, err = m.values.dec.Decode(value, &x)
			}
			m.ctx.check(err)
			return err == nil && yield(k, x)
		})
	}
}

// name returns the canonical bytes of an entry.
func (m *Map[K, V]) name(entry K) []byte {
	b, err := m.entries.enc.AppendKey(m.entries.buf[:0], &entry)
	m.entries.buf = b
	m.ctx.check(err)
	return b
}
