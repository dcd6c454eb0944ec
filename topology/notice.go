package topology

import (
	"slices"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/exec"
)

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
	Ended        NoticeKind = "ended" // nothing follows
)

// Listen makes the job tell f what happens to it, one notice after another, on a
// goroutine of the listener's own: the job never waits for it. Run returns when
// f has had the last one.
func Listen(f func(Notice)) Option {
	return func(j *Job) {
		w := j.watched()
		w.listeners = append(w.listeners, &listener{f: f, wake: make(chan struct{}, 1)})
	}
}

// listener hands notices on.
type listener struct {
	f    func(Notice)
	wake chan struct{} // one token: there is something in the queue, or it is closed

	mu     sync.Mutex
	queue  []Notice // guarded by mu
	missed int      // guarded by mu
	closed bool     // guarded by mu: nothing follows
}

// mostNotices is how many notices wait for a listener at most.
const mostNotices = 1024

// put adds a notice. A status takes the place of one that waits; of too many the
// oldest goes.
func (l *listener) put(n Notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	gone := -1
	if n.Kind == Taken {
		gone = slices.IndexFunc(l.queue, func(x Notice) bool { return x.Kind == Taken })
	}
	if gone < 0 && len(l.queue) >= mostNotices {
		gone = 0
	}
	if gone >= 0 {
		l.queue = slices.Delete(l.queue, gone, gone+1)
		l.missed++
	}
	l.queue = append(l.queue, n)
	l.rouse()
}

func (l *listener) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.rouse()
}

func (l *listener) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// take returns the next notice, if there is one, and whether more may come.
func (l *listener) take() (n Notice, ok, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return n, false, !l.closed
	}
	n, l.queue = l.queue[0], l.queue[1:]
	n.Missed, l.missed = l.missed, 0
	return n, true, true
}

// run is the goroutine of the listener. It ends when it has been closed and the
// queue is empty.
func (l *listener) run(failed func(error)) {
	for {
		n, ok, open := l.take()
		switch {
		case ok:
			l.call(n, failed)
		case open:
			<-l.wake
		default:
			return
		}
	}
}

// call gives a notice to the user, whose panic is nobody else's.
func (l *listener) call(n Notice, failed func(error)) {
	if err := exec.Protect(func() error { l.f(n); return nil }); err != nil {
		failed(err)
	}
}
