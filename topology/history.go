package topology

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/spatestream/spate/internal/vfs"
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

// mostSamples is how many samples are kept, and samplesUnsaved how many of them
// may be lost with the process.
const (
	mostSamples    = 120
	samplesUnsaved = 10
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
	j.watch.mu.Lock()
	defer j.watch.mu.Unlock()
	return slices.Clone(j.watch.series)
}

// remember adds a sample to the series.
func (w *watch) remember(s Status) {
	x := Measurement{At: s.At}
	for _, c := range s.Components {
		x.Components = append(x.Components, Load{c.Component, c.Rate, c.Capacity, c.Busy, c.Blocked, c.Level})
	}
	w.mu.Lock()
	w.series = append(w.series, x)
	w.series = w.series[max(0, len(w.series)-mostSamples):]
	w.unsaved++
	save := w.unsaved >= samplesUnsaved
	w.mu.Unlock()
	if save {
		w.save()
	}
}

// mean returns what a component did on average since a time.
func (w *watch) mean(component string, since time.Time) (m Load) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0.0
	for _, s := range w.series {
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
	m.Capacity = capacity(m.Rate, m.Busy)
	return m
}

// save writes the series beside the checkpoints, which are open. That it cannot
// is no reason for the job to fail.
func (w *watch) save() {
	c := w.job.checkpoints
	if c == nil {
		return
	}
	w.mu.Lock()
	data, err := json.Marshal(w.series)
	w.unsaved = 0
	w.mu.Unlock()
	if err == nil {
		err = vfs.WriteAtomic(w.job.env.FS, path.Join(c.dir, historyFile), data, vfs.Overwrite)
	}
	if err != nil {
		w.job.env.Log.Warn("the history of capacities was not saved", "job", w.job.name, "error", err)
	}
}

// load reads the series of a process before.
func (w *watch) load() {
	c := w.job.checkpoints
	if c == nil {
		return
	}
	var series []Measurement
	data, err := vfs.ReadFile(w.job.env.FS, path.Join(c.dir, historyFile))
	if err == nil {
		err = json.Unmarshal(data, &series)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			w.job.env.Log.Warn("the history of capacities cannot be read and begins anew", "job", w.job.name, "error", err)
		}
		return
	}
	w.mu.Lock()
	w.series = series[max(0, len(series)-mostSamples):]
	w.mu.Unlock()
}
