package topology

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// StallTimeout fails the job when an instance has something to do, and gets no
// further with it for d: it is within a call of an operator or sink (of a source's
// Next it may be as long as it likes) that neither returns nor emits, or it waits
// for calls of Async without a CallTimeout. What waits for its consumers, or for
// events, does not count. Restart begins the job again, as after any failure; when
// that gives up, or there is none, Run returns a StallError.
//
// A call cannot be ended from outside: its context ends (Context, and that of
// Async), and it has the StopTimeout to return.
//
// It is found out within a quarter of d more. It costs some nanoseconds for each
// event and component, and is not for Simulate.
func StallTimeout(d time.Duration) Option {
	return func(j *Job) {
		if d <= 0 {
			j.mistake("StallTimeout(%v) must be positive", d)
			return
		}
		j.stall = d
	}
}

// StopTimeout is how long calls may take to return when the job ends before it is
// through: its context has ended, or something failed. It is by the job's clock, and
// 30 seconds without it, or the StallTimeout. Then Run, or the restart, leaves the
// goroutine of an instance that does not return behind, and says so by a StallError;
// what that does later is not part of the job. A job that was given neither time-out
// is not restarted beside it. It is not for Simulate.
func StopTimeout(d time.Duration) Option {
	return func(j *Job) {
		if d <= 0 {
			j.mistake("StopTimeout(%v) must be positive", d)
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
	Component string // of those that call each other directly, without a StallTimeout, the first
	Instance  int
	Since     time.Time // when it got on last; of one that only did not end, when it was to
	Line      string    // file:line of your code where it was; "" if that is not known
	Left      bool      // its goroutine could not be ended, and is left behind

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
	if len(all) == 0 {
		return err, false
	}
	if errors.Is(err, flow.ErrStalled) {
		err = nil
	}
	for _, s := range all {
		e := &StallError{Component: s.Vertex, Instance: s.Instance, Since: s.Since, Line: s.Line, Left: s.Left}
		if s.Inside > 0 {
			e.Component = p.job.components[s.Inside-1].name
		} else {
			e.calls = p.called(s.Vertex)
		}
		err = errors.Join(err, e)
		final = final || s.Left && (p.keepsPending(s.Vertex) || p.job.stall == 0 && p.job.stop == 0)
	}
	return err, final
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

// noticed stands before a member in a job with a StallTimeout, and says that the
// instance is within it.
type noticed[T any] struct {
	to    receiver[T]
	usage *flow.Usage
	is    int32
}

func noticeable[T any](c *component, ctx *Context, to receiver[T]) receiver[T] {
	if c.job.stall == 0 {
		return to
	}
	return &noticed[T]{to, ctx.node.in.Usage, int32(c.number) + 1}
}

func (x *noticed[T]) receive(v T, h header) {
	around := x.usage.Inside.Swap(x.is)
	defer x.usage.Inside.Store(around)
	x.usage.Steps.Add(1)
	x.to.receive(v, h)
}

// expect implements expectant.
func (x *noticed[T]) expect(values []T) {
	if e, ok := x.to.(expectant[T]); ok {
		e.expect(values)
	}
}

// inside says which member is at work, in a job with a StallTimeout; nil: none.
func (n *node) inside(m member) {
	if !n.notices {
		return
	}
	is := int32(0)
	if m != nil {
		is = int32(m.context().of.number) + 1
	}
	n.in.Usage.Inside.Store(is)
}
