package topology

import (
	"slices"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// Status is how a job is at one moment. It has a JSON form.
type Status struct {
	Job        string            `json:"job"`
	At         time.Time         `json:"at"` // by the job's clock
	Instances  []InstanceStatus  `json:"instances"`
	Components []ComponentStatus `json:"components"` // as they were added
	Edges      []EdgeStatus      `json:"edges"`      // as in the Plan
	// Bottleneck is the component to scale: of those with an input under pressure
	// that are busy most of the time, the one nearest to the sinks; "" if there is
	// none.
	Bottleneck string `json:"bottleneck,omitempty"`
	// Dropped counts events that Shed dropped, by the component they were for, and
	// those whose call stalled; DroppedBy by component and policy, or "stalled".
	Dropped   map[string]int64            `json:"dropped,omitempty"`
	DroppedBy map[string]map[string]int64 `json:"droppedBy,omitempty"`
	Restarts  int                         `json:"restarts,omitempty"`
	// InstanceRestarts counts instances that got no further and began again alone;
	// see StallTimeout.
	InstanceRestarts int               `json:"instanceRestarts,omitempty"`
	Checkpoint       *CheckpointStatus `json:"checkpoint,omitempty"` // the last one; nil: none yet
	// Eased holds the sources that EaseOff holds back, and the events a second that
	// they may give.
	Eased map[string]float64 `json:"eased,omitempty"`
}

// InstanceStatus is how an instance is: of a component, with all that are called
// directly behind it. Of each second between this Status and the one before (or
// the start), Busy, Blocked and Idle are milliseconds that add up to 1000. A
// source is busy while it waits for the outside, unless that is the clock
// (Context.WaitUntil).
type InstanceStatus struct {
	Component string  `json:"component"`
	Instance  int     `json:"instance"`
	Busy      float64 `json:"busyMsPerSecond"`
	Blocked   float64 `json:"blockedMsPerSecond"` // waited for consumers
	Idle      float64 `json:"idleMsPerSecond"`
	Rate      float64 `json:"eventsPerSecond"`         // received; of a source: given
	Capacity  float64 `json:"capacityEventsPerSecond"` // what it would do if always busy; 0 unknown
	Received  int64   `json:"eventsReceived"`
	Waiting   int     `json:"eventsWaiting"`
	Level     float64 `json:"queueLevel"` // of the fullest input, 0 to 1
	Pressured bool    `json:"pressured,omitempty"`
}

// ComponentStatus is how the instances of a component are together. What is
// called directly shares its time with its caller: Busy, Blocked and Idle are
// those of the goroutines that run it, on average.
type ComponentStatus struct {
	Component   string  `json:"component"`
	Parallelism int     `json:"parallelism"`
	Busy        float64 `json:"busyMsPerSecond"`
	Blocked     float64 `json:"blockedMsPerSecond"`
	Idle        float64 `json:"idleMsPerSecond"`
	Rate        float64 `json:"eventsPerSecond"`
	Capacity    float64 `json:"capacityEventsPerSecond"` // 0: unknown
	Headroom    float64 `json:"headroomEventsPerSecond"` // Capacity - Rate
	Waiting     int     `json:"eventsWaiting"`
	Level       float64 `json:"queueLevel"`
	// Over all restarts:
	Received     int64 `json:"eventsReceived"` // of a source: given
	Late         int64 `json:"late,omitempty"`
	Dropped      int64 `json:"dropped,omitempty"`
	DeadLettered int64 `json:"deadLettered,omitempty"`
	// Watermark is where the slowest instance is; nil without event time, and when
	// nothing is expected any more.
	Watermark *time.Time `json:"watermark,omitempty"`
}

// Marks of an edge's level: it is under pressure from when it reaches the high
// mark until it is below the low one.
const (
	HighMark = flow.HighMark
	LowMark  = flow.LowMark
)

// EdgeStatus is how an edge of the Plan is, over all pairs of instances.
type EdgeStatus struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Channel string `json:"channel"`
	// Called says that From calls To directly: nothing ever waits.
	Called    bool    `json:"called,omitempty"`
	Waiting   int     `json:"eventsWaiting"`
	Level     float64 `json:"queueLevel"` // of the fullest, 0 to 1
	Pressured bool    `json:"pressured,omitempty"`
	// Reliefs is how often pressure that lasted at least 200 milliseconds ended.
	Reliefs int64 `json:"reliefs,omitempty"`
}

// CheckpointStatus is a checkpoint that is complete.
type CheckpointStatus struct {
	Epoch int64         `json:"epoch"` // from 0
	At    time.Time     `json:"at"`
	Took  time.Duration `json:"tookNanos"` // since its barrier was sent
}

// Status returns how the job is; of one that does not run, only what it counts.
// Rates are since the last call. It is safe for concurrent use.
func (j *Job) Status() Status {
	j.running.mu.Lock()
	defer j.running.mu.Unlock()
	return j.running.asked.look(j)
}

// freshness is how far counts of sources that wait may lag behind, or the time
// between two looks if that is longer.
const freshness = 100 * time.Millisecond

