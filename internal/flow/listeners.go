package flow

import (
	"sync"

	"github.com/spatestream/spate/internal/exec"
)

// Listeners are functions of users that are told of something, one notice after
// another, each on a goroutine of its own, so that nobody waits for them. They are
// added before Start. Tell is safe for concurrent use between Start and End.
type Listeners[N any] struct {
	// Most is how many notices wait for a listener at most, and Replaces says which
	// may take the place of one that waits; see Mailbox.
	Most     int
	Replaces func(waits, next N) bool
	Failed   func(error) // a listener panicked; safe for concurrent use
	InTurn   bool        // Tell calls them itself: there is one goroutine

	all     []func(n N, missed int)
	boxes   []*Mailbox[N] // of a run
	running sync.WaitGroup
}

// Add adds a listener: what it is told, and how many notices it missed before.
func (l *Listeners[N]) Add(f func(n N, missed int)) { l.all = append(l.all, f) }

// Start begins the goroutines of the listeners, which End ends.
func (l *Listeners[N]) Start() {
	l.boxes = nil
	if l.InTurn {
		return
	}
	for _, f := range l.all {
		box := NewMailbox(l.Most, l.Replaces)
		l.boxes = append(l.boxes, box)
		l.running.Go(func() { box.Each(func(n N, missed int) { l.call(f, n, missed) }) })
	}
}

// Tell gives a notice to all.
func (l *Listeners[N]) Tell(n N) {
	for _, box := range l.boxes {
		box.Put(n)
	}
	if l.InTurn {
		for _, f := range l.all {
			l.call(f, n, 0)
		}
	}
}

// call gives a notice to the user, whose panic is nobody else's.
func (l *Listeners[N]) call(f func(N, int), n N, missed int) {
	if err := exec.Protect(func() error { f(n, missed); return nil }); err != nil {
		l.Failed(err)
	}
}

// End returns when the listeners have had every notice.
func (l *Listeners[N]) End() {
	for _, box := range l.boxes {
		box.Close()
	}
	l.running.Wait()
}
