package rdd

import (
	"cmp"
	"slices"
)

// Status is what a context does now.
type Status struct {
	Jobs []JobStatus // that run, by number
}

// JobStatus is a running job; Info.At is when it began.
type JobStatus struct {
	Info   JobInfo
	Stages []StageStatus // that run, by number
}

// StageStatus is a running stage; Info.At is when it was submitted.
type StageStatus struct {
	Info  StageInfo
	Tasks TaskCounts // of this attempt; the rest of Info.Tasks wait for a worker
}

// TaskCounts counts the runs of the tasks of a stage.
type TaskCounts struct {
	Running int
	Done    int // tasks that count; of a barrier stage, those that wait for the others, too
	Failed  int
	Killed  int // the job was cancelled, or another attempt was faster
}

// Status returns what runs now, for who watches. It belongs to the caller.
func (c *Context) Status() Status {
	c.mu.Lock()
	running := make([]*job, 0, len(c.running))
	for _, j := range c.running {
		running = append(running, j)
	}
	c.mu.Unlock()
	slices.SortFunc(running, func(a, b *job) int { return a.id - b.id })
	var out Status
	for _, j := range running {
		out.Jobs = append(out.Jobs, j.status())
	}
	return out
}

func (j *job) status() JobStatus {
	out := JobStatus{Info: j.info()}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.active {
		out.Stages = append(out.Stages, StageStatus{Info: s.info(), Tasks: s.counts})
	}
	slices.SortFunc(out.Stages, func(a, b StageStatus) int { return cmp.Compare(a.Info.ID, b.Info.ID) })
	return out
}