// observer makes statuses, with rates since the one before.
type observer struct {
	flow      *flow.Flow // at the last look
	at        time.Time
	instances []flow.InstanceStatus
	counted   []int64 // by component
}

// look returns how the job is. Its running.mu is held.
func (o *observer) look(j *Job) Status {
	r := &j.running
	s := Status{Job: j.name, At: j.env.Clock.Now(), Dropped: map[string]int64{}, Restarts: r.restarts, InstanceRestarts: r.replaced, Checkpoint: r.checkpoint, Eased: j.eased()}
	j.addShed(&s)
	now := observer{flow: r.flow, at: s.At, counted: j.counted()}
	if r.flow == nil {
		*o = now
		now.components(o, j, nil, &s)
		return s
	}
	if o.flow != r.flow {
		*o = observer{flow: r.flow, at: r.began, counted: r.base, instances: make([]flow.InstanceStatus, len(r.flow.Status()))}
	}
	now.instances = r.flow.Status()
	for i, x := range now.instances {
		s.Instances = append(s.Instances, between(o.instances[i], x))
	}
	now.components(o, j, r.plan, &s)
	if s.At.Sub(o.at) >= freshness {
		r.flow.Refresh()
	}
	s.Edges = j.edges(r.plan, r.flow.Edges())
	s.Bottleneck = bottleneck(s.Instances)
	*o = now
	return s
}

func (j *Job) addShed(s *Status) {
	for _, c := range j.components {
		if n := c.shed.Total(); n > 0 {
			s.Dropped[c.name] = n
			if s.DroppedBy == nil {
				s.DroppedBy = map[string]map[string]int64{}
			}
			s.DroppedBy[c.name] = c.shed.ByPolicy()
		}
	}
}

// counted returns what each component has received, or given.
func (j *Job) counted() []int64 {
	all := make([]int64, len(j.components))
	for i, c := range j.components {
		all[i] = c.tally.received.Load() + c.tally.given.Load()
	}
	return all
}

// between makes rates of two moments.
func between(a, b flow.InstanceStatus) InstanceStatus {
	r := b.Since(a)
	return InstanceStatus{
		Component: b.Vertex, Instance: b.Instance, Received: b.Received, Waiting: b.Waiting, Level: b.Level, Pressured: b.Pressured,
		Busy: r.Busy, Blocked: r.Blocked, Idle: r.Idle, Rate: r.Events, Capacity: r.Capacity(),
	}
}

// components fills in the components, with rates since before.
func (o *observer) components(before *observer, j *Job, p *plan, s *Status) {
	span := o.at.Sub(before.at).Seconds()
	for i, c := range j.components {
		x := ComponentStatus{Component: c.name, Parallelism: c.parallelism, Received: o.counted[i], Late: c.late.Load(), Dropped: c.shed.Total(), DeadLettered: c.tally.dead.Load()}
		if p != nil {
			x.share(p.stages[c].head == c, o.instances, s.Instances, p.stages[c].head.name)
			if span > 0 {
				x.Rate = float64(o.counted[i]-before.counted[i]) / span
			}
			if x.Capacity = (flow.Rates{Events: x.Rate, Busy: x.Busy}).Capacity(); x.Capacity > 0 {
				x.Headroom = x.Capacity - x.Rate
			}
		}
		s.Components = append(s.Components, x)
	}
}

// share takes the time of the instances that run the component; its inputs too,
// if it is the head of its stage.
func (x *ComponentStatus) share(head bool, now []flow.InstanceStatus, rates []InstanceStatus, stage string) {
	w := eventtime.End
	for i, r := range rates {
		if r.Component != stage {
			continue
		}
		n := float64(x.Parallelism)
		x.Busy += r.Busy / n
		x.Blocked += r.Blocked / n
		x.Idle += r.Idle / n
		w = min(w, now[i].Watermark)
		if head {
			x.Waiting += r.Waiting
			x.Level = max(x.Level, r.Level)
		}
	}
	if w != flow.NoWatermark && w != eventtime.End {
		at := w.Time().Go()
		x.Watermark = &at
	}
}

// edges returns the edges of the plan as they run.
func (j *Job) edges(p *plan, now []flow.EdgeStatus) []EdgeStatus {
	var all []EdgeStatus
	for _, c := range j.components {
		for i, in := range c.inputs {
			for nth, r := range in.refs {
				s := EdgeStatus{From: r.from.name, To: c.name, Channel: r.from.channels[r.channel].name(), Called: true}
				if k := slices.Index(p.links, link{r.from, c, i, r.channel, nth}); k >= 0 {
					s.Called = false
					s.Waiting, s.Level, s.Pressured, s.Reliefs = now[k].Waiting, now[k].Level, now[k].Pressured, now[k].Reliefs
				}
				all = append(all, s)
			}
		}
	}
	return all
}

// bottleneck finds the component that holds others up. Instances are in order
// from the sources.
func bottleneck(all []InstanceStatus) string {
	for _, s := range slices.Backward(all) {
		if s.Pressured && s.Blocked < 500 && s.Idle < 500 {
			return s.Component
		}
	}
	return ""
}
