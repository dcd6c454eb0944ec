package env

import (
	"context"
	"sync"
	"time"
)

// Ended returns a channel that is closed when all that g counts has ended. The
// goroutine that waits for it ends then, and not before.
func Ended(g *sync.WaitGroup) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.Wait()
	}()
	return done
}

// Within waits until done is closed, at most for limit by the clock and until ctx
// ends, and reports whether it is.
func Within(ctx context.Context, c Clock, limit time.Duration, done <-chan struct{}) bool {
	until := c.Now().Add(limit)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	late := make(chan struct{})
	go func() { // ends when the clock has slept or this call returns
		defer close(late)
		_ = SleepUntil(ctx, c, until)
	}()
	select {
	case <-done:
		return true
	case <-late:
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}
