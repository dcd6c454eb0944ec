package flow

import (
	"slices"
	"testing"
)

func TestMailbox(t *testing.T) {
	b := NewMailbox(3, func(waits, next int) bool { return waits >= 10 && next >= 10 })
	for _, v := range []int{1, 10, 2, 11, 3, 4} { // 11 for 10; then 1 and 2 are too many
		b.Put(v)
	}
	b.Close()
	var got []int
	lost := 0
	b.Each(func(v, missed int) { got, lost = append(got, v), lost+missed })
	if !slices.Equal(got, []int{11, 3, 4}) || lost != 3 {
		t.Errorf("%v, %d missed", got, lost)
	}
}

// Whatever is put before Close is read, while others put.
func TestMailboxReader(t *testing.T) {
	b := NewMailbox(1<<20, func(int, int) bool { return false })
	go func() {
		for v := range 10000 {
			b.Put(v)
		}
		b.Close()
	}()
	next := 0
	b.Each(func(v, missed int) {
		if v != next || missed != 0 {
			t.Errorf("%d for %d, %d missed", v, next, missed)
		}
		next++
	})
	if next != 10000 {
		t.Errorf("%d values", next)
	}
}
