package topology

import (
	"path"
	"time"

	"github.com/spatestream/spate/internal/flow"
)

// Measurement is what the components of a job did at a time: what the sizing of the
// job goes by.
type Measurement struct {
	At         time.Time `json:"at"`
	Components []Load    `json:"components"`
}

// Load is what a component did in the time before a sample: see ComponentStatus.
type Load struct {
	Component string  `json:"component"`
	Rate      float64 `json:"rate"`
	Capacity  float64 `json:"capacity"`
	Busy      float64 `json:"busy"`
	Blocked   float64 `json:"blocked"`
	Level     float64 `json:"level"`
}

// mostSamples is how many samples are kept, and samplesAtStake how many of them
// may be lost with the process.
const (
	mostSamples    = 120
	samplesAtStake = 10
)

// historyFile is in the checkpoint directory.
const historyFile = "capacity.json"

// History returns the last samples of the job, the oldest first, at most 120 of
// them: one for each look (StatusEvery), with Listen or StatusEvery. A job with
// checkpoints keeps them beside these, so that they are there after a restart of
// the process. It is safe for concurrent use.
func (j *Job) History() []Measurement {
	if j.watch == nil {
		return nil
	}
	return j.watch.series.All()
}

// remember adds a sample to the series.
func (w *watch) remember(s Status) {
	x := Measurement{At: s.At}
	for _, c := range s.Components {
		x.Components = append(x.Components, Load{c.Component, c.Rate, c.Capacity, c.Busy, c.Blocked, c.Level})
	}
	if w.series.Add(x) {
		w.save()
	}
}

// mean returns what a component did on average since a time.
func (w *watch) mean(component string, since time.Time) (m Load) {
	n := 0.0
	for _, s := range w.series.All() {
		if s.At.Before(since) {
			continue
		}
		for _, l := range s.Components {
			if l.Component == component {
				m.Rate, m.Busy, m.Blocked, n = m.Rate+l.Rate, m.Busy+l.Busy, m.Blocked+l.Blocked, n+1
			}
		}
	}
	if n == 0 {
		return m
	}
	m.Rate, m.Busy, m.Blocked = m.Rate/n, m.Busy/n, m.Blocked/n
	m.Capacity = flow.Rates{Events: m.Rate, Busy: m.Busy}.Capacity()
	return m
}

// save writes the series beside the checkpoints, which are open. That it cannot
// is no reason for the job to fail.
func (w *watch) save() {
	if c := w.job.checkpoints; c != nil {
		w.beside("was not saved", w.series.Save(w.job.env.FS, path.Join(c.dir, historyFile)))
	}
}

// load reads the series of a process before.
func (w *watch) load() {
	if c := w.job.checkpoints; c != nil {
		w.beside("cannot be read and begins anew", w.series.Load(w.job.env.FS, path.Join(c.dir, historyFile)))
	}
}

// beside logs what became of the series.
func (w *watch) beside(what string, err error) {
	if err != nil {
		w.job.env.Log.Warn("the history of capacities "+what, "job", w.job.name, "error", err)
	}
}
