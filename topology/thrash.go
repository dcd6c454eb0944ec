package topology

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// An edge thrashes when lasting pressure on it ends this often within this time:
// its producers stop and go on, again and again.
const (
	thrashReliefs = 6
	thrashWithin  = time.Minute
)

// Alarm says that an edge thrashes, and what to do about it.
type Alarm struct {
	From   string        `json:"from"`
	To     string        `json:"to"`
	Times  int64         `json:"times"`       // that pressure ended
	Within time.Duration `json:"withinNanos"` // in which it did
	// What To is offered, by producers that do not wait, and what its instances can
	// do together, in events a second; estimates of this time.
	Offered  float64 `json:"offeredEventsPerSecond"`
	Capacity float64 `json:"capacityEventsPerSecond"`
	// Parallelism is how many instances To has, and Suggested how many would do,
	// with a fifth to spare.
	Parallelism int    `json:"parallelism"`
	Suggested   int    `json:"suggested"`
	Advice      string `json:"advice"`
	// Eased holds the sources that are held back now (EaseOff), and the events a
	// second that they may give.
	Eased map[string]float64 `json:"eased,omitempty"`
}

// alarm tells of the edge that thrashes, if one does, once in that time; of
// several, of the one nearest to the sinks, which is why the others do.
func (w *watch) alarm(s Status) {
	if w.toggles == nil {
		w.toggles = make([]flow.Growth, len(s.Edges))
		for i := range w.toggles {
			w.toggles[i].Since(s.At.Add(-w.every), 0, thrashWithin)
		}
	}
	var found *Alarm
	for i, e := range s.Edges {
		if n, within := w.toggles[i].Since(s.At, e.Reliefs, thrashWithin); n >= thrashReliefs {
			found = &Alarm{From: e.From, To: e.To, Times: n, Within: within}
		}
	}
	if found == nil || s.At.Before(w.quiet) {
		return
	}
	w.quiet = s.At.Add(thrashWithin)
	w.toggles = nil
	for i, e := range s.Edges { // the count begins anew
		w.toggles = append(w.toggles, nil)
		w.toggles[i].Since(s.At, e.Reliefs, thrashWithin)
	}
	w.advise(found, s.At)
	if w.ease > 0 {
		found.Eased = w.easeOff(found.To, s.At)
	}
	w.job.env.Log.Warn("back-pressure comes and goes", "job", w.job.name, "from", found.From, "to", found.To, "times", found.Times, "advice", found.Advice)
	w.tell(Notice{Kind: Alarmed, Alarm: found})
}

// advise says what would help. What producers offer is what they give in the
// time in which they need not wait.
func (w *watch) advise(a *Alarm, now time.Time) {
	to, from := w.mean(a.To, now.Add(-thrashWithin)), w.mean(a.From, now.Add(-thrashWithin))
	a.Parallelism = w.job.component(a.To).parallelism
	a.Capacity, a.Offered = to.Capacity, flow.Rates{Events: to.Rate, Blocked: from.Blocked}.Offered()
	if a.Capacity == 0 || a.Offered <= a.Capacity {
		a.Suggested = a.Parallelism
		a.Advice = fmt.Sprintf("%s keeps up on average (%.0f of %.0f events/s), so its input comes in bursts, or single calls or a single key take long: a larger QueueSize, or another key, may help more than instances", a.To, a.Offered, a.Capacity)
		return
	}
	factor := a.Offered / a.Capacity * 1.2
	a.Suggested = int(math.Ceil(float64(a.Parallelism) * factor))
	a.Advice = fmt.Sprintf("%s takes %.0f events/s and is offered %.0f: give it %.1f times the instances, Parallelism(%d) instead of %d, or make it faster", a.To, a.Capacity, a.Offered, factor, a.Suggested, a.Parallelism)
}

func (j *Job) component(name string) *component {
	i := slices.IndexFunc(j.components, func(c *component) bool { return c.name == name })
	return j.components[i]
}
