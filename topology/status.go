package topology

import (
	"slices"
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// Status is how a running job is at one moment. It has a JSON form.
type Status struct {
	Job       string           `json:"job"`
	Instances []InstanceStatus `json:"instances"`
	// Bottleneck is the component to scale: of those whose inputs are full
	// while they are not themselves held up, the one nearest to the sinks;
	// "" if there is none.
	Bottleneck string `json:"bottleneck,omitempty"`
	// Dropped counts events that Shed dropped, by the component they were for.
	Dropped map[string]int64 `json:"dropped,omitempty"`
}

// InstanceStatus is how an instance is: of a component, with all that are called
// directly behind it. Of each second between this Status and the one before (or
// the start), Busy, Blocked and Idle are milliseconds that add up to 1000. A
// source is busy while it waits for the outside.
type InstanceStatus struct {
	Component string  `json:"component"`
	Instance  int     `json:"instance"`
	Busy      float64 `json:"busyMsPerSecond"`
	Blocked   float64 `json:"blockedMsPerSecond"` // waited for consumers
	Idle      float64 `json:"idleMsPerSecond"`
	Rate      float64 `json:"eventsPerSecond"`
	Capacity  float64 `json:"capacityEventsPerSecond"` // what it would do if always busy; 0 unknown
	Received  int64   `json:"eventsReceived"`
	Waiting   int     `json:"eventsWaiting"`
	Level     float64 `json:"queueLevel"` // of the fullest input, 0 to 1
}

// Status returns how the job is; the zero Status of one that does not run. It is
// safe for concurrent use.
func (j *Job) Status() Status {
	j.running.mu.Lock()
	defer j.running.mu.Unlock()
	s := Status{Job: j.name, Dropped: map[string]int64{}}
	for _, c := range j.components {
		if n := c.shed.Load(); n > 0 {
			s.Dropped[c.name] = n
		}
	}
	if j.running.flow == nil {
		return s
	}
	now := j.running.flow.Status()
	for i, x := range now {
		var before flow.InstanceStatus
		if j.running.last != nil {
			before = j.running.last[i]
		}
		s.Instances = append(s.Instances, between(before, x))
	}
	j.running.last = now
	s.Bottleneck = bottleneck(s.Instances)
	return s
}

// between makes rates of two moments.
func between(a, b flow.InstanceStatus) InstanceStatus {
	s := InstanceStatus{Component: b.Vertex, Instance: b.Instance, Received: b.Received, Waiting: b.Waiting, Level: b.Level}
	span := b.Lived - a.Lived
	if span <= 0 {
		return s
	}
	share := func(d time.Duration) float64 { return min(1000, 1000*float64(d)/float64(span)) }
	s.Blocked = share(b.Blocked - a.Blocked)
	s.Idle = min(1000-s.Blocked, share(b.Idle-a.Idle))
	s.Busy = 1000 - s.Blocked - s.Idle
	s.Rate = float64(b.Received-a.Received) / span.Seconds()
	if s.Busy > 0 {
		s.Capacity = s.Rate * 1000 / s.Busy
	}
	return s
}

// bottleneck finds the component that holds others up. Instances are in order
// from the sources.
func bottleneck(all []InstanceStatus) string {
	for _, s := range slices.Backward(all) {
		if s.Level < flow.Pressure || s.Blocked >= 500 {
			continue
		}
		return s.Component
	}
	return ""
}
