package rdd

import (
	"slices"

	"github.com/spatestream/spate/sparkerr"
)

// jobCancelled is the error class of actions whose job was cancelled.
const jobCancelled = "SPARK_JOB_CANCELLED"

// cancelled is the error of a job that somebody ended.
func (j *job) cancelled(why string) *sparkerr.Error {
	message := "job " + itoa(j.id) + " (" + j.name() + ") was cancelled"
	if why != "" {
		message += " " + why
	}
	return sparkerr.New(jobCancelled, message, "jobId", itoa(j.id), "reason", why)
}

// enter adds a job to those that run.
func (c *Context) enter(j *job) error {
	if err := c.usable(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped.Load() {
		return errStopped
	}
	if c.running == nil {
		c.running = map[int]*job{}
	}
	c.running[j.id] = j
	if j.scope.ids != nil {
		j.scope.ids.add(j.id)
	}
	return nil
}

func (c *Context) exit(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.running, j.id)
	close(j.ended)
}

// cancelIf cancels the running jobs of which why gives a reason, and returns
// them.
func (c *Context) cancelIf(why func(*job) string) []*job {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*job
	for _, j := range c.running {
		if reason := why(j); reason != "" {
			j.cancel(j.cancelled(reason))
			out = append(out, j)
		}
	}
	return out
}

// CancelJobGroup ends the running jobs of a group (see WithJobGroup): their
// actions return an error of class SPARK_JOB_CANCELLED, once their tasks have
// ended. Tasks notice it with the next row, and by Task.Context.
func (c *Context) CancelJobGroup(id string) {
	c.cancelIf(func(j *job) string {
		if j.scope.group != id || id == "" {
			return ""
		}
		return "with its group " + id
	})
}

// CancelJobsWithTag ends the running jobs that have a tag (see WithJobTag), as
// CancelJobGroup does.
func (c *Context) CancelJobsWithTag(tag string) {
	c.cancelIf(func(j *job) string {
		if !slices.Contains(j.scope.tags, tag) {
			return ""
		}
		return "with all that have the tag " + tag
	})
}

// CancelAllJobs ends all running jobs, as CancelJobGroup does.
func (c *Context) CancelAllJobs() {
	c.cancelIf(func(*job) string { return "with all other jobs" })
}

// CancelJob ends a job if it runs, as CancelJobGroup does.
func (c *Context) CancelJob(id int) {
	c.cancelIf(func(j *job) string {
		if j.id != id {
			return ""
		}
		return "by its number"
	})
}

// CancelStage ends the job one of whose running stages has that number, as
// CancelJobGroup does.
func (c *Context) CancelStage(id int) {
	c.cancelIf(func(j *job) string {
		j.mu.Lock()
		defer j.mu.Unlock()
		if !slices.ContainsFunc(j.active, func(s *stage) bool { return s.id == id }) {
			return ""
		}
		return "because its stage " + itoa(id) + " was"
	})
}
