package topology

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/window"
)

// windowModel writes the time line of what windows of sums give, by looking at
// all events again at every step.
type windowModel struct {
	Windows
	events []modelEvent
	wm     int64 // the time before which all events are in
	lines  []string
}

type modelEvent struct {
	item
	at   int64
	dead bool // its session is forgotten
}

// modelWindow is a window and the events in it.
type modelWindow struct {
	key        string
	start, end int64
	sum, n     int
}

// windows returns all windows that have events, from scratch.
func (m *windowModel) windows() []modelWindow {
	if m.spec.Kind == window.Sessions {
		return m.clusters()
	}
	var out []modelWindow
	length, every := m.spec.Length.Milliseconds(), m.spec.Every.Milliseconds()
	for start := int64(-90_000); start < 200_000; start += every {
		for _, k := range []string{"a", "b"} {
			w := modelWindow{key: k, start: start, end: start + length}
			for _, e := range m.events {
				if e.Key == k && e.at >= start && e.at < start+length {
					w.sum += e.Value
					w.n++
				}
			}
			if w.n > 0 {
				out = append(out, w)
			}
		}
	}
	return out
}

// clusters returns the sessions of the events that are not forgotten.
func (m *windowModel) clusters() (out []modelWindow) {
	events := slices.DeleteFunc(slices.Clone(m.events), func(e modelEvent) bool { return e.dead })
	slices.SortFunc(events, func(a, b modelEvent) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.at, b.at))
	})
	for _, e := range events {
		if last := len(out) - 1; last >= 0 && out[last].key == e.Key && e.at < out[last].end {
			out[last].end = e.at + m.spec.Length.Milliseconds()
			out[last].sum += e.Value
			continue
		}
		out = append(out, modelWindow{key: e.Key, start: e.at, end: e.at + m.spec.Length.Milliseconds(), sum: e.Value})
	}
	return out
}

func (m *windowModel) tell(w modelWindow, t Timing) {
	at := func(ms int64) string { return seconds(time.UnixMilli(ms)) }
	m.lines = append(m.lines, fmt.Sprintf("> [%s,%s) %s %s %d @%s", at(w.start), at(w.end), t, w.key, w.sum, at(w.end-1)))
}

func (m *windowModel) event(e modelEvent) {
	m.lines = append(m.lines, fmt.Sprintf("%s %v", seconds(time.UnixMilli(e.at)), e.item))
	over := func(w modelWindow) bool { return w.end+m.spec.Lateness.Milliseconds() <= m.wm }
	in := func(w modelWindow) bool { return w.key == e.Key && w.start <= e.at && e.at < w.end }
	before := m.events
	m.events = append(slices.Clone(before), e)
	taken := false
	for _, w := range m.windows() {
		if in(w) && !over(w) {
			taken = true
			if w.end <= m.wm {
				m.tell(w, Late)
			}
		}
	}
	if !taken {
		m.events = before
		m.lines = append(m.lines, fmt.Sprintf("> late %v @%s", e.item, seconds(time.UnixMilli(e.at))))
	}
}

func (m *windowModel) advance(wm int64) {
	m.lines = append(m.lines, fmt.Sprintf("wm %s", seconds(time.UnixMilli(wm))))
	all := m.windows()
	for _, w := range all {
		if w.end > m.wm && w.end <= wm {
			m.tell(w, OnTime)
		}
	}
	m.wm = wm
	for _, w := range all {
		for i, e := range m.events {
			if m.spec.Kind == window.Sessions && w.end+m.spec.Lateness.Milliseconds() <= wm && e.Key == w.key && w.start <= e.at && e.at < w.end {
				m.events[i].dead = true
			}
		}
	}
}

// tellAll is sum with all of a window but the number of its firing, which the
// model does not count.
var tellAll = Aggregate[item, int, string]{
	Add: sum.Add, Merge: sum.Merge,
	Result: func(ctx *Context, w Window, acc int) (string, error) {
		k, err := Key[string](ctx)
		return fmt.Sprintf("[%s,%s) %s %s %d", seconds(w.Start), seconds(w.End), w.Timing, k, acc), err
	},
}

func TestWindowsGiveWhatAModelGives(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := []Windows{
			Fixed(secs(5)), Sliding(secs(6), secs(2)), Sliding(secs(7), secs(3)), Session(secs(4)),
		}[r.IntN(4)].Lateness([]time.Duration{0, secs(3), secs(20)}[r.IntN(3)])
		m := &windowModel{Windows: w}
		m.wm = -1000
		m.lines = append(m.lines, "wm -1")
		for i := range 40 {
			if r.IntN(4) == 0 {
				m.advance(m.wm + int64(r.IntN(5000)))
				continue
			}
			m.event(modelEvent{item: item{[]string{"a", "b"}[r.IntN(2)], 1 << (i % 20)}, at: max(0, m.wm-8000+500*int64(r.IntN(40)))})
		}
		m.advance(150_000)
		j := NewJob("windows")
		in := Fields(AddSource(j, "items", func() items { return items{} }), byKey)
		newTimeline(t, AggregateWindows(in, "windows", w, tellAll)).run(strings.Join(m.lines, "\n"))
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, w)
		}
	}
}
