package cells

import (
	"fmt"
	"testing"

	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/internal/store"
)

// Looking ahead at keys, held and not, leaves every cell and the focus as they
// were, and gives the keys themselves up.
func TestWarmChangesNothing(t *testing.T) {
	s := New(store.Groups{})
	c := s.Cell(lasting("number"))
	key := func(i int) (uint32, []byte) {
		k := fmt.Append(nil, i)
		return hashing.Bytes(k, 42), k
	}
	if s.Large() {
		t.Error("an empty store is large")
	}
	for i := range manyRows {
		_, k := key(i)
		s.Focus(key(i))
		c.Set(k)
	}
	if !s.Large() {
		t.Fatal("the store is not large")
	}
	a := NewAhead()
	s.Focus(key(7))
	for from := range 3 {
		for i := from; i < 2*manyRows; i += 251 {
			a.Add(key(i))
		}
		s.Warm(a)
		if len(a.hashes) != 0 || a.keys.Len != 0 {
			t.Error("keys are left")
		}
	}
	if _, k := key(7); string(s.Key()) != string(k) {
		t.Errorf("the focus is %x", s.Key())
	}
	for i := range 2 * manyRows {
		_, k := key(i)
		s.Focus(key(i))
		if got, ok := c.Get(); ok != (i < manyRows) || ok && string(got) != string(k) {
			t.Fatalf("key %d: %x, %v", i, got, ok)
		}
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}
