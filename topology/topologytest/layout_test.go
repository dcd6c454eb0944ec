package topologytest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// panes sums up windows and says which firing it is.
func panes() topology.Aggregate[reading, int, string] {
	a := sums("")
	a.Result = func(_ *topology.Context, w topology.Window, acc int) (string, error) {
		return fmt.Sprintf("%s-%s %v %d: %d", second(w.Start)[:2], second(w.End)[:2], w.Timing, w.Pane, acc), nil
	}
	return a
}

// changed runs a job that dies at 15 seconds, with [0,10) over and [10,20) open, and
// goes on as another one.
func changed(t *testing.T, was, now func(*topology.Job, topology.Stream[reading]) topology.Stream[string], options ...topology.Checkpointing) ([]string, error) {
	s := NewScript[reading]()
	for i, e := range []struct{ at, of int }{{1, 1}, {5, 5}, {12, 12}, {16, 3}, {17, 17}, {40, 40}} {
		s.At(time.Duration(e.at)*time.Second, reading{"a", Epoch.Add(time.Duration(e.of) * time.Second), 1 << i})
	}
	sink, build := NewSink[string](), was
	err := New(1).CrashAt(15*time.Second).Run(t.Context(), func(o ...topology.Option) *topology.Job {
		job := topology.NewJob("changed", append(o, topology.ExactlyOnce("checkpoint", append(options, topology.Every(100*time.Millisecond))...))...)
		topology.To(build(job, topology.AddSource(job, "readings", s.Source, topology.EventTime(reading.time, 0))), "sink", sink.Sink)
		build = now
		return job
	})
	return sink.Shown(), err
}

func windowed(w topology.Windows) func(*topology.Job, topology.Stream[reading]) topology.Stream[string] {
	return func(_ *topology.Job, s topology.Stream[reading]) topology.Stream[string] {
		return topology.AggregateWindows(topology.Fields(s, reading.key), "sums", w, panes())
	}
}

// What may change of windows changes, and nothing is given twice or anew.
func TestWindowsChange(t *testing.T) {
	ten := topology.Fixed(10 * time.Second)
	for name, c := range map[string]struct {
		was, now topology.Windows
		want     string
	}{
		"nothing":         {ten, ten, "00-10 on time 0: 3, 10-20 on time 0: 20, 40-50 on time 0: 32"},
		"less lateness":   {ten.Lateness(time.Minute), ten.Lateness(time.Second), "00-10 on time 0: 3, 10-20 on time 0: 20, 40-50 on time 0: 32"},
		"not so little":   {ten.Lateness(time.Minute), ten.Lateness(30 * time.Second), "00-10 on time 0: 3, 00-10 late 1: 11, 10-20 on time 0: 20, 40-50 on time 0: 32"},
		"late no more":    {ten.Lateness(time.Minute), ten.EarlyCount(5), "00-10 on time 0: 3, 10-20 on time 0: 20, 40-50 on time 0: 32"},
		"early from then": {ten, ten.EarlyCount(1), "00-10 on time 0: 3, 10-20 early 0: 20, 40-50 early 0: 32, 10-20 on time 1: 20, 40-50 on time 1: 32"},
		"another early":   {ten.Early(20 * time.Second), ten.EarlyCount(2), "00-10 on time 0: 3, 10-20 early 0: 20, 10-20 on time 1: 20, 40-50 on time 0: 32"},
	} {
		got, err := changed(t, windowed(c.was), windowed(c.now))
		if text := strings.Join(got, ", "); err != nil || text != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, text, c.want)
		}
	}
}

