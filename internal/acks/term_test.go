package acks

import "testing"

// A tree that does not get on is over when its patience is, one that does lives
// on, but not for ever; and what is awaited has time.
func TestTerm(t *testing.T) {
	const generation, attempt = 5, 2
	var tree Tree
	tree.plant(generation)
	term := TermOf(10, attempt)
	deadline := uint32(10 + 1 + 2*Ticks)
	over := func(tick uint32, wantAt int, wantLong, want bool) {
		t.Helper()
		if !term.Due(tick) {
			t.Fatalf("not due at %d", tick)
		}
		if at, long, is := term.Over(tick, attempt, &tree, generation); at != wantAt || long != wantLong || is != want {
			t.Fatalf("at %d: %d, %v, %v", tick, at, long, is)
		}
	}
	if term.Due(deadline - 1) {
		t.Fatal("due too early")
	}
	over(deadline, -1, false, true)
	see := func(component, tick uint64) { tree.seen.Store(generation<<48 | component<<32 | tick) }
	see(3, 20)
	over(deadline, 3, false, false)
	over(20+1+2*Ticks, 3, false, true)
	see(4, 10+longest*2*Ticks-1)
	over(10+longest*2*Ticks, 4, true, true)
	tree.waits.add(generation, 1)
	over(1000, -1, false, false)
	if term.Age(1000) != 0 || term.Due(1000+2*Ticks) {
		t.Error("what is awaited has no new term")
	}
}
