package topology

import (
	"time"

	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/series"
)

// watch looks at a running job from time to time. It implements flow.Watcher.
// There is none unless somebody wants to know: see watched.
type watch struct {
	job       *Job
	every     time.Duration
	ease      time.Duration // for how long sources are eased; 0: never
	listeners flow.Listeners[Notice]

	// Of the goroutine that looks.
	due        time.Time
	seen       observer
	bottleneck string        // that was told
	candidate  string        // at the last look
	toggles    []flow.Growth // by edge of the plan
	quiet      time.Time     // no alarm before
	relent     time.Time     // when sources are eased no more; zero: none is

	series series.Series[Measurement]
}

// watched returns the job's watch, which it has from then on.
func (j *Job) watched() *watch {
	if j.watch == nil {
		j.watch = &watch{job: j, every: time.Second, ease: easeFor}
		j.watch.series.Most, j.watch.series.AtStake = mostSamples, samplesAtStake
		j.watch.listeners = flow.Listeners[Notice]{Most: mostNotices, Replaces: replaces, Failed: j.watch.failed}
	}
	return j.watch
}

// StatusEvery makes the job look how it is every d by its clock, which is a
// second without it: for listeners, for History, and for alarms.
func StatusEvery(d time.Duration) Option {
	return func(j *Job) {
		if d <= 0 {
			j.mistake("StatusEvery(%v): the time between two looks must be positive", d)
			d = time.Second
		}
		j.watched().every = d
	}
}

// Due implements flow.Watcher.
func (w *watch) Due() time.Time { return w.due }

// Look implements flow.Watcher.
func (w *watch) Look(now time.Time) {
	s := w.look()
	w.due = now.Add(w.every)
	w.remember(s)
	w.taken(s)
	w.relax(now)
	w.alarm(s)
}

// look returns how the job is.
func (w *watch) look() Status {
	w.job.running.mu.Lock()
	defer w.job.running.mu.Unlock()
	return w.seen.look(w.job)
}

// taken tells listeners how the job is.
func (w *watch) taken(s Status) {
	w.tell(Notice{Kind: Taken, Status: &s})
	if s.Bottleneck == w.candidate && s.Bottleneck != w.bottleneck {
		w.bottleneck = s.Bottleneck
		w.tell(Notice{Kind: Bottleneck, Bottleneck: s.Bottleneck})
	}
	w.candidate = s.Bottleneck
}

// begin says that a flow of the job begins.
func (w *watch) begin(now time.Time) {
	w.due, w.toggles, w.candidate = now.Add(w.every), nil, w.bottleneck
}

// end takes a last look at a flow, which has ended.
func (w *watch) end() {
	w.taken(w.look())
	w.save()
}

// tell gives a notice to all listeners.
func (w *watch) tell(n Notice) {
	n.Job, n.At = w.job.name, w.job.env.Clock.Now()
	w.listeners.Tell(n)
}

func (w *watch) failed(err error) {
	w.job.env.Log.Error("a listener failed", "job", w.job.name, "error", err)
}

// tell gives a notice to those who listen to the job, if any do.
func (j *Job) tell(n Notice) {
	if j.watch != nil {
		j.watch.tell(n)
	}
}

// listened calls run between the first and the last notice, and returns when
// listeners have had them.
func (j *Job) listened(run func() error) error {
	w := j.watch
	if w == nil {
		return run()
	}
	w.load()
	w.listeners.Start()
	w.tell(Notice{Kind: Started})
	err := run()
	last := Notice{Kind: Ended}
	if err != nil {
		last.Error = err.Error()
	}
	w.tell(last)
	w.listeners.End()
	return err
}
