package exec

import (
	"time"

	"github.com/spatestream/spate/internal/task"
)

// forget resets the counters of an epoch; what operators hold (Rows, Bytes)
// they set anew.
func (t *boundTask) forget() {
	s := &t.stats
	s.RowsIn, s.RowsOut, s.Late = 0, 0, 0
	clear(s.EventTimes)
	for i := range s.Operators {
		o := &s.Operators[i]
		o.Updated, o.Removed, o.Dropped, o.UpdateNanos, o.RemovalNanos = 0, 0, 0, 0, 0
		clear(o.Custom)
	}
	for _, sc := range t.scans {
		if sc != nil {
			sc.rows = 0
		}
	}
}

// measure gives the task's times and memory to its first stateful operator,
// for chains are driven as one.
func (t *boundTask) measure(pushing, advancing time.Duration) {
	if len(t.stats.Operators) == 0 || !t.chain.Stateful() {
		return
	}
	o := &t.stats.Operators[0]
	o.UpdateNanos, o.RemovalNanos = int64(pushing), int64(advancing)
	o.Bytes = t.chain.Store().Metrics().Bytes
}

// now is the clock's time, zero if the runner has none.
func (r *Runner) now() time.Time {
	if r.env == nil || r.env.Clock == nil {
		return time.Time{}
	}
	return r.env.Clock.Now()
}

func (b *Bound) result() Result {
	var r Result
	for i := len(b.stages) - 1; i >= 0; i-- {
		s := b.stages[i]
		first := len(r.Operators)
		for _, t := range s.tasks {
			r.addTask(s, t, first)
			if i == len(b.stages)-1 {
				r.RowsOut += t.stats.RowsOut
				r.Tasks++
			}
		}
	}
	return r
}

func (r *Result) addTask(s *stage, t *boundTask, first int) {
	r.Late += t.stats.Late
	for i, sc := range t.scans {
		if sc == nil {
			continue
		}
		if o := s.Inputs[i].Scan.Ordinal; o >= 0 {
			for len(r.RowsIn) <= o {
				r.RowsIn = append(r.RowsIn, 0)
			}
			r.RowsIn[o] += sc.rows
		}
	}
	for i, e := range t.stats.EventTimes {
		for len(r.EventTimes) <= i {
			r.EventTimes = append(r.EventTimes, task.EventTimes{})
		}
		r.EventTimes[i] = r.EventTimes[i].Plus(e)
	}
	for i, o := range t.stats.Operators {
		if first+i == len(r.Operators) {
			r.Operators = append(r.Operators, task.OperatorStats{Name: o.Name})
		}
		r.Operators[first+i].Add(o)
	}
}
