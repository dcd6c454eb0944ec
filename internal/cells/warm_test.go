package cells

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/internal/store"
)

// Looking ahead at keys, held and not, leaves every cell and the focus as they
// were.
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
		a.Reset()
		for i := from; i < 2*manyRows; i += 251 {
			a.Add(key(i))
		}
		s.Warm(a)
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

// Cells behave as a Go map, whichever of the keys that were looked ahead at come,
// and whatever is written, removed, sealed and saved meanwhile.
func TestWarmAgainstModel(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := New(store.Groups{})
	c := s.Cell(lasting("number"))
	model := map[string]string{}
	set := func(key string, size int) {
		s.on(key)
		value := fmt.Sprintf("%0*d", 1+size, r.IntN(10))
		c.Set([]byte(value))
		model[key] = value
	}
	for i := range manyRows + 100 {
		set(fmt.Sprint(i), r.IntN(9))
	}
	a := NewAhead()
	for round := range 60 {
		a.Reset()
		var keys []string
		for range 300 {
			key := fmt.Sprint(r.IntN(manyRows + 200))
			if r.IntN(4) == 0 && len(keys) > 0 { // again
				key = keys[r.IntN(len(keys))]
			}
			keys = append(keys, key)
			a.Add(hashing.Bytes([]byte(key), 42), []byte(key))
		}
		s.Warm(a)
		for i, key := range keys {
			if r.IntN(10) == 0 {
				continue // left out
			}
			s.on(key)
			if got, ok := c.Get(); ok != (model[key] != "") || string(got) != model[key] {
				t.Fatalf("round %d, key %s: %q, want %q", round, key, got, model[key])
			}
			switch r.IntN(60 + 100*(round%2)) {
			case 0:
				c.Clear()
				delete(model, key)
			case 1:
				set(fmt.Sprint("new", round, i), 3)
			case 2:
				s.rows.Seal(0)
				if done, err := s.rows.Save(nowhere{}, 1<<30); !done || err != nil {
					t.Fatal(done, err)
				}
			default:
				if r.IntN(2) == 0 {
					set(key, r.IntN(20))
				}
			}
		}
	}
	for key, want := range model {
		s.on(key)
		if got, ok := c.Get(); !ok || string(got) != want {
			t.Fatalf("key %s: %q, want %q", key, got, want)
		}
	}
	if s.Rows().Metrics().Rows != int64(len(model)) || s.Err() != nil {
		t.Error(s.Rows().Metrics().Rows, len(model), s.Err())
	}
}
