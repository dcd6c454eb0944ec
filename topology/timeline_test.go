package topology

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/window"
)

// item is an event of time lines.
type item struct {
	Key   string
	Value int
}

func (i item) String() string { return fmt.Sprint(i.Key, "=", i.Value) }

func byKey(i item) string { return i.Key }

// items gives nothing: time lines call instances themselves.
type items struct{}

func (items) Next(context.Context, *Emitter[item]) error { return nil }

// handClock is set by time lines.
type handClock struct {
	env.System
	now time.Time
}

func (c *handClock) Now() time.Time { return c.now }

// timeline is one instance that is called as a script says:
//
//	10 a=3        an event at 10 s
//	10 r a=3      of the right stream
//	- a=3         without a time
//	wm 15         all events before 15 s are in
//	clock 12.5    the job's clock
//	end           of the input
//
// What it gives follows behind ">", with its event time, where it lasts what
// that is.
type timeline struct {
	t     *testing.T
	node  *node
	clock *handClock
	built built
	got   []string
}

// newTimeline makes the instance that a stream comes from. Its source is of job j.
func newTimeline[Out any](t *testing.T, s Stream[Out]) *timeline {
	t.Helper()
	if err := s.job.Validate(); err != nil && !strings.Contains(err.Error(), "nobody reads") {
		t.Fatal(err)
	}
	l := &timeline{t: t, clock: &handClock{now: time.Unix(0, 0)}}
	c := s.refs[0].from
	l.node = &node{ctx: t.Context(), in: &flow.Instance{Of: 1, Usage: &flow.Usage{}, Env: &env.Env{Clock: l.clock}}, stage: &stage{plan: &plan{job: s.job}, head: c}}
	var err error
	if l.built, err = c.make(l.node); err != nil {
		t.Fatal(err)
	}
	l.built.attach(given[Out]{l, ">"})
	for i, ch := range c.channels {
		if ch.name() == lateName {
			l.built.ctx.attach[i](given[item]{l, "> late"})
		}
	}
	l.check(l.node.setUp(l.built.member))
	return l
}

func (l *timeline) check(err error) {
	if err == nil {
		err = l.node.err
	}
	if err != nil {
		l.t.Fatal(strings.Join(l.got, "\n"), "\n", err)
	}
}

// given notes what an instance gives.
type given[T any] struct {
	l     *timeline
	title string
}

func (g given[T]) receive(v T, h header) {
	at := "none"
	if h.at != eventtime.Min {
		at = seconds(h.at.Go())
	}
	g.l.got = append(g.l.got, fmt.Sprint(g.title, " ", v, " @", at))
}

func seconds(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	if t.UnixMilli() > window.Forever/2 {
		return "end"
	}
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)
}

// run follows a script and compares what is given, within a step in any order.
func (l *timeline) run(script string) {
	l.t.Helper()
	var want []string
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" {
			want = append(want, line)
		}
	}
	for _, line := range want {
		if !strings.HasPrefix(line, ">") {
			l.step(line)
		}
	}
	if !slices.Equal(inOrder(l.got), inOrder(want)) {
		l.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(inOrder(l.got), "\n\t"), strings.Join(inOrder(want), "\n\t"))
	}
}

// inOrder sorts what is given within each step.
func inOrder(lines []string) []string {
	out := slices.Clone(lines)
	for i := 0; i < len(out); i++ {
		j := i
		for j < len(out) && strings.HasPrefix(out[j], ">") {
			j++
		}
		slices.Sort(out[i:j])
		i = max(i, j-1)
	}
	return out
}

func (l *timeline) step(line string) {
	l.got = append(l.got, line)
	words := strings.Fields(line)
	m := l.built.member
	switch words[0] {
	case "wm":
		l.check(m.advance(eventtime.Watermark(millis(words[1]) - 1)))
	case "end":
		l.check(m.advance(eventtime.End))
	case "clock":
		l.clock.now = time.UnixMilli(millis(words[1]))
		for due := m.due(); !due.IsZero() && !due.After(l.clock.now); due = m.due() {
			l.check(m.wake(l.clock.now))
		}
	default:
		l.event(words)
	}
}

func (l *timeline) event(words []string) {
	h := header{at: eventtime.Min}
	if words[0] != "-" {
		h.at = eventtime.Time(millis(words[0]) * 1000)
	}
	key, value, _ := strings.Cut(words[len(words)-1], "=")
	n, err := strconv.Atoi(value)
	l.check(err)
	side := 0
	if words[1] == "r" {
		side = 1
	}
	l.built.receivers[side].(receiver[item]).receive(item{key, n}, h)
	l.check(nil)
}

func millis(s string) int64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return int64(math.Round(f * 1000))
}
