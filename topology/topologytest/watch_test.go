package topologytest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// A listener hears what happens to a job, in order and by its clock.
func TestWhatAListenerHears(t *testing.T) {
	script := NewScript[int]().At(0, 1, 2, 3).At(2500*time.Millisecond, 4)
	failed := false
	var kinds []topology.NoticeKind
	var last topology.Notice
	var rates []float64
	err := New(1).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("heard", append(options, topology.ExactlyOnce("checkpoint", topology.Every(2*time.Second)), topology.Restart(topology.FixedDelay(1, time.Minute)),
			topology.Listen(func(n topology.Notice) {
				kinds, last = append(kinds, n.Kind), n
				switch n.Kind {
				case topology.Taken:
					rates = append(rates, n.Status.Components[0].Rate)
				case topology.Restarted:
					if n.Error == "" || n.Delay != time.Minute {
						t.Errorf("%+v", n)
					}
				case topology.Checkpointed:
					if n.Checkpoint.Took < 0 || n.Checkpoint.At != n.At {
						t.Errorf("%+v", n.Checkpoint)
					}
				}
			}))...)
		in := topology.AddSource(job, "script", script.Source)
		topology.To(topology.MapFunc(in, "fails", func(v int) int {
			if v == 4 && !failed {
				failed = true
				panic("once")
			}
			return v
		}), "sink", NewSink[int]().Sink)
		return job
	})
	if err != nil {
		t.Fatal(err)
	}
	const taken = topology.Taken
	want := []topology.NoticeKind{topology.Started, taken, taken, topology.Checkpointed, taken, topology.Restarted,
		topology.Checkpointed, topology.Checkpointed, taken, topology.Ended} // that of the clock, and the last one
	if !slices.Equal(kinds, want) {
		t.Errorf("%v", kinds)
	}
	if last.Kind != topology.Ended || last.Error != "" || last.At.Sub(Epoch) != 2500*time.Millisecond+time.Minute {
		t.Errorf("%+v", last)
	}
	if len(rates) != 4 || rates[0] != 3 || rates[1] != 0 || rates[2] != 2 {
		t.Errorf("%v events a second", rates)
	}
}

// What a job could do is known after a crash, too.
func TestHistoryOutlivesTheProcess(t *testing.T) {
	outlived := 0
	for seed := range uint64(20) {
		script := steady(20, time.Minute)
		w := New(seed).Crash(150, 3)
		var job *topology.Job
		var began []time.Time
		err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job {
			began = append(began, w.Clock.Now())
			job = topology.NewJob("history", append(options, topology.ExactlyOnce("checkpoint", topology.Every(time.Minute)), topology.StatusEvery(time.Second))...)
			topology.To(topology.AddSource(job, "script", script.Source), "sink", NewSink[int]().Sink)
			return job
		})
		if err != nil {
			t.Fatal(err)
		}
		all := job.History()
		for i, s := range all {
			if i > 0 && !s.At.After(all[i-1].At) || len(s.Components) != 2 || s.Components[1].Component != "sink" {
				t.Fatalf("seed %d: %+v", seed, all)
			}
		}
		if n := len(began); n > 1 && began[n-1].Sub(began[n-2]) > 11*time.Second {
			outlived++
			if len(all) < 10 || !all[0].At.Before(began[n-1]) {
				t.Errorf("seed %d: began at %v, %+v", seed, began, all)
			}
		}
	}
	if outlived < 3 {
		t.Errorf("%d processes lived long enough", outlived)
	}
}

func TestAListenerThatPanics(t *testing.T) {
	sink := NewSink[int]()
	err := New(1).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("panics", append(options, topology.Listen(func(topology.Notice) { panic("no") }))...)
		topology.To(topology.AddSource(job, "script", NewScript[int]().At(0, 1).Idle(time.Minute).Source), "sink", sink.Sink)
		return job
	})
	if err != nil || len(sink.Shown()) != 1 {
		t.Error(err, sink.Shown())
	}
}

// silent is a source that gives nothing, and never ends.
type silent struct{}

func (silent) Next(context.Context, *topology.Emitter[int]) error { return nil }

// A job that never ends is stuck, whoever watches.
func TestWatchedJobsGetStuckToo(t *testing.T) {
	err := New(1).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("stuck", append(options, topology.StatusEvery(time.Second))...)
		topology.To(topology.AddSource(job, "silent", func() silent { return silent{} }), "sink", NewSink[int]().Sink)
		return job
	})
	if err == nil || errors.Is(err, t.Context().Err()) {
		t.Error(err)
	}
}
