package rdd

import (
	"time"

	"github.com/spatestream/spate/internal/exec"
)

// Listener hears what a context does. Fields may be nil. Calls come one at a
// time per job, from the job's goroutines and in the order of what happens to
// it, and must not block nor run actions. A panic of one is logged.
type Listener struct {
	JobStarted     func(JobInfo)
	JobEnded       func(JobInfo)
	StageSubmitted func(StageInfo)
	StageCompleted func(StageInfo)
	TaskStarted    func(TaskInfo)
	TaskEnded      func(TaskInfo)
}

// JobInfo is a job: an action's run.
type JobInfo struct {
	ID     int
	Name   string // the action and where it was called
	Stages int    // that ran so far, skipped ones excepted
	// Skipped counts the stages of the lineage that need not run, because their
	// output is there or nobody needs it.
	Skipped int
	Err     error // of an ended job, nil for success
	At      time.Time
	// Pool, Group, Description and Tags are what WithPool, WithJobGroup and
	// WithJobTag said.
	Pool, Group, Description string
	Tags                     []string
	// Accumulators are the values of named accumulators at the end of the job.
	Accumulators map[string]any
}

// StageInfo is a stage of a job.
type StageInfo struct {
	ID, Job, Tasks int
	// Attempt counts the runs of the stage in its job, from 0: it runs again
	// when output was lost, or a task of a barrier stage has failed.
	Attempt int
	Name    string // the operation it ends with, and where it was called
	Err     error  // of a completed stage, nil for success
	At      time.Time
}

// TaskInfo is a run of a task.
type TaskInfo struct {
	Job, Stage, StageAttempt, Partition, Attempt int
	// Speculative: begun because another run takes too long.
	Speculative bool
	// Killed: not needed any more, its job cancelled or another run faster.
	Killed     bool
	Err        error
	Start, End time.Time // no End: it has just started
}

// AddListener makes l hear of everything that begins after the call.
func (c *Context) AddListener(l *Listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(append([]*Listener(nil), c.listeners...), l)
}

// tell calls f for every listener, after those before have heard.
func (j *job) tell(f func(*Listener)) {
	j.hearing.Lock()
	defer j.hearing.Unlock()
	j.ctx.tell(f)
}

// tell calls f for every listener, as a part of a task if it is one that has
// something to tell. One that fails keeps no other from hearing.
func (c *Context) tell(f func(*Listener)) {
	c.mu.Lock()
	all := c.listeners
	c.mu.Unlock()
	if len(all) == 0 {
		return
	}
	apart := exec.Apart
	if exec.Working() {
		apart = elsewhere
	}
	for _, l := range all {
		if err := apart(func() error { f(l); return nil }); err != nil && c.env.Log != nil {
			c.env.Log.Error("a listener failed", "error", err)
		}
	}
}
