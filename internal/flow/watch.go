package flow

import (
	"context"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// Watcher looks at the flow from time to time, on a goroutine of its own; under
// Simulate between two steps.
type Watcher interface {
	// Due returns when it wants to look next.
	Due() time.Time
	Look(now time.Time)
}

// watch is the goroutine of the watcher; it ends with ctx.
func (f *Flow) watch(ctx context.Context) {
	w := f.options.Watcher
	if w == nil {
		return
	}
	for env.SleepUntil(ctx, f.env.Clock, w.Due()) == nil {
		w.Look(f.env.Clock.Now())
	}
}
