package topologytest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/spatestream/spate/topology"
)

// A window that was over before a crash is over after it, though an event for it
// comes before the other source has told how far it is.
func TestWatermarksOfSeveralSourcesGoOn(t *testing.T) {
	early := NewScript[ev]().
		At(1*s, ev{1, 1, Epoch.Add(2 * s)}).
		Reach(2*s, 30*s).
		At(5*s, ev{1, 2, Epoch.Add(3 * s)}). // due when the job begins again
		At(7*s, ev{1, 3, Epoch.Add(31 * s)})
	silent := NewScript[ev]().Reach(2*s, 30*s).At(8*s, ev{1, 4, Epoch.Add(32 * s)})
	for seed := range uint64(60) {
		for _, instances := range []int{1, 2} {
			sink := NewSink[string]()
			w := New(seed).CrashAt(5 * s)
			if err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job {
				job := topology.NewJob("two", append(options, topology.ExactlyOnce("checkpoint", topology.Every(s/2)))...)
				a := topology.AddSource(job, "early", early.Source, topology.EventTime(ev.time, feedDelay))
				b := topology.AddSource(job, "silent", silent.Source, topology.EventTime(ev.time, feedDelay))
				at := instances
				if w.Crashes > 0 {
					at = 3 - instances
				}
				windows := topology.WindowsOf(topology.Fields(topology.Merge(a, b), ev.key), "windows", topology.Fixed(10*s), topology.Parallelism(at), topology.Apart())
				shown := topology.MapFunc(windows, "show", func(w topology.WindowOf[ev]) string {
					return fmt.Sprint(len(w.Events), " from ", w.Start.Sub(Epoch))
				})
				late := topology.MapFunc(topology.LateEvents[ev](windows), "late", func(e ev) string { return fmt.Sprint("late ", e) })
				topology.To(topology.Merge(shown, late), "sink", sink.Sink, topology.Parallelism(1))
				return job
			}); err != nil {
				t.Fatal(err)
			}
			if got, want := slices.Sorted(slices.Values(sink.Shown())), []string{"1 from 0s", "2 from 30s", "late 1 2 @3s"}; !slices.Equal(got, want) {
				t.Fatalf("seed %d, %d instances: %q", seed, instances, got)
			}
		}
	}
}
