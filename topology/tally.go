package topology

import (
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/internal/acks"
)

// tally counts what became of a component's events, over all its instances and
// restarts.
type tally struct {
	received, given, acked, skipped, dead, failed, replays, expired, held, asking, again atomic.Int64

	latency acks.Latencies
}

// Counts says what became of a component's events, over all
// instances and restarts. An event received was dealt with, unless it was
// skipped, became a dead letter or failed.
type Counts struct {
	Received     int64 // events an operator or sink took, once for each attempt
	Skipped      int64 // under OnError(Skip)
	DeadLettered int64 // under OnError(ToDeadLetters); of a source: that failed too often
	Failed       int64 // under OnError(Replay); AtLeastOnce also when its call stalled
	Late         int64 // too late for a window or a join
	Dropped      int64 // on the way to it, by Shed; or in a call that stalled
	Given        int64 // a source's events, without replays
	Held         int64 // now
	Asking       int64 // events that Async waits for the results of, now
	CallsAgain   int64 // calls of Async that failed and are made again

	// Of AtLeastOnce:
	Acked   int64 // a source's events that are through
	Replays int64 // of a source's events
	Expired int64 // events that got as far as the component, and no further, within their time
	// Latency is how long a source's events took until they were through, as far as
	// they were timed: quantile q in [0, 1], at most twice the true value; zero if
	// there were none.
	Latency func(q float64) time.Duration `json:"-"`
}

// Counts returns the counts of each component by name. It is safe for concurrent
// use.
func (j *Job) Counts() map[string]Counts {
	all := make(map[string]Counts, len(j.components))
	for _, c := range j.components {
		t := &c.tally
		all[c.name] = Counts{
			Received: t.received.Load(), Skipped: t.skipped.Load(), DeadLettered: t.dead.Load(), Failed: t.failed.Load(), Late: c.late.Load(), Dropped: c.shed.Total(), Given: t.given.Load(), Held: t.held.Load(), Asking: t.asking.Load(), CallsAgain: t.again.Load(),
			Acked: t.acked.Load(), Replays: t.replays.Load(), Expired: t.expired.Load(), Latency: t.latency.Quantile,
		}
	}
	return all
}
