package topologytest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// reading is an event of two keys, n of them in all.
type reading struct {
	Key string
	At  time.Time
	N   int
}

func (r reading) key() string     { return r.Key }
func (r reading) time() time.Time { return r.At }

const disorder = 5 * time.Second

// readings is a random script of events in random order within the disorder.
func readings(r *rand.Rand, n int) (*Script[reading], []reading) {
	s := NewScript[reading]()
	var all []reading
	clock := time.Duration(0)
	for i := range n {
		clock += time.Duration(r.IntN(3000)) * time.Millisecond
		v := reading{[]string{"a", "b", "c"}[r.IntN(3)], Epoch.Add(clock - time.Duration(r.Int64N(int64(disorder)))).Truncate(time.Millisecond), i}
		s.At(clock, v)
		all = append(all, v)
	}
	return s, all
}

func second(t time.Time) string { return t.Format("05.000") }

func sumOf(of string, w topology.Window, key string, n int) string {
	return fmt.Sprintf("%s [%s,%s) %s %d", of, second(w.Start), second(w.End), key, n)
}

func sums(of string) topology.Aggregate[reading, int, string] {
	return topology.Aggregate[reading, int, string]{
		Add:   func(acc int, v reading) int { return acc + v.N },
		Merge: func(a, b int) int { return a + b },
		Result: func(ctx *topology.Context, w topology.Window, acc int) (string, error) {
			k, err := topology.Key[string](ctx)
			return sumOf(of, w, k, acc), err
		},
	}
}

func pair(of string) func(topology.Joined[reading, reading]) string {
	return func(j topology.Joined[reading, reading]) string {
		return fmt.Sprint(of, j.Left.Key, j.Right.Key, " ", j.Left.N, " ", j.Right.N, j.HasLeft, j.HasRight)
	}
}

const (
	gap    = 2 * time.Second
	length = 6 * time.Second
	every  = 2 * time.Second
	lo     = -time.Second
	hi     = 2 * time.Second
)

// windowsAndJoins is a job of all of them, at random parallelism.
func windowsAndJoins(r *rand.Rand, lefts, rights *Script[reading], sink *Sink[string], options ...topology.Option) *topology.Job {
	job := topology.NewJob("windows", append(options, topology.ExactlyOnce("checkpoint", topology.Every(time.Duration(1+r.IntN(2000))*time.Millisecond)), topology.QueueSize(1+r.IntN(10)))...)
	source := func(name string, s *Script[reading]) topology.Stream[reading] {
		return topology.Fields(topology.AddSource(job, name, s.Source, topology.EventTime(reading.time, disorder)), reading.key)
	}
	l, rt := source("lefts", lefts), source("rights", rights)
	p := func() topology.Setting { return topology.Parallelism(1 + r.IntN(4)) }
	byWindow := topology.JoinWindows(l, rt, "by window", topology.Fixed(length), topology.FullJoin, p())
	byInterval := topology.JoinInterval(l, rt, "by interval", lo, hi, topology.FullJoin, p())
	topology.To(topology.Merge(
		topology.AggregateWindows(l, "sliding", topology.Sliding(length, every), sums("sliding"), p()),
		topology.AggregateWindows(l, "own", topology.Fixed(length).KeyWatermark(disorder), sums("own"), p()),
		topology.AggregateWindows(l, "sessions", topology.Session(gap), sums("session"), p()),
		topology.MapFunc(topology.WindowsOf(l, "lists", topology.Fixed(length), p()), "list", func(w topology.WindowOf[reading]) string {
			n := 0
			for _, e := range w.Events {
				n += e.N
			}
			return sumOf("list", w.Window, w.Events[0].Key, n)
		}),
		topology.MapFunc(byWindow, "window pairs", pair("window")),
		topology.MapFunc(byInterval, "interval pairs", pair("interval")),
	), "sink", sink.Sink, topology.Parallelism(1))
	return job
}

// expected looks at all events at once.
func expected(lefts, rights []reading) (out []string) {
	totals := map[string]map[[2]time.Time]int{}
	for _, of := range []struct {
		name  string
		every time.Duration
	}{{"sliding", every}, {"list", length}, {"own", length}} {
		for _, e := range lefts {
			for start := e.At.Truncate(of.every); start.After(e.At.Add(-length)); start = start.Add(-of.every) {
				k := of.name + " " + e.Key
				if totals[k] == nil {
					totals[k] = map[[2]time.Time]int{}
				}
				totals[k][[2]time.Time{start, start.Add(length)}] += e.N
			}
		}
	}
	for k, windows := range totals {
		name, key, _ := strings.Cut(k, " ")
		for w, n := range windows {
			out = append(out, sumOf(name, topology.Window{Start: w[0], End: w[1]}, key, n))
		}
	}
	out = append(out, sessionsOf(lefts)...)
	of := func(r reading) time.Time { return r.At.Truncate(length) }
	out = append(out, pairs("window", lefts, rights, func(l, r reading) bool { return of(l) == of(r) })...)
	return append(out, pairs("interval", lefts, rights, func(l, r reading) bool {
		d := r.At.Sub(l.At)
		return lo <= d && d <= hi
	})...)
}

func sessionsOf(events []reading) (out []string) {
	sorted := slices.SortedFunc(slices.Values(events), func(a, b reading) int { return cmp.Or(cmp.Compare(a.Key, b.Key), a.At.Compare(b.At)) })
	for i := 0; i < len(sorted); {
		first, n := sorted[i], 0
		w := topology.Window{Start: first.At, End: first.At.Add(gap)}
		for ; i < len(sorted) && sorted[i].Key == first.Key && sorted[i].At.Before(w.End); i++ {
			w.End = sorted[i].At.Add(gap)
			n += sorted[i].N
		}
		out = append(out, sumOf("session", w, first.Key, n))
	}
	return out
}

func pairs(of string, lefts, rights []reading, meet func(l, r reading) bool) (out []string) {
	type joined = topology.Joined[reading, reading]
	met := map[int]bool{}
	for _, l := range lefts {
		alone := true
		for _, r := range rights {
			if l.Key == r.Key && meet(l, r) {
				out = append(out, pair(of)(joined{Left: l, Right: r, HasLeft: true, HasRight: true}))
				alone, met[r.N] = false, true
			}
		}
		if alone {
			out = append(out, pair(of)(joined{Left: l, HasLeft: true}))
		}
	}
	for _, r := range rights {
		if !met[r.N] {
			out = append(out, pair(of)(joined{Right: r, HasRight: true}))
		}
	}
	return out
}

// Windows and joins give, through crashes and with another parallelism after
// each, what all events at once give.
func TestWindowsAndJoinsThroughCrashes(t *testing.T) {
	crashes := 0
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 3))
		ls, lefts := readings(r, 30)
		rs, rights := readings(r, 30)
		sink, world := NewSink[string](), New(seed).Crash(400, 4)
		if err := world.Run(t.Context(), func(options ...topology.Option) *topology.Job {
			return windowsAndJoins(r, ls, rs, sink, options...)
		}); err != nil {
			t.Fatal(err)
		}
		crashes += world.Crashes
		got, want := slices.Sorted(slices.Values(sink.Shown())), slices.Sorted(slices.Values(expected(lefts, rights)))
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d crashes: got\n%s\nwant\n%s", seed, world.Crashes, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if crashes == 0 {
		t.Error("nothing crashed")
	}
}
