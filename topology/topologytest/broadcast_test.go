package topologytest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// A broadcast table goes on from a checkpoint in any number of instances: each has
// all rows, those of before the crash and those that came since.
func TestABroadcastTableTakesAnyNumber(t *testing.T) {
	rows := NewScript[ev]().
		At(0, ev{Key: 1, N: 10}, ev{Key: 2, N: 20}, ev{Key: 3, N: 30}).
		At(3*s, ev{Key: 2, N: 21}, ev{Key: 3, N: -1}).
		At(6*s, ev{Key: 4, N: 40}).Idle(9 * s)
	sales := NewScript[ev]()
	for i := range 8 {
		sales.At(time.Duration(i+1)*s+s/2, ev{Key: 1, N: i}, ev{Key: 2, N: i}, ev{Key: 3, N: i}, ev{Key: 4, N: i})
	}
	var want []string
	for i := range 8 {
		at, second, third, fourth := i+1, "20", "30", "none"
		if at >= 3 {
			second, third = "21", "none"
		}
		if at >= 6 {
			fourth = "40"
		}
		want = append(want, fmt.Sprint("1 ", i, " 10"), fmt.Sprint("2 ", i, " ", second), fmt.Sprint("3 ", i, " ", third), fmt.Sprint("4 ", i, " ", fourth))
	}
	slices.Sort(want)
	for seed := range uint64(10) {
		sink, world := NewSink[string](), New(seed).CrashAt(2*s, 5*s, 7*s)
		if err := world.Run(t.Context(), func(options ...topology.Option) *topology.Job {
			job := topology.NewJob("sales", append(options, topology.ExactlyOnce("checkpoint", topology.Every(100*time.Millisecond)))...)
			table := topology.AddSource(job, "rows", rows.Source)
			stream := topology.Shuffle(topology.AddSource(job, "sales", sales.Source))
			instances := []int{3, 1, 4, 2}[world.Crashes]
			priced := topology.JoinBroadcast(stream, ev.key, table, ev.key, "price", topology.LeftJoin, topology.Parallelism(instances))
			topology.To(topology.MapFunc(priced, "text", func(j topology.Joined[ev, ev]) string {
				if !j.HasRight {
					return fmt.Sprint(j.Left.Key, " ", j.Left.N, " none")
				}
				return fmt.Sprint(j.Left.Key, " ", j.Left.N, " ", j.Right.N)
			}), "sink", sink.Sink)
			return job
		}); err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(slices.Values(sink.Shown())); world.Crashes != 3 || !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d crashes: got %q", seed, world.Crashes, got)
		}
	}
}
