package topologytest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// shelves are events in partitions that a source's instances share, each given
// when it is due.
type shelves [][]dueEvent

type dueEvent struct {
	due time.Duration // after Epoch
	ev
}

// movable reads the partitions of an instance. It is topology.Movable.
type movable struct {
	from   shelves
	now    func() time.Time
	own    []int
	splits map[int]*topology.Split
	at     map[int]int // by partition
}

func (m *movable) Setup(ctx *topology.Context) error {
	m.now, m.at, m.splits = ctx.Now, map[int]int{}, map[int]*topology.Split{}
	for p := ctx.Instance(); p < len(m.from); p += ctx.Instances() {
		m.own = append(m.own, p)
		m.splits[p] = ctx.Split(fmt.Sprint(p))
	}
	return nil
}

func (m *movable) Next(_ context.Context, out *topology.Emitter[ev]) error {
	left := false
	for _, p := range m.own {
		if m.at[p] == len(m.from[p]) {
			m.splits[p].End()
			continue
		}
		left = true
		if e := m.from[p][m.at[p]]; !m.now().Before(Epoch.Add(e.due)) {
			m.at[p]++
			out.From(m.splits[p]).Emit(e.ev)
			return nil
		}
	}
	if !left {
		return io.EOF
	}
	return nil
}

// NextDue implements topology.Scheduled.
func (m *movable) NextDue() (due time.Time) {
	for _, p := range m.own {
		if m.at[p] < len(m.from[p]) {
			if at := Epoch.Add(m.from[p][m.at[p]].due); due.IsZero() || at.Before(due) {
				due = at
			}
		}
	}
	return due
}

func (m *movable) Position() ([]byte, error) { return json.Marshal(m.at) }

func (m *movable) Seek(position []byte) error { return m.SeekAll([][]byte{position}) }

func (m *movable) SeekAll(positions [][]byte) error {
	for _, b := range positions {
		at := map[int]int{}
		if err := json.Unmarshal(b, &at); err != nil {
			return err
		}
		for p, n := range at {
			m.at[p] = max(m.at[p], n)
		}
	}
	return nil
}

// A source whose instances share partitions goes on in any number of them: each
// event comes once, and none is late.
func TestAMovableSourceTakesAnyNumber(t *testing.T) {
	crashes := 0
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 12))
		from, all := make(shelves, 1+r.IntN(6)), 0
		for p := range from {
			ahead := time.Duration(r.IntN(60_000)) * time.Millisecond // of other partitions
			for due := time.Duration(0); due < 10*s; due += time.Duration(r.IntN(2000)) * time.Millisecond {
				from[p] = append(from[p], dueEvent{due, ev{p, all, Epoch.Add(due + ahead).Truncate(time.Millisecond)}})
				all++
			}
		}
		sink, late, world := NewSink[int](), NewSink[ev](), New(seed).CrashAt(2*s, 4*s, 5*s, 9*s)
		if err := world.Run(t.Context(), func(options ...topology.Option) *topology.Job {
			job := topology.NewJob("movable", append(options, topology.ExactlyOnce("checkpoint", topology.Every(time.Duration(1+r.IntN(1500))*time.Millisecond)))...)
			in := topology.AddSource(job, "shelves", func() *movable { return &movable{from: from} }, topology.EventTime(ev.time, 0), topology.Parallelism(1+r.IntN(7)))
			windows := topology.WindowsOf(topology.Fields(in, ev.key), "windows", topology.Fixed(s), topology.Parallelism(1+r.IntN(3)))
			numbers := topology.FlatMapFunc(windows, "numbers", func(w topology.WindowOf[ev]) (all []int) {
				for _, e := range w.Events {
					all = append(all, e.N)
				}
				return all
			})
			topology.To(numbers, "sink", sink.Sink)
			topology.To(topology.LateEvents[ev](windows), "late", late.Sink)
			return job
		}); err != nil {
			t.Fatal(err)
		}
		crashes += world.Crashes
		if got := slices.Sorted(slices.Values(sink.Shown())); !slices.Equal(got, numbers(0, all)) || len(late.Shown()) > 0 {
			t.Fatalf("seed %d, %d crashes: %d of %d events, %v late", seed, world.Crashes, len(got), all, late.Shown())
		}
	}
	if crashes < 75 {
		t.Errorf("%d crashes mean little", crashes)
	}
}

// stock is movable, and keeps something beside.
type stock struct{ movable }

func (s *stock) Setup(ctx *topology.Context) error {
	topology.NewValue[int](ctx, "beside").Set(1)
	return s.movable.Setup(ctx)
}

// What a source keeps beside its position belongs to its instances.
func TestAMovableSourceWithStateKeepsItsNumber(t *testing.T) {
	from := shelves{{{0, ev{0, 0, Epoch}}}, {{2 * s, ev{1, 1, Epoch}}}}
	for _, second := range []int{2, 3} {
		sink, world := NewSink[ev](), New(1).CrashAt(s)
		err := world.Run(t.Context(), func(options ...topology.Option) *topology.Job {
			job := topology.NewJob("stock", append(options, topology.ExactlyOnce("checkpoint", topology.Every(s/2)))...)
			instances := topology.Parallelism([]int{2, second}[world.Crashes])
			topology.To(topology.AddSource(job, "stock", func() *stock { return &stock{movable{from: from}} }, instances), "sink", sink.Sink, topology.Parallelism(1))
			return job
		})
		refused := err != nil && strings.Contains(err.Error(), `"stock" has state beside its position, which belongs to 2 instances`)
		if refused != (second == 3) || second == 2 && (err != nil || len(sink.Shown()) != 2) {
			t.Errorf("%d instances: %v, %v", second, err, sink.Shown())
		}
	}
}
