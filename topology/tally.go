package topology

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// tally counts what became of a component's events, over all its instances and
// restarts.
type tally struct {
	received, given, acked, skipped, dead, failed, replays, expired, held, asking, again atomic.Int64

	latency latencies
}

// Counts says what became of a component's events, over all
// instances and restarts. An event received was dealt with, unless it was
// skipped, became a dead letter or failed.
type Counts struct {
	Received     int64 // events an operator or sink took, once for each attempt
	Skipped      int64 // under OnError(Skip)
	DeadLettered int64 // under OnError(ToDeadLetters); of a source: that failed too often
	Failed       int64 // under OnError(Replay)
	Late         int64 // too late for a window or a join
	Dropped      int64 // on the way to it, by Shed
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
			Received: t.received.Load(), Skipped: t.skipped.Load(), DeadLettered: t.dead.Load(), Failed: t.failed.Load(), Late: c.late.Load(), Dropped: c.shed.total(), Given: t.given.Load(), Held: t.held.Load(), Asking: t.asking.Load(), CallsAgain: t.again.Load(),
			Acked: t.acked.Load(), Replays: t.replays.Load(), Expired: t.expired.Load(), Latency: t.latency.quantile,
		}
	}
	return all
}

// latencies counts times by the power of two of nanoseconds they reach.
type latencies [64]atomic.Int64

func (l *latencies) observe(d time.Duration) { l[bits.Len64(uint64(max(0, d)))].Add(1) }

func (l *latencies) quantile(q float64) time.Duration {
	var counts [len(l)]int64
	total := int64(0)
	for i := range l {
		counts[i] = l[i].Load()
		total += counts[i]
	}
	rank, below := int64(q*float64(total-1)), int64(0)
	for i, n := range counts {
		if below += n; n > 0 && below > rank {
			return time.Duration(1)<<i - 1
		}
	}
	return 0
}
