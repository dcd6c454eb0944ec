package rdd

import "time"

// Listener hears what a context does. Fields may be nil. Calls come one at a
// time per job, from the job's goroutines, and must not block.
type Listener struct {
	JobStarted     func(JobInfo)
	JobEnded       func(JobInfo)
	StageSubmitted func(StageInfo)
	StageCompleted func(StageInfo)
	TaskEnded      func(TaskInfo)
}

// JobInfo is a job: an action's run.
type JobInfo struct {
	ID     int
	Name   string // the action and where it was called
	Stages int    // that ran, skipped ones excepted
	Err    error  // of an ended job, nil for success
	At     time.Time
	// Accumulators are the values of named accumulators at the end of the job.
	Accumulators map[string]any
}

// StageInfo is a stage of a job.
type StageInfo struct {
	ID, Job, Tasks int
	Name           string
	Err            error
	At             time.Time
}

// TaskInfo is a run of a task.
type TaskInfo struct {
	Stage, Partition, Attempt int
	Err                       error
	Start, End                time.Time
}

// AddListener makes l hear of everything that begins after the call.
func (c *Context) AddListener(l *Listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(append([]*Listener(nil), c.listeners...), l)
}

// tell calls f for every listener.
func (c *Context) tell(f func(*Listener)) {
	c.mu.Lock()
	all := c.listeners
	c.mu.Unlock()
	for _, l := range all {
		f(l)
	}
}
