package topology

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// RestartPolicy says whether and when a job that failed begins again.
type RestartPolicy struct{ flow flow.Policy }

// Restart makes Run begin again after a failure, as p says; without it Run
// returns the first error. All instances are made anew by their constructors; a
// source goes on where it can: with checkpoints where the last one is. AtLeastOnce
// gives again what was under way.
func Restart(p RestartPolicy) Option {
	return func(j *Job) {
		if j.restart = p; p.flow.Wrong != nil {
			j.mistake("Restart: %w", p.flow.Wrong)
		}
	}
}

// FixedDelay restarts a number of times, after a delay each.
func FixedDelay(times int, delay time.Duration) RestartPolicy {
	return RestartPolicy{flow.FixedDelay(times, delay)}
}

// ExponentialDelay restarts always, after a delay that doubles from first to
// most, and is first again when the job has run for steady.
func ExponentialDelay(first, most, steady time.Duration) RestartPolicy {
	return RestartPolicy{flow.ExponentialDelay(first, most, steady)}
}

// FailureRate restarts after a delay, unless the job has failed more than a
// number of times within an interval.
func FailureRate(failures int, within, delay time.Duration) RestartPolicy {
	return RestartPolicy{flow.FailureRate(failures, within, delay)}
}

// runs makes the job's flow and lets run take it to its end, again and again as
// the policy says, with wait in between.
func (j *Job) runs(ctx context.Context, wait func(context.Context, time.Duration) error, run func(*flow.Flow) error) error {
	var next flow.Retry
	if j.restart.flow.Begin != nil {
		next = j.restart.flow.Begin()
	}
	clock := j.env.Clock
	var before *tracker
	for {
		began := clock.Now()
		t, err := j.runOnce(ctx, before, run)
		if last := (*lastError)(nil); err == nil || ctx.Err() != nil || next == nil || errors.As(err, &last) {
			return err
		}
		before = t
		now := clock.Now()
		delay, again := next(now, now.Sub(began))
		if !again {
			return err
		}
		j.restarted(err, delay)
		j.env.Log.Warn("the job failed and is restarted", "job", j.name, "error", err, "delay", delay)
		if err := wait(ctx, delay); err != nil {
			return err
		}
	}
}

// runOnce runs the job from where its checkpoint is, if it has one; before is the
// tracker of the run before, whose events are still to be dealt with, or nil.
func (j *Job) runOnce(ctx context.Context, before *tracker, run func(*flow.Flow) error) (t *tracker, err error) {
	p := j.plan()
	if j.delivery != nil {
		if t, err = newTracker(j, before); err != nil {
			return nil, err
		}
		p.tracker = t
	}
	var options flow.Options
	if c := j.checkpoints; c != nil {
		defer func() { err = errors.Join(err, c.close()) }()
		if err := c.open(ctx); err != nil {
			return t, err
		}
		options = flow.Options{Control: c, Unaligned: !c.aligned}
	}
	options.Stall, options.Leave, options.Replaced = j.stall, cmp.Or(j.stop, j.stall, defaultStop), p.replaced
	if j.watch != nil {
		options.Watcher = j.watch
	}
	f, err := flow.New(p.graph(), j.env, options)
	if err != nil {
		return t, err
	}
	j.now(f, p)
	defer j.now(nil, nil)
	if j.watch != nil {
		j.watch.begin(j.env.Clock.Now())
	}
	err, final := p.stalled(run(f), f.Stalls())
	if j.watch != nil {
		j.watch.end()
	}
	if final {
		err = &lastError{err}
	}
	return t, err
}

// lastError is after what no other run can follow.
type lastError struct{ error }

func (e *lastError) Unwrap() error { return e.error }

// restarted notes that the job has failed and begins again after a delay.
func (j *Job) restarted(err error, delay time.Duration) {
	j.running.mu.Lock()
	j.running.restarts++
	j.running.mu.Unlock()
	j.tell(Notice{Kind: Restarted, Delay: delay, Error: err.Error()})
}
