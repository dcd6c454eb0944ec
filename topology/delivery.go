package topology

import (
	"time"

	"github.com/spatestream/spate/internal/acks"
)

// delivery is what AtLeastOnce was told.
type delivery struct {
	timeout  time.Duration // silence after which an event is given again
	most     int           // events of a source instance under way, at most
	attempts int           // how often an event is tried
	first    time.Duration // wait before the first replay; it doubles
	longest  time.Duration // wait before a replay, at most
}

// AtMostOnce is what a job does that nothing else is asked of: an event is not
// tracked, and lost with the instance that has it.
func AtMostOnce() Option { return func(j *Job) { j.delivery = nil } }

// AtLeastOnce follows each event of a source, and all that becomes of it, until
// nothing of it is left under way. If that fails or takes too long, the source
// gives the event again: nothing is lost, but what an event does may be done
// more than once. An event belongs to the event that was dealt with when it was
// emitted; see Context.Hold for those that are kept longer than that.
//
// The events under way are kept in memory, unless the source is a Replayer; a
// job that is restarted (Restart) gives them again, a new process does not.
func AtLeastOnce(options ...DeliveryOption) Option {
	return func(j *Job) {
		d := &delivery{timeout: 30 * time.Second, most: 1 << 16, attempts: 10, first: 100 * time.Millisecond, longest: 30 * time.Second}
		for _, o := range options {
			if j.given("AtLeastOnce", o != nil); o != nil {
				o(d)
			}
		}
		d.check(j)
		j.delivery = d
	}
}

func (d *delivery) check(j *Job) {
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			j.mistake("AtLeastOnce: "+format, args...)
		}
	}
	wrong(d.timeout <= 0, "AckTimeout(%v): the time must be positive", d.timeout)
	wrong(d.most < 1 || d.most > acks.MaxSlots, "MaxPending(%d): it is 1 to %d", d.most, acks.MaxSlots)
	wrong(d.attempts < 1, "MaxAttempts(%d): an event is tried at least once", d.attempts)
	wrong(d.first < 0 || d.longest < d.first, "ReplayBackoff(%v, %v): waits are not negative, and the first is not the longer", d.first, d.longest)
}

// DeliveryOption configures AtLeastOnce.
type DeliveryOption func(*delivery)

// AckTimeout is how long nothing may be heard of an event until it is given
// again; 30 seconds without it, and found out within a sixteenth more. As long
// as what became of the event reaches new instances it goes on waiting, eight
// times as long at most. Each further attempt has twice the time. The time in
// which the source itself waits for its consumers does not count.
func AckTimeout(d time.Duration) DeliveryOption { return func(o *delivery) { o.timeout = d } }

// MaxPending bounds the events of a source instance that are under way; 65536
// without it. Below it the bound adapts: it grows while events are through
// quickly, and is halved when one is not within a quarter of the time-out.
// Events that are held (Context.Hold) do not count.
func MaxPending(n int) DeliveryOption { return func(o *delivery) { o.most = n } }

// MaxAttempts is how often an event is tried; 10 without it. Then it goes to the
// source's DeadLetters, if somebody reads them; else the job fails.
func MaxAttempts(n int) DeliveryOption { return func(o *delivery) { o.attempts = n } }

// ReplayBackoff is how long an event waits before it is given again: first after
// its first failure, twice as long after each further one, at most most; 100
// milliseconds to 30 seconds without it.
func ReplayBackoff(first, most time.Duration) DeliveryOption {
	return func(o *delivery) { o.first, o.longest = first, most }
}

// A source whose events have ids (Emitter.EmitID) may have these abilities in a
// job that is AtLeastOnce. They are called on the instance's goroutine.
type (
	// Acker is told that an event is through, and nothing of it under way: once
	// for each event, in the order in which they are. A dead letter is through.
	Acker interface {
		Ack(id int64)
	}
	// Replayer gives failed events again itself: the job does not keep those it
	// emits with an id. After a restart Fail is called for those that were under
	// way, before the first Next of the new instance.
	Replayer interface {
		Acker
		Fail(id int64, err error)
	}
)
