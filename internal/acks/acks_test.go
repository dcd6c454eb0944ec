package acks

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
)

// grow deals with the event of a root as an operator would: it emits some, which
// are dealt with in turn, here or on other goroutines.
func grow(t *Tracker, root uint64, depth int, seed uint64, all *sync.WaitGroup, under *atomic.Int32) {
	r := rand.New(rand.NewPCG(seed, 1))
	l := NewLedger(t, 0)
	tree, stands := t.Touch(root, 0)
	if !stands {
		return
	}
	l.Begin(root, tree)
	for i := range r.IntN(4) {
		if depth == 0 {
			break
		}
		under.Add(1)
		child := l.Child(root)
		l.Settle()
		next := func() { grow(t, child, depth-1, seed*31+uint64(i), all, under) }
		if r.IntN(2) == 0 {
			all.Go(next)
		} else {
			next()
		}
	}
	under.Add(-1)
	if l.End() {
		l.Through(root)
	}
	l.Publish()
}

// A tree is through once, when all of it has been dealt with, on whatever
// goroutines.
func TestThroughOnceAndLast(t *testing.T) {
	tracker, err := New([]Kind{{Instances: 1, Channels: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s := tracker.Slab(0, 0, 0)
	s.Rouse = func() {}
	for seed := range uint64(2000) {
		var all sync.WaitGroup
		var under atomic.Int32
		under.Store(1)
		slot, generation := uint32(seed%7), uint32(seed/7+1)
		s.Room(slot)
		root, _ := s.Plant(slot, generation)
		grow(tracker, root, 4, seed, &all, &under)
		all.Wait()
		done, failed := s.Take(nil, nil)
		if len(done) != 1 || done[0] != root || len(failed) != 0 || under.Load() != 0 || !s.Tree(slot).Over(generation) {
			t.Fatalf("seed %d: %d through, %v failed, %d under way", seed, len(done), failed, under.Load())
		}
	}
}

// What is left of a tree that failed counts nowhere, also when its slot is used
// again.
func TestFailedTreesAreOver(t *testing.T) {
	tracker, err := New([]Kind{{Instances: 1, Channels: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s := tracker.Slab(0, 0, 0)
	s.Rouse = func() {}
	s.Room(0)
	broken := errors.New("broken")
	old, _ := s.Plant(0, 1)
	tracker.Join(old)
	tracker.Hold(old, 1)
	tracker.Wait(old, 1)
	tracker.Fail(old, broken)
	tracker.Fail(old, broken)
	s.Forget(0, 1)
	now, tree := s.Plant(0, 2)
	tracker.Finish(old)
	tracker.Wait(old, -1)
	if _, stands := tracker.Touch(old, 0); stands || tracker.Join(old) || tree.Awaited(2) || tree.AllHeld(2) || s.Held.Load() != 0 {
		t.Error("what was given up still counts")
	}
	tracker.Finish(now)
	done, failed := s.Take(nil, nil)
	if len(done) != 1 || done[0] != now || len(failed) != 1 || failed[0] != (Failure{old, broken}) {
		t.Error(done, failed)
	}
}
