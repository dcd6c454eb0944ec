package topology

import "time"

// Notice tells a listener of something that happened to a job. It has a JSON
// form. What it points to is not changed any more.
type Notice struct {
	Kind NoticeKind `json:"kind"`
	Job  string     `json:"job"`
	At   time.Time  `json:"at"` // by the job's clock

	Status     *Status           `json:"status,omitempty"`     // of Taken
	Bottleneck string            `json:"bottleneck,omitempty"` // of Bottleneck; "": there is none any more
	Alarm      *Alarm            `json:"alarm,omitempty"`      // of Alarmed
	Checkpoint *CheckpointStatus `json:"checkpoint,omitempty"` // of Checkpointed
	Delay      time.Duration     `json:"delayNanos,omitempty"` // of Restarted: until it begins again
	Error      string            `json:"error,omitempty"`      // of Restarted and Ended: what failed
	Stall      *StallError       `json:"stall,omitempty"`      // of InstanceRestarted and LeftBehind
	// Missed counts notices that the listener was too slow for, since the one
	// before: statuses that a later one replaced, mostly.
	Missed int `json:"missed,omitempty"`
}

// NoticeKind is what a Notice is of.
type NoticeKind string

// Kinds of notices.
const (
	Started      NoticeKind = "started"
	Taken        NoticeKind = "status"
	Bottleneck   NoticeKind = "bottleneck" // it is another one, at two looks in a row
	Alarmed      NoticeKind = "alarm"
	Restarted    NoticeKind = "restarted" // the job failed, and will begin again
	Checkpointed NoticeKind = "checkpoint"
	// InstanceRestarted says that an instance got no further for the StallTimeout,
	// and has begun again, alone.
	InstanceRestarted NoticeKind = "instance-restarted"
	// LeftBehind says that the job is through, but for a call that does not return.
	LeftBehind NoticeKind = "left-behind"
	Ended      NoticeKind = "ended" // nothing follows
)

// Listen makes the job tell f what happens to it, one notice after another, on a
// goroutine of the listener's own: the job never waits for it. Run returns when
// f has had the last one.
func Listen(f func(Notice)) Option {
	return func(j *Job) {
		j.given("Listen", f != nil)
		j.watched().listeners.Add(func(n Notice, missed int) {
			n.Missed = missed
			f(n)
		})
	}
}

// mostNotices is how many notices wait for a listener at most.
const mostNotices = 1024

// replaces says that a status takes the place of one that waits.
func replaces(waits, next Notice) bool { return waits.Kind == Taken && next.Kind == Taken }
