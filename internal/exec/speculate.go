package exec

import (
	"math"
	"slices"
	"time"
)

// Speculation says which tasks are slow enough that a second attempt is worth a
// worker: those that run longer than Multiplier times the median of their stage
// once Quantile of its tasks are done. Spark also looks at the rows a task has
// read; here its time alone decides.
type Speculation struct {
	Interval   time.Duration // how often to look
	Multiplier float64
	Quantile   float64 // 0 to 1
	MinRuntime time.Duration
	// Threshold is from when on a task is slow in a stage that has no more
	// tasks than there are workers, however few are done; 0: that does not
	// count.
	Threshold time.Duration
}

// startTicks starts who tells when to look; it ends with the job's context.
func (j *jobRun) startTicks() {
	if j.Speculation == nil || j.desk.workers == 1 || j.r.env == nil {
		return
	}
	j.ticks = make(chan struct{})
	j.wait.Go(func() {
		for j.r.env.Clock.Sleep(j.ctx, j.Speculation.Interval) == nil {
			select {
			case j.ticks <- struct{}{}:
			case <-j.ctx.Done():
				return
			}
		}
	})
}

// speculate asks for workers for the tasks that are slow now.
func (j *jobRun) speculate() {
	now := j.r.now()
	for _, s := range j.active {
		limit, ok := j.Speculation.limit(s, j.desk.workers)
		if !ok {
			continue
		}
		for i := range s.tasks {
			t := &s.tasks[i]
			if t.done || t.slow || len(t.running) != 1 || now.Sub(t.running[0].begun) <= limit {
				continue
			}
			t.slow = true
			s.slow = append(s.slow, i)
			j.desk.ask(&s.line, 1)
		}
	}
}

// limit is how long a task of the stage may run before it is slow, if that can
// be said yet.
func (p *Speculation) limit(s *stageRun, workers int) (time.Duration, bool) {
	few := p.Threshold > 0 && s.Tasks <= workers
	switch enough := max(int(math.Floor(p.Quantile*float64(s.Tasks))), 1); {
	case s.Together || s.Tasks == 1 && !few:
		return 0, false
	case len(s.took) >= enough:
		return max(time.Duration(p.Multiplier*float64(median(s.took))), p.MinRuntime), true
	}
	return p.Threshold, few
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return (d[(len(d)-1)/2] + d[len(d)/2]) / 2
}
