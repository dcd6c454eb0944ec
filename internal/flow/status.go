package flow

import (
	"time"

	"github.com/spatestream/spate/eventtime"
)

// InstanceStatus is how an instance is at one moment. What was neither blocked
// nor idle was busy; a source is busy while it waits for the outside, unless that is
// the clock (Usage.Rest).
type InstanceStatus struct {
	Vertex    string
	Instance  int
	Lived     time.Duration
	Blocked   time.Duration // waited for credit
	Idle      time.Duration // had nothing to do
	Received  int64         // events
	Waiting   int           // events on its inputs
	Level     float64       // credit in use on its fullest input, 0 to 1
	Pressured bool          // one of its inputs is
	Watermark eventtime.Watermark
	Ended     bool // nothing of it is under way any more
}

// Status returns how the instances are, in order of vertices. It is safe for
// concurrent use, also while the flow runs.
func (f *Flow) Status() []InstanceStatus {
	out := make([]InstanceStatus, len(f.machines))
	now := f.env.Clock.Now()
	for i, m := range f.machines {
		s := InstanceStatus{Vertex: m.Vertex, Instance: m.Index, Blocked: waited(&m.Usage.Blocked, &m.Usage.blockedSince, now), Idle: waited(&m.Usage.Idle, &m.Usage.idleSince, now), Received: m.Usage.Received.Load()}
		if began := m.Usage.began.Load(); began != 0 {
			s.Lived = now.Sub(time.Unix(0, began))
		}
		s.Waiting, s.Level, s.Pressured = m.in.load()
		s.Ended = m.gone.Load()
		s.Watermark = eventtime.Watermark(m.Usage.watermark.Load())
		out[i] = s
	}
	return out
}

// Refresh makes the sources that wait in Poll return, and so count what they have
// done; they are polled again. It is safe for concurrent use.
func (f *Flow) Refresh() {
	for _, m := range f.sources {
		m.interrupt(func(*orders) {})
	}
}

// load returns the events that wait, how full the fullest edge is, and whether
// one is under pressure.
func (in *inbox) load() (events int, level float64, pressured bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, e := range in.edges {
		events += e.held.events
		level = max(level, e.level())
		pressured = pressured || e.marks.pressed
	}
	return events, level, pressured
}

// level is the credit in use, 0 to 1. The lock is held.
func (e *edge) level() float64 {
	return min(1, max(float64(e.held.events)/float64(e.limit.events), float64(e.held.bytes)/float64(e.limit.bytes)))
}

// EdgeStatus is how an edge of the graph is at one moment: all that lead from
// instances of one vertex to those of another, taken together.
type EdgeStatus struct {
	Waiting   int     // events
	Level     float64 // credit in use of the fullest, 0 to 1
	Pressured bool    // one of them has reached its high mark, and not its low one since
	Reliefs   int64   // how often the one that was relieved most often was, after lasting pressure
}

// Edges returns how the edges are, in the order of the graph's. It is safe for
// concurrent use, also while the flow runs.
func (f *Flow) Edges() []EdgeStatus {
	out := make([]EdgeStatus, len(f.links))
	for i, link := range f.links {
		s := &out[i]
		for _, e := range link {
			e.to.mu.Lock()
			s.Waiting += e.held.events
			s.Level = max(s.Level, e.level())
			s.Pressured = s.Pressured || e.marks.pressed
			s.Reliefs = max(s.Reliefs, e.marks.reliefs)
			e.to.mu.Unlock()
		}
	}
	return out
}
