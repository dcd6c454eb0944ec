package topologytest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// Events have the time at which they come, and windows of it close though nothing
// comes any more.
func TestIngestTime(t *testing.T) {
	at := func(s int) time.Duration { return time.Duration(s) * time.Second }
	script := NewScript[string]().At(at(1), "a").At(at(9), "b").At(at(10), "c").At(at(19), "d").Idle(at(60))
	sink := NewSink[string]()
	var job *topology.Job
	if err := New(1).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job = topology.NewJob("ingest", options...)
		words := topology.AddSource(job, "words", script.Source, topology.IngestTime())
		one := func(string) int { return 0 }
		windows := topology.ApplyWindows(topology.Fields(words, one), "windows", topology.Fixed(at(10)), func() told { return told{} })
		topology.To(windows, "sink", sink.Sink)
		return job
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"[a b] from 0s, given at 10s", "[c d] from 10s, given at 20s"}
	if got := sink.Shown(); !slices.Equal(got, want) || job.Counts()["windows"].Late > 0 {
		t.Errorf("%q", got)
	}
}

// told tells windows and when, to the second, they were given.
type told struct{}

func (told) Apply(ctx *topology.Context, w topology.WindowOf[string], out *topology.Emitter[string]) error {
	out.Emit(fmt.Sprint(w.Events, " from ", w.Start.Sub(Epoch), ", given at ", ctx.Now().Sub(Epoch).Truncate(time.Second)))
	return nil
}
