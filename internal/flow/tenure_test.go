package flow

import (
	"runtime"
	"sync"
	"testing"
)

// An instance belongs to its goroutine or to who has taken it, whatever comes first:
// what is done is done once, and only within a call it can be taken.
func TestTenureIsTakenOnce(t *testing.T) {
	var taken, through int
	for round := range 300 {
		x := newTenure(nil)
		done, ended, began := 0, make(chan struct{}), make(chan struct{})
		var guard sync.WaitGroup
		got := false
		go func() {
			defer close(ended)
			for i := range 50 {
				x.Within(1) // a call
				if i == 10 {
					close(began)
				}
				runtime.Gosched()
				x.Within(0) // the engine
				done++
			}
		}()
		guard.Go(func() {
			<-began
			for range round % 40 {
				runtime.Gosched()
			}
			for range 5 {
				if got = x.take(x.word.Load()); got {
					done++ // for the call that is given up
					return
				}
				runtime.Gosched()
			}
		})
		<-ended
		guard.Wait()
		switch {
		case got && done <= 50 && done > 10 && !x.keep():
			taken++
		case !got && done == 50 && x.keep():
			through++
		default:
			t.Fatalf("round %d: taken %v, %d done", round, got, done)
		}
	}
	t.Log(taken, "were taken, ", through, "were through")
}

// A call that was seen, returned and is followed by another one is not what was
// seen.
func TestTenureOfAnotherCall(t *testing.T) {
	x := newTenure(nil)
	x.Within(7)
	seen := x.word.Load()
	x.Within(0)
	x.Within(7)
	if x.take(seen) {
		t.Error("another call was taken")
	}
	if inside(x.word.Load()) != 7 || x.Within(0) != 7 || x.take(x.word.Load()) {
		t.Error("the engine was taken")
	}
	var none *Tenure
	if none.Within(7) != 0 {
		t.Error("nobody is within something")
	}
}

// Who has lost an instance goes no further, in a panic neither; what was deferred
// runs.
func TestLostIsTheEnd(t *testing.T) {
	x := newTenure(nil)
	x.Within(1)
	if !x.take(x.word.Load()) {
		t.Fatal("a call was not taken")
	}
	for _, panics := range []bool{false, true} {
		deferred, further := false, false
		var all sync.WaitGroup
		all.Go(func() {
			defer func() { deferred = true }()
			func() {
				defer func() {
					_ = recover() // as the engine's carriers do
					x.Within(0)
				}()
				if panics {
					panic("as it goes")
				}
			}()
			further = true
		})
		all.Wait()
		if !deferred || further {
			t.Errorf("panics %v: deferred %v, further %v", panics, deferred, further)
		}
	}
}

// An instance that is through and waits for its calls, which StopTimeout bounds, is
// not stuck; within the same call it would be.
func TestWaitingForCallsIsNotStuck(t *testing.T) {
	m := &machine{Instance: Instance{Usage: &Usage{}, Tenure: newTenure(nil)}}
	m.Usage.began.Store(1)
	if !m.stuck() {
		t.Error("an instance that does not move is not stuck")
	}
	m.joins.Store(true)
	if m.stuck() {
		t.Error("waiting for calls is a stall")
	}
}
