package flow

import (
	"math/rand/v2"
	"sync/atomic"
)

// Shedding is what becomes of an event that finds no room.
type Shedding uint8

// The producer waits, or something is dropped: the event, what waits longest, a
// share of such events, or what is worth least.
const (
	Block Shedding = iota
	DropNewest
	DropOldest
	Sample
	DropLeast
	Stalled   // the call got no further, and its instance was restarted
	sheddings // number of them
)

// String returns the name that it has in counts.
func (s Shedding) String() string {
	return [...]string{"block", "newest", "oldest", "sample", "priority", "stalled"}[s]
}

// ShedCount counts dropped events by what dropped them. It is safe for concurrent
// use.
type ShedCount [sheddings]atomic.Int64

// Total returns how many were dropped.
func (c *ShedCount) Total() (n int64) {
	for i := range c {
		n += c[i].Load()
	}
	return n
}

// ByPolicy returns the counts that are not zero, by name.
func (c *ShedCount) ByPolicy() map[string]int64 {
	all := map[string]int64{}
	for i := range c {
		if n := c[i].Load(); n > 0 {
			all[Shedding(i).String()] = n
		}
	}
	return all
}

// Shedder sees to the room on the edges of one output. It belongs to the
// producer's goroutine.
type Shedder[T any] struct {
	How     Shedding   // not Block
	Dropped *ShedCount // of the reader
	Least   *Least[T]  // of DropLeast
	Chance  *rand.Rand // of Sample
	Keep    float64    // the share that Sample keeps, in [0, 1]

	waits bool // an event was admitted for which there is no room
}

// Admit reports whether an event is to be sent to a target, and makes room for it
// if that is the policy.
func (s *Shedder[T]) Admit(out *Outputs, output, target int, v T) bool {
	if out.Room(output, target) {
		if s.Least != nil {
			s.Least.Admitted(target, v)
		}
		return true
	}
	made := 0
	switch s.How {
	case DropOldest:
		made = out.Relieve(output, target)
	case DropLeast:
		made = s.Least.MakeRoom(out, output, target, v)
	case Sample:
		if s.Chance.Float64() < s.Keep {
			s.waits = true
			return true
		}
	}
	s.Dropped[s.How].Add(int64(max(1, made)))
	return made > 0
}

// Sender is what sends the events that were admitted: there was room for them,
// unless the last is to wait.
func (s *Shedder[T]) Sender(out *Outputs) func(output, target int, p Payload) Payload {
	if s.waits {
		s.waits = false
		return out.Send
	}
	return out.Force
}
