package topology

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// StallTimeout is for instances that have something to do, and get no further with
// it for d: within a call of an operator or sink (of a source's Next it may be as
// long as it likes) that neither returns nor emits, or waiting for calls of Async
// without a CallTimeout. What waits for its consumers, or for events, does not count.
//
// Such an instance is restarted alone, once: one made anew goes on in its place, with
// empty state. The event it was at is an error to OnError, with a StallError; if there
// is no OnError, it is given again in a job AtLeastOnce, and dropped in others (Counts).
// The call that hangs is left behind: its context ends, and once it emits, holds or
// releases an event, or returns, so does its goroutine, after what it has deferred and
// the Close of its instance.
//
// The second time, and where an instance cannot be restarted alone (a job with
// checkpoints; what a source calls directly; Async; Close; functions of groupings), the
// job fails. The first Setup, and groupings of a source, may be as long as they like. Restart begins it again, as after any failure; when that
// gives up, or there is none, Run returns a StallError.
//
// It is found out within a quarter of d more. It costs some ten nanoseconds for each
// event and component, and is not for Simulate.
func StallTimeout(d time.Duration) Option {
	return func(j *Job) {
		if d <= 0 {
			j.mistake("StallTimeout(%v): the time must be positive; without the option stalls are not noticed", d)
			return
		}
		j.stall = d
	}
}

// StopTimeout is how long calls may take to return when the job ends before it is
// through, as its context has ended or something failed; and, when it is through,
// calls whose instances were restarted alone, or, of Async, whose CallTimeout has
// passed. It is by the job's clock, and 30 seconds without it, or the StallTimeout.
// Then Run, or the restart, leaves the goroutine of what does not return behind, and
// says so by a StallError, or, if the job is through, in its log and by a Notice; what
// that does later is not part of the job. A job that was given neither time-out is not
// restarted beside it. It is not for Simulate.
func StopTimeout(d time.Duration) Option {
	return func(j *Job) {
		if d <= 0 {
			j.mistake("StopTimeout(%v): the time must be positive; 30 seconds without the option", d)
			return
		}
		j.stop = d
	}
}

// defaultStop is the StopTimeout of a job that was given none.
const defaultStop = 30 * time.Second

// StallError says that an instance got no further, or does not end; see
// StallTimeout and StopTimeout.
type StallError struct {
	Component string    `json:"component"` // of those that call each other directly, without a StallTimeout, the first
	Instance  int       `json:"instance"`
	Since     time.Time `json:"since"`          // when it got on last; of one that only did not end, when it was to
	Line      string    `json:"line,omitempty"` // file:line of your code where it was; "" if that is not known
	Left      bool      `json:"left,omitempty"` // its goroutine could not be ended, and is left behind

	calls []string // components that may be meant as well
}

// Error implements error.
func (e *StallError) Error() string {
	var b strings.Builder
	b.WriteString(e.Component)
	if len(e.calls) > 0 {
		fmt.Fprintf(&b, " (which calls %s)", strings.Join(e.calls, ", "))
	}
	fmt.Fprintf(&b, ", instance %d: it got no further since %s", e.Instance, e.Since.Format(time.RFC3339Nano))
	if e.Line != "" {
		fmt.Fprintf(&b, ", at %s", e.Line)
	}
	if e.Left {
		b.WriteString("; its goroutine does not end, and is left behind: a call must return when its context has ended; StopTimeout gives it more time")
	}
	return b.String()
}

// stalled puts what stalled, or was left behind, into the error of a run. final:
// there can be no other run, as what was left behind is in its way.
func (p *plan) stalled(err error, all []flow.Stall) (_ error, final bool) {
	if err == nil {
		for _, s := range all {
			p.leftBehind(s)
		}
		return nil, false
	}
	if errors.Is(err, flow.ErrStalled) {
		err = nil
	}
	for _, s := range all {
		err = errors.Join(err, p.stall(s))
		final = final || s.Left && (p.keepsPending(s.Vertex) || p.job.stall == 0 && p.job.stop == 0)
	}
	return err, final
}

// stall makes the error of what got no further.
func (p *plan) stall(s flow.Stall) *StallError {
	e := &StallError{Component: s.Vertex, Instance: s.Instance, Since: s.Since, Line: s.Line, Left: s.Left}
	if s.Inside > 0 {
		e.Component = p.job.components[s.Inside-1].name
	} else {
		e.calls = p.called(s.Vertex)
	}
	return e
}

// replaced notes that an instance got no further, and has a successor.
func (p *plan) replaced(s flow.Stall) {
	j, e := p.job, p.stall(s)
	j.running.mu.Lock()
	j.running.replaced++
	j.running.mu.Unlock()
	j.env.Log.Warn("an instance got no further and is restarted alone", "job", j.name, "component", e.Component, "instance", e.Instance, "since", e.Since, "line", e.Line)
	j.tell(Notice{Kind: InstanceRestarted, Stall: e})
}

// leftBehind notes a goroutine that a job which is through leaves behind.
func (p *plan) leftBehind(s flow.Stall) {
	j, e := p.job, p.stall(s)
	j.env.Log.Warn("the job is through, and leaves a call behind that does not return though its context has ended", "job", j.name, "component", e.Component, "instance", e.Instance, "line", e.Line)
	j.tell(Notice{Kind: LeftBehind, Stall: e})
}

// called returns the components of a stage that its head calls.
func (p *plan) called(stage string) (all []string) {
	for _, c := range p.job.components {
		if s := p.stages[c]; s.head.name == stage && s.head != c {
			all = append(all, c.name)
		}
	}
	return all
}

// keepsPending reports whether a stage has the events under way of a source, which
// another run would take over.
func (p *plan) keepsPending(name string) bool {
	sends := func(s *stage) bool { return s.head.name == name && s.head.role == source }
	return p.job.delivery != nil && slices.ContainsFunc(p.order, sends)
}
