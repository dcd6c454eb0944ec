package topology

import (
	"context"
	"strings"
	"testing"
	"time"
)

// Whatever an option, a setting or a stream was given that cannot be is a mistake of
// the graph, with what is allowed and the line of the program.
func TestMistakesNameTheLine(t *testing.T) {
	option := func(o Option) func() *Job {
		return func() *Job {
			j := NewJob("wrong", o)
			Discard(AddSource(j, "in", countTo(1)))
			return j
		}
	}
	reading := func(read func(j *Job, in Stream[int])) func() *Job {
		return func() *Job {
			j := NewJob("wrong")
			in := AddSource(j, "in", countTo(1))
			Discard(in)
			read(j, in)
			return j
		}
	}
	setting := func(s Setting) func() *Job {
		return reading(func(_ *Job, in Stream[int]) { Discard(FilterFunc(in, "x", even, s)) })
	}
	for _, c := range []struct {
		job  func() *Job
		want string
	}{
		{option(StopTimeout(-1)), "StopTimeout(-1ns): the time must be positive"},
		{option(StallTimeout(0)), "StallTimeout(0s): the time must be positive"},
		{option(QueueSize(-1)), "QueueSize(-1): an edge must hold at least one event"},
		{option(StatusEvery(0)), "StatusEvery(0s): the time between two looks must be positive"},
		{option(EaseOff(-1)), "EaseOff(-1ns): sources are eased for some time"},
		{option(BatchPass(0)), "BatchPass(0): passes count from 1"},
		{option(OnError(9)), "OnError(9): it is Fail, ToDeadLetters, Skip or Replay"},
		{option(OnError(Replay)), "OnError(Replay) needs AtLeastOnce"},
		{option(ExactlyOnce("")), `needs a directory for them, and was given ""`},
		{option(ExactlyOnce("c", Every(0))), "Every(0s): the time between checkpoints must be positive"},
		{option(AtLeastOnce(AckTimeout(0))), "AckTimeout(0s): the time must be positive"},
		{option(AtLeastOnce(MaxPending(0))), "MaxPending(0): it is 1 to "},
		{option(AtLeastOnce(MaxAttempts(0))), "MaxAttempts(0): an event is tried at least once"},
		{option(AtLeastOnce(ReplayBackoff(2, 1))), "ReplayBackoff(2ns, 1ns): waits are not negative"},
		{option(Restart(FixedDelay(-1, 0))), "Restart: FixedDelay(-1, 0s): neither can be negative"},
		{option(Restart(ExponentialDelay(2, 1, 0))), "Restart: ExponentialDelay(2ns, 1ns, 0s): none can be negative"},
		{option(Restart(FailureRate(1, 0, 0))), "Restart: FailureRate(1, 0s, 0s): none can be negative"},
		{func() *Job { return NewJob("empty") }, "there is no source"},

		{setting(Parallelism(0)), `component "x" has parallelism 0`},
		{setting(Parallelism(1000)), "there are 128 key groups to share out"},
		{setting(InFlight(3)), `InFlight is a setting of Async, which operator "x" is not`},
		{setting(EventTime(func(int) time.Time { return time.Time{} }, 0)), `EventTime is a setting of sources, which operator "x" is not`},
		{setting(IdleAfter(-1)), "IdleAfter of -1ns; the time cannot be negative"},
		{setting(Emits(NewChannel[int]("lost"))), `nobody reads channel "lost"`},

		{reading(func(_ *Job, in Stream[int]) { Discard(FilterFunc(in, "", even)) }), "this operator has no name"},
		{reading(func(_ *Job, in Stream[int]) { Discard(Fields(in, func(int) any { return 1 })) }), "interface {} cannot be a key"},
		{reading(func(_ *Job, in Stream[int]) { Discard(WindowsOf(in, "x", Fixed(0).PerInstance())) }), "a window of 0s every 0s; times are milliseconds, at least one"},
		{reading(func(_ *Job, in Stream[int]) { Discard(Shed(in, Sample(2))) }), "Sample(2) keeps a share that is not in [0, 1]"},
		{reading(func(j *Job, _ Stream[int]) { Discard(DeadLetters[any](j, "in")) }), `DeadLetters of "in": its events are no interface {}`},
		{reading(func(_ *Job, in Stream[int]) {
			ask := func(context.Context, int) (int, error) { return 0, nil }
			Discard(AsyncFunc(in, "x", ask, InFlight(0), CallTimeout(-1), Retry(0, 0, 0), KeyOrder()))
		}), "InFlight(0): at least one call is under way at a time"},
	} {
		err := c.job().Validate()
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "mistakes_test.go:") || strings.Count(err.Error(), ".go:") != strings.Count(err.Error(), "mistakes_test.go:") {
			t.Errorf("%v is not %s", err, c.want)
		}
	}
}

// The zero Stream is of no job that could note a mistake: who is given it panics,
// with the line.
func TestTheZeroStream(t *testing.T) {
	var zero Stream[int]
	j := NewJob("wrong")
	in := AddSource(j, "in", countTo(1))
	var h heap[int]
	for name, give := range map[string]func(){
		"To":         func() { To(zero, "x", h.sink) },
		"MapFunc":    func() { FilterFunc(zero, "x", even) },
		"Fields":     func() { Fields[int, int](zero, nil) },
		"Shuffle":    func() { Shuffle(zero) },
		"Shed":       func() { Shed(zero, Sample(2)) },
		"Merge":      func() { Merge(in, zero) },
		"Discard":    func() { Discard(zero) },
		"Select":     func() { Select(zero, NewChannel[int]("c")) },
		"LateEvents": func() { LateEvents[int](zero) },
		"JoinTables": func() { JoinTables(in, zero, "x", InnerJoin) },
		"the left":   func() { JoinTables(zero, in, "x", InnerJoin) },
		"windows":    func() { WindowsOf(zero, "x", Fixed(0)) },
		"a nil job":  func() { AddSource(nil, "x", countTo(1)) },
		"letters":    func() { DeadLetters[int](nil, "x") },
	} {
		err, _ := recovered(give).(error)
		if err == nil || !strings.Contains(err.Error(), "a nil Job, or the zero Stream, is of no job") || !strings.Contains(err.Error(), "mistakes_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
