package flow

import "time"

// Retry says at each failure of a run, told the time and how long it ran, how long
// to wait before the next, and whether there is one.
type Retry func(now time.Time, ran time.Duration) (delay time.Duration, again bool)

// FixedDelay returns what tries a number of times, after a delay each.
func FixedDelay(times int, delay time.Duration) Retry {
	return func(time.Time, time.Duration) (time.Duration, bool) {
		times--
		return delay, times >= 0
	}
}

// ExponentialDelay returns what tries always, after a delay that doubles from first
// to most, and is first again after a run of steady.
func ExponentialDelay(first, most, steady time.Duration) Retry {
	delay := first
	return func(_ time.Time, ran time.Duration) (time.Duration, bool) {
		if ran >= steady {
			delay = first
		}
		now := min(delay, most)
		delay = min(2*now, most)
		return now, true
	}
}

// FailureRate returns what tries after a delay, unless there were more than a number
// of failures within an interval.
func FailureRate(failures int, within, delay time.Duration) Retry {
	var past []time.Time
	return func(now time.Time, _ time.Duration) (time.Duration, bool) {
		past = append(past, now)
		for now.Sub(past[0]) > within {
			past = past[1:]
		}
		return delay, len(past) <= failures
	}
}
