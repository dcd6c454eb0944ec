package env

import (
	"context"
	"testing"
	"time"
)

// stepped is a clock whose sleepers wake when the test says so.
type stepped struct{ wake chan struct{} }

func (stepped) Now() time.Time { return time.Unix(0, 0) }

func (c stepped) Sleep(ctx context.Context, _ time.Duration) error {
	select {
	case <-c.wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestWithin(t *testing.T) {
	closed := make(chan struct{})
	close(closed)
	ended, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx        context.Context
		wake, done chan struct{}
		want       bool
	}{
		"done":               {t.Context(), make(chan struct{}), closed, true},
		"late":               {t.Context(), closed, make(chan struct{}), false},
		"ended":              {ended, make(chan struct{}), make(chan struct{}), false},
		"done, late at once": {t.Context(), closed, closed, true},
	} {
		for range 20 {
			if got := Within(c.ctx, stepped{c.wake}, time.Second, c.done); got != c.want {
				t.Error(name, got)
			}
		}
	}
}
