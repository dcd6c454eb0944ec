package topology

import (
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// easeFor is how long sources are eased without EaseOff.
const easeFor = 10 * time.Second

// EaseOff says for how long the sources of an edge that thrashes are held back,
// which is 10 seconds without it: each gives half the events a second that it
// gives when it need not wait. EaseOff(0) holds back nobody. An edge thrashes when
// pressure on it that lasted 200 milliseconds ends six times within a minute;
// listeners get an Alarm either way. A component that is merely too slow does not
// cause that: its edge stays full, and its producers wait.
//
// It is looked for in a job that has Listen, StatusEvery, EaseOff or a page.
func EaseOff(d time.Duration) Option {
	return func(j *Job) {
		if d < 0 {
			j.mistake("EaseOff(%v): sources are eased for some time, or, by 0, not at all", d)
			return
		}
		j.watched().ease = d
	}
}

// easeOff halves the rate of the sources that lead to a component, unless they
// are eased already, and returns what they may give.
func (w *watch) easeOff(to string, now time.Time) map[string]float64 {
	w.relent = now.Add(w.ease)
	for c := range w.job.component(to).above() {
		if c.role != source || c.limit.Get() > 0 { // what it gives while it is eased says nothing
			continue
		}
		if m := w.mean(c.name, now.Add(-thrashWithin)); m.Rate > 0 {
			c.limit.Set(flow.Rates{Events: m.Rate, Blocked: m.Blocked}.Offered() / 2 / float64(c.parallelism))
		}
	}
	return w.job.eased()
}

// relax lets sources go again when their time is over.
func (w *watch) relax(now time.Time) {
	if w.relent.IsZero() || now.Before(w.relent) {
		return
	}
	w.relent = time.Time{}
	for _, c := range w.job.components {
		c.limit.Set(0)
	}
}

// eased returns the sources that are held back, and to how many events a second;
// nil: none is.
func (j *Job) eased() (all map[string]float64) {
	for _, c := range j.components {
		if rate := c.limit.Get(); rate > 0 {
			if all == nil {
				all = map[string]float64{}
			}
			all[c.name] = rate * float64(c.parallelism)
		}
	}
	return all
}

// above returns the component and all that lead to it.
func (c *component) above() map[*component]bool {
	all := map[*component]bool{}
	var visit func(*component)
	visit = func(c *component) {
		if all[c] {
			return
		}
		all[c] = true
		for _, in := range c.inputs {
			for _, r := range in.refs {
				visit(r.from)
			}
		}
	}
	visit(c)
	return all
}
