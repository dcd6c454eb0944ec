package flow

import "time"

// Pressure is from what level of credit in use an edge counts as pressured.
const Pressure = 0.8

// InstanceStatus is how an instance is at one moment. What was neither blocked
// nor idle was busy; a source is busy while it waits for the outside.
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
}

// Status returns how the instances are, in order of vertices. It is safe for
// concurrent use, also while the flow runs.
func (f *Flow) Status() []InstanceStatus {
	out := make([]InstanceStatus, len(f.machines))
	now := f.env.Clock.Now()
	for i, m := range f.machines {
		s := InstanceStatus{Vertex: m.Vertex, Instance: m.Index, Blocked: time.Duration(m.Usage.Blocked.Load()), Idle: time.Duration(m.Usage.Idle.Load()), Received: m.Usage.Received.Load()}
		if began := m.Usage.began.Load(); began != 0 {
			s.Lived = now.Sub(time.Unix(0, began))
		}
		s.Waiting, s.Level = m.in.load()
		s.Pressured = s.Level >= Pressure
		out[i] = s
	}
	return out
}

// load returns the events that wait, and how full the fullest edge is.
func (in *inbox) load() (events int, level float64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, e := range in.edges {
		events += e.held.events
		level = max(level, float64(e.held.events)/float64(e.limit.events), float64(e.held.bytes)/float64(e.limit.bytes))
	}
	return events, min(level, 1)
}