// What may not is refused by name, before anything is given; what is Dropped begins
// anew.
func TestStateThatDoesNotFit(t *testing.T) {
	ten := topology.Fixed(10 * time.Second)
	joined := func(kind topology.Join, hi time.Duration) func(*topology.Job, topology.Stream[reading]) topology.Stream[string] {
		return func(_ *topology.Job, s topology.Stream[reading]) topology.Stream[string] {
			by := topology.Fields(s, reading.key)
			return topology.MapFunc(topology.JoinInterval(by, by, "sums", -hi, hi, kind), "text", pair(""))
		}
	}
	tables := func(kind topology.Join) func(*topology.Job, topology.Stream[reading]) topology.Stream[string] {
		return func(_ *topology.Job, s topology.Stream[reading]) topology.Stream[string] {
			by := topology.Fields(s, reading.key)
			return topology.MapFunc(topology.JoinTables(by, by, "sums", kind), "text", func(c topology.Change[topology.Joined[reading, reading]]) string { return pair("")(c.Value) })
		}
	}
	byNumber := func(_ *topology.Job, s topology.Stream[reading]) topology.Stream[string] {
		return topology.AggregateWindows(topology.Fields(s, func(r reading) int { return r.N }), "sums", ten, panes())
	}
	for why, c := range map[string]struct {
		was, now func(*topology.Job, topology.Stream[reading]) topology.Stream[string]
	}{
		"its windows were fixed, of 10s, and are fixed, of 20s":                    {windowed(ten), windowed(topology.Fixed(20 * time.Second))},
		"its windows were fixed, of 10s, and are fixed, of 10s, of each instance":  {windowed(ten), windowed(ten.PerInstance())},
		"its windows had a Lateness of 0s, and have 1s":                            {windowed(ten), windowed(ten.Lateness(time.Second))},
		"its keys were string, and are bigint":                                     {windowed(ten), byNumber},
		"its join was inner join from -1s to 1s, and is inner join from -2s to 2s": {joined(topology.InnerJoin, time.Second), joined(topology.InnerJoin, 2*time.Second)},
		"its join was inner join from -1s to 1s, and is left join from -1s to 1s":  {joined(topology.InnerJoin, time.Second), joined(topology.LeftJoin, time.Second)},
		"its join was full join of tables, and is inner join of tables":            {tables(topology.FullJoin), tables(topology.InnerJoin)},
		"its windows were none, and are fixed, of 10s":                             {tables(topology.FullJoin), windowed(ten)},
		"its join was none, and is inner join of tables":                           {byOther, tables(topology.InnerJoin)},
	} {
		_, err := changed(t, c.was, c.now)
		if err == nil || !strings.Contains(err.Error(), `the state of "sums"`) || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), `Dropped("sums")`) {
			t.Errorf("%v does not say that %s", err, why)
		}
	}
	got, err := changed(t, windowed(ten), windowed(topology.Fixed(20*time.Second)), topology.Dropped("sums"))
	if want := []string{"00-10 on time 0: 3", "00-20 on time 0: 24", "40-00 on time 0: 32"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("with Dropped: %v %q, want %q", err, got, want)
	}
	_, err = changed(t, byOther, func(_ *topology.Job, s topology.Stream[reading]) topology.Stream[string] {
		return topology.Apply(topology.Fields(s, reading.key), "sums", func() *gathered { return &gathered{} })
	})
	if err == nil || !strings.Contains(err.Error(), `holds the state n of "sums" in another form`) {
		t.Error(err)
	}
}

// counted keeps a number for each key.
type counted struct{ n *topology.Value[int] }

func (c *counted) Setup(ctx *topology.Context) error {
	c.n = topology.NewValue[int](ctx, "n")
	return nil
}

func (c *counted) Apply(_ *topology.Context, _ reading, out *topology.Emitter[string]) error {
	n, _ := c.n.Get()
	c.n.Set(n + 1)
	out.Emit(fmt.Sprint(n + 1))
	return nil
}

func byOther(_ *topology.Job, s topology.Stream[reading]) topology.Stream[string] {
	return topology.Apply(topology.Fields(s, reading.key), "sums", func() *counted { return &counted{} })
}

// gathered keeps a list under the same name.
type gathered struct {
	counted
	n *topology.List[int]
}

func (g *gathered) Setup(ctx *topology.Context) error {
	g.n = topology.NewList[int](ctx, "n")
	return nil
}
