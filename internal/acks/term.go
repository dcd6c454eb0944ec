package acks

// Ticks is how finely a time-out is divided: what a wheel of that many buckets
// does, but the trees say in which they are, as there are few of them.
const Ticks = 16

// longest is how many times its patience a tree has that makes progress.
const longest = 8

// Term is how long a tree may be under way, in ticks.
type Term struct{ began, deadline uint32 }

// TermOf returns the term of a tree that begins at a tick.
func TermOf(tick uint32, attempt uint16) Term { return Term{tick, tick + 1 + patience(attempt)} }

// patience is the ticks that a tree has without progress: twice as many with
// each attempt, so that a time-out shorter than the queues are long ends.
func patience(attempt uint16) uint32 { return Ticks << min(attempt-1, 10) }

// Age returns how long the tree has been under way.
func (t *Term) Age(tick uint32) uint32 { return tick - t.began }

// Due reports whether Over is worth a call.
func (t *Term) Due(tick uint32) bool { return t.deadline <= tick }

// Over reports whether a tree has not got on for too long; the component that it
// has got to, -1 for none; and whether it has been under way as long as any may. It
// moves the deadline of a tree that got on.
func (t *Term) Over(tick uint32, attempt uint16, tree *Tree, generation uint32) (at int, long, over bool) {
	if tree.Awaited(generation) { // what works on it has a time-out of its own
		*t = TermOf(tick, attempt)
		return -1, false, false
	}
	at, seen, ok := tree.LastSeen(generation)
	last := t.began + longest*patience(attempt)
	if ok {
		t.deadline = min(seen+1+patience(attempt), last)
	} else {
		at = -1
	}
	return at, tick >= last, t.Due(tick)
}
