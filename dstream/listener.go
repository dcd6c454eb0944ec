package dstream

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/exec"
)

// Listener hears what a streaming context does, as StreamingListener. Fields
// may be nil. Calls must not block, nor stop the context; a panic is logged.
type Listener struct {
	StreamingStarted         func(StreamingStarted)
	BatchSubmitted           func(BatchInfo)
	BatchStarted             func(BatchInfo)
	BatchCompleted           func(BatchInfo)
	BatchNotMade             func(at time.Time, reason error) // there are no jobs at this batch time; Spark has no such event
	OutputOperationStarted   func(OutputOperationInfo)
	OutputOperationCompleted func(OutputOperationInfo)
	ReceiverStarted          func(ReceiverInfo)
	ReceiverError            func(ReceiverInfo)
	ReceiverStopped          func(ReceiverInfo)
}

// StreamingStarted is the start of a context.
type StreamingStarted struct{ Time time.Time }

// BatchInfo is a batch at some point of its life; times that have not come yet
// are zero.
type BatchInfo struct {
	BatchTime        time.Time
	Inputs           []InputInfo
	SubmissionTime   time.Time
	ProcessingStart  time.Time
	ProcessingEnd    time.Time
	OutputOperations []OutputOperationInfo
}

// InputInfo is what an input gave to a batch.
type InputInfo struct {
	Stream   int // the input's id
	Name     string
	Records  int64
	Metadata map[string]any // such as the files read
}

// OutputOperationInfo is an output operation of a batch; times that have not
// come yet are zero.
type OutputOperationInfo struct {
	BatchTime   time.Time
	ID          int
	Name        string // the operation and where it was called
	Description string // of the jobs that it runs, as an rdd.Listener hears it
	Start, End  time.Time
	Failure     string // "" for none
}

// ReceiverInfo is a receiver's state.
type ReceiverInfo struct {
	Stream           int
	Name             string
	Active           bool
	LastErrorMessage string
	LastError        string
	LastErrorTime    time.Time // zero: none
}

// SchedulingDelay is how long the batch waited, if it has started.
func (b BatchInfo) SchedulingDelay() (time.Duration, bool) {
	return b.ProcessingStart.Sub(b.SubmissionTime), !b.ProcessingStart.IsZero()
}

// ProcessingDelay is how long the batch took, if it has ended.
func (b BatchInfo) ProcessingDelay() (time.Duration, bool) {
	return b.ProcessingEnd.Sub(b.ProcessingStart), !b.ProcessingEnd.IsZero()
}

// TotalDelay is waiting and processing together, if the batch has ended.
func (b BatchInfo) TotalDelay() (time.Duration, bool) {
	return b.ProcessingEnd.Sub(b.SubmissionTime), !b.ProcessingEnd.IsZero()
}

// NumRecords is the sum over the inputs.
func (b BatchInfo) NumRecords() (n int64) {
	for _, in := range b.Inputs {
		n += in.Records
	}
	return n
}

// info describes a batch as it is now.
func (b *batch) info() BatchInfo {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := BatchInfo{BatchTime: b.time.time(), Inputs: b.inputs, SubmissionTime: b.submitted, ProcessingStart: b.started, ProcessingEnd: b.ended}
	for _, j := range b.jobs {
		out.OutputOperations = append(out.OutputOperations, b.describe(j))
	}
	return out
}

func (b *batch) operation(j *outputJob) OutputOperationInfo {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.describe(j)
}

// describe runs under mu.
func (b *batch) describe(j *outputJob) OutputOperationInfo {
	out := OutputOperationInfo{BatchTime: b.time.time(), ID: j.id, Name: j.output.op + " at " + j.output.site.String(),
		Description: b.description(j), Start: j.started, End: j.ended}
	if j.err != nil {
		out.Failure = j.err.Error()
	}
	return out
}

// description is Spark's.
func (b *batch) description(j *outputJob) string {
	return fmt.Sprintf("Streaming job from [output operation %d, batch time %v]", j.id, b.time)
}

// listeners is the list of who hears. It is safe for concurrent use.
type listeners struct {
	log *slog.Logger
	mu  sync.Mutex
	all []*Listener // guarded by mu; replaced, never changed
}

func (l *listeners) add(x *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(append([]*Listener(nil), l.all...), x)
}

// before is add for one that hears before all others.
func (l *listeners) before(x *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append([]*Listener{x}, l.all...)
}

func (l *listeners) remove(x *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var left []*Listener
	for _, y := range l.all {
		if y != x {
			left = append(left, y)
		}
	}
	l.all = left
}

// tell calls f for every listener. One that fails keeps no other from hearing.
func (l *listeners) tell(f func(*Listener)) {
	l.mu.Lock()
	all := l.all
	l.mu.Unlock()
	for _, x := range all {
		if err := exec.Apart(func() error { return hear(x, f) }); err != nil {
			l.log.Error("a streaming listener failed", "error", err)
		}
	}
}

func call[T any](f func(T), x T) {
	if f != nil {
		f(x)
	}
}

// AddListener makes l hear of everything that happens after the call.
func (c *Context) AddListener(l *Listener) { c.listeners.add(l) }

// RemoveListener ends what AddListener began.
func (c *Context) RemoveListener(l *Listener) { c.listeners.remove(l) }
