package flow

import (
	"fmt"
	"time"
)

// Retry says at each failure of a run, told the time and how long it ran, how long
// to wait before the next, and whether there is one.
type Retry func(now time.Time, ran time.Duration) (delay time.Duration, again bool)

// Policy makes the Retry of a run of runs.
type Policy struct {
	Begin func() Retry // nil: there is no other try
	Wrong error        // why it cannot be; nil: it can
}

// unless makes a policy, which is wrong in one case.
func unless(wrong bool, begin func() Retry, format string, args ...any) Policy {
	p := Policy{Begin: begin}
	if wrong {
		p.Wrong = fmt.Errorf(format, args...)
	}
	return p
}

// FixedDelay returns what tries a number of times, after a delay each.
func FixedDelay(times int, delay time.Duration) Policy {
	return unless(times < 0 || delay < 0, func() Retry {
		left := times
		return func(time.Time, time.Duration) (time.Duration, bool) {
			left--
			return delay, left >= 0
		}
	}, "FixedDelay(%d, %v): neither can be negative", times, delay)
}

// ExponentialDelay returns what tries always, after a delay that doubles from first
// to most, and is first again after a run of steady.
func ExponentialDelay(first, most, steady time.Duration) Policy {
	return unless(first < 0 || most < first || steady < 0, func() Retry {
		delay := first
		return func(_ time.Time, ran time.Duration) (time.Duration, bool) {
			if ran >= steady {
				delay = first
			}
			now := min(delay, most)
			delay = min(2*now, most)
			return now, true
		}
	}, "ExponentialDelay(%v, %v, %v): none can be negative, and the first is not the longer", first, most, steady)
}

// FailureRate returns what tries after a delay, unless there were more than a number
// of failures within an interval.
func FailureRate(failures int, within, delay time.Duration) Policy {
	return unless(failures < 0 || within <= 0 || delay < 0, func() Retry {
		var past []time.Time
		return func(now time.Time, _ time.Duration) (time.Duration, bool) {
			past = append(past, now)
			for now.Sub(past[0]) > within {
				past = past[1:]
			}
			return delay, len(past) <= failures
		}
	}, "FailureRate(%d, %v, %v): none can be negative, and failures are counted within some time", failures, within, delay)
}
