package flow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

// ErrStalled is what Run returns when an instance got no further for
// Options.Stall; see Stalls.
var ErrStalled = errors.New("flow: an instance got no further")

// Stall is an instance that had something to do, and got no further with it.
type Stall struct {
	Vertex   string
	Instance int
	Inside   int32     // what it was within, by Tenure.Within
	Since    time.Time // when it got on last, or, of one that was left, when it was to end
	Line     string    // file:line of the user's code where it is; "" if that is not known
	Left     bool      // it could not be ended: its goroutine goes on
}

// Stalls returns the instances that Run failed for, because they got no further,
// and those that it left behind. It is for after Run.
func (f *Flow) Stalls() []Stall { return f.stalls }

// looks is how often an instance is looked at within Options.Stall: so many in
// which it has not moved are needed, however the clock jumps.
const looks = 4

// guard looks at the instances until one got no further for too long, and cannot
// be replaced, which fails the flow, or ctx ends.
func (f *Flow) guard(ctx context.Context) {
	type last struct {
		steps int64
		word  uint64
		since time.Time
		looks int
	}
	all := make([]last, len(f.machines))
	clock := f.env.Clock
	for env.SleepUntil(ctx, clock, clock.Now().Add(f.options.Stall/looks)) == nil {
		now := clock.Now()
		for i, m := range f.machines {
			l := &all[i]
			steps, word := m.Usage.Steps.Load(), m.Tenure.word.Load()
			if l.since.IsZero() || steps != l.steps || word != l.word || !m.stuck() {
				*l = last{steps: steps, word: word, since: now}
			} else if l.looks++; l.looks < looks {
				continue
			} else if f.replace(ctx, m, word, l.since) {
				*l = last{}
			} else {
				f.stalls = append(f.stalls, m.stall(l.since))
			}
		}
		if len(f.stalls) > 0 {
			f.cancel(ErrStalled)
			return
		}
	}
}

// stuck reports whether an instance that does not move should: it is within a
// call, and not waiting for credit, or a keeper waits for what has no time.
func (m *machine) stuck() bool {
	u := m.Usage
	switch {
	case u.began.Load() == 0, m.gone.Load(), m.joins.Load(), u.blockedSince.Load() != 0:
		return false
	case m.source != nil: // it may wait in Poll as long as it likes
		return inside(m.Tenure.word.Load()) != 0
	}
	return !u.parked.Load() || u.awaits.Load()
}

func (m *machine) stall(since time.Time) Stall {
	return Stall{Vertex: m.Vertex, Instance: m.Index, Inside: inside(m.Tenure.word.Load()), Since: since, Line: userLine(m.Tenure.label(m))}
}

// join is Instance.Join. What is through has no use for what goes on still.
func (f *Flow) join(m *machine, then func() error) error {
	if m.over && f.options.Leave > 0 {
		m.joins.Store(true)
		told, ended := f.env.Clock.Now(), env.Ended(&m.calls)
		if !env.Within(context.Background(), f.env.Clock, f.options.Leave, ended) {
			s := m.stall(told)
			s.Left, m.left = true, &s
			go func() { // ends as that does
				<-ended
				_ = exec.Protect(then) // nobody waits for its error
			}()
			return nil
		}
	}
	m.calls.Wait()
	return then()
}

// leave waits for the instances to end, and for goroutines that have lost theirs.
// These, and the instances of a flow that was cut short, have Options.Leave for it;
// then they are left behind.
func (f *Flow) leave(short bool) {
	defer f.leaveCalls()
	if f.options.Leave == 0 || !short {
		f.all.Wait()
	}
	if len(f.left) == 0 && !short {
		return
	}
	ended := make(chan struct{})
	go func() { // ends with the last goroutine, also one that is left behind
		defer close(ended)
		f.all.Wait()
		for _, t := range f.left {
			<-t.ended
		}
	}()
	if f.options.Leave == 0 {
		<-ended
		return
	}
	told := f.env.Clock.Now()
	if env.Within(context.Background(), f.env.Clock, f.options.Leave, ended) {
		return
	}
	if !f.leaveAll(told) { // the last have just ended
		<-ended
	}
}

// leaveCalls notes what instances have left behind that ended.
func (f *Flow) leaveCalls() {
	for _, m := range f.machines {
		if m.gone.Load() && m.left != nil {
			f.stalls = append(f.stalls, *m.left)
		}
	}
}

// leaveAll notes what has not ended, if there is anything.
func (f *Flow) leaveAll(told time.Time) (any bool) {
	for _, m := range f.machines {
		if !m.gone.Load() {
			f.leaveBehind(m, told)
			any = true
		}
	}
	for _, t := range f.left {
		select {
		case <-t.ended:
		default:
			s := t.stall
			s.Left, any = true, true
			f.stalls = append(f.stalls, s)
		}
	}
	return any
}

func (f *Flow) leaveBehind(m *machine, told time.Time) {
	for i := range f.stalls {
		if s := &f.stalls[i]; s.Vertex == m.Vertex && s.Instance == m.Index {
			s.Left = true
			return
		}
	}
	s := m.stall(told)
	s.Left = true
	f.stalls = append(f.stalls, s)
}

// instanceLabel is the profiler's label of the goroutines of an instance.
const instanceLabel = "spate.instance"

// label tells the tenure of an instance from all others of the process.
func (t *Tenure) label(m *machine) string { return fmt.Sprintf("%s/%d %p", m.Vertex, m.Index, t) }

// labelled gives the goroutine, and those it starts, the tenure's label.
func (t *Tenure) labelled(ctx context.Context, m *machine) {
	pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels(instanceLabel, t.label(m))))
}

// userLine returns where a goroutine of that label is in the user's code, "" if
// none is there. It stops all goroutines for a moment.
func userLine(label string) string {
	var b bytes.Buffer
	if pprof.Lookup("goroutine").WriteTo(&b, 1) != nil {
		return ""
	}
	want := strconv.Quote(instanceLabel) + ":" + strconv.Quote(label)
	for record := range strings.SplitSeq(b.String(), "\n\n") {
		_, stack, _ := strings.Cut(record, " @ ")
		stack, rest, _ := strings.Cut(stack, "\n")
		if !strings.Contains(rest, want) {
			continue
		}
		if at, users := exec.Blame(addresses(stack)); users {
			return fmt.Sprintf("%s:%d", at.File, at.Line)
		}
	}
	return ""
}

// addresses reads those of a stack, as the profile of goroutines writes it.
func addresses(stack string) (pcs []uintptr) {
	for a := range strings.FieldsSeq(stack) {
		if pc, err := strconv.ParseUint(a, 0, 64); err == nil {
			pcs = append(pcs, uintptr(pc))
		}
	}
	return pcs
}
