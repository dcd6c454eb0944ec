package topologytest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/spatestream/spate/topology"
)

// ev is what flows through random graphs.
type ev struct {
	Key, N int
	At     time.Time
}

func (e ev) key() int        { return e.Key }
func (e ev) time() time.Time { return e.At }

// Deleted is for tables.
func (e ev) Deleted() bool { return e.N < 0 }

func (e ev) String() string { return fmt.Sprint(e.Key, " ", e.N, " @", e.At.Sub(Epoch)) }

// vertex is one piece of a random graph: it reads vertices before it and gives a
// stream, and, leaf or not, what it gives as a set does not depend on the order in
// which events come, as long as none is late.
type vertex struct {
	kind string
	in   []int
	n    int // what the kind makes of it
}

// kind is a sort of vertex. Both build and model make the same of inputs.
type kind struct {
	inputs int
	leaf   bool // its events have no time, or a meaning only together
	build  func(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev]
	model  func(v vertex, in [][]ev) []ev
}

var kinds = map[string]kind{
	"plus": {1, false, buildPlus, func(v vertex, in [][]ev) []ev {
		return each(in[0], func(e ev) []ev { e.N += v.n; return []ev{e} })
	}},
	"all": {1, false, buildAll, func(v vertex, in [][]ev) []ev {
		return each(in[0], func(e ev) []ev { return slices.Repeat([]ev{e}, 1+v.n%2) })
	}},
	"odd": {1, false, buildOdd, func(_ vertex, in [][]ev) []ev {
		return each(in[0], func(e ev) []ev {
			if e.N%2 != 0 {
				e.N += 1000
			}
			return []ev{e}
		})
	}},
	"poison": {1, false, buildPoison, func(v vertex, in [][]ev) []ev {
		return each(in[0], func(e ev) []ev {
			if poisonous(e) {
				e.N += 5000
			}
			return []ev{e}
		})
	}},
	"merge": {2, false, func(_ *building, _ string, _ vertex, in []topology.Stream[ev]) topology.Stream[ev] {
		return topology.Merge(in[0], in[1])
	}, func(_ vertex, in [][]ev) []ev { return slices.Concat(in[0], in[1]) }},
	"windows":  {1, false, buildWindows, modelWindows},
	"sessions": {1, false, buildSessions, modelSessions},
	"timers":   {1, false, buildTimers, modelTimers},
	"meet":     {2, false, buildMeet, modelMeet},
	"near":     {2, false, buildNear, modelNear},
	"count":    {1, true, buildCount, modelCount},
	"tables":   {2, true, buildTables, modelTables},
}

// names are the kinds in an order that is the same each time.
var names = func() (all []string) {
	for name := range kinds {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}()

// graphOf is a random graph: feeds and vertices that read them.
type graphOf struct {
	feeds    []feed
	vertices []vertex
}

func newGraph(r *rand.Rand) (g graphOf) {
	for range 1 + r.IntN(3) {
		g.feeds = append(g.feeds, newFeed(r))
	}
	open := make([]int, len(g.feeds)) // what may be read; feeds are vertices too
	for i := range open {
		open[i] = i
	}
	for i := range 1 + r.IntN(4) {
		v := vertex{kind: names[r.IntN(len(names))], n: r.IntN(100)}
		k := kinds[v.kind]
		for range k.inputs {
			from := open[r.IntN(len(open))]
			if v.kind == "tables" { // rows of a key must keep their order
				from = r.IntN(len(g.feeds))
			}
			v.in = append(v.in, from)
		}
		if g.vertices = append(g.vertices, v); !k.leaf {
			open = append(open, len(g.feeds)+i)
		}
	}
	return g
}

// leaves are the vertices that nobody reads.
func (g graphOf) leaves() (all []int) {
	read := map[int]bool{}
	for _, v := range g.vertices {
		for _, in := range v.in {
			read[in] = true
		}
	}
	for i := range len(g.feeds) + len(g.vertices) {
		if !read[i] {
			all = append(all, i)
		}
	}
	return all
}

// model returns what is to be shown, by looking at all events at once.
func (g graphOf) model() (out []string) {
	var gives [][]ev
	for _, f := range g.feeds {
		gives = append(gives, f.all())
	}
	for _, v := range g.vertices {
		var in [][]ev
		for _, i := range v.in {
			in = append(in, gives[i])
		}
		gives = append(gives, kinds[v.kind].model(v, in))
	}
	for _, i := range g.leaves() {
		for _, e := range gives[i] {
			out = append(out, fmt.Sprint(i, ": ", e))
		}
	}
	return out
}

// building makes a job of a graph, with numbers of instances that are drawn anew.
type building struct {
	job *topology.Job
	r   *rand.Rand
}

func (b *building) parallelism() topology.Setting { return topology.Parallelism(1 + b.r.IntN(3)) }

func (b *building) maybeApart() topology.Setting {
	if b.r.IntN(2) == 0 {
		return topology.Apart()
	}
	return topology.Parallelism(1 + b.r.IntN(3))
}

// grouped is a stream by any grouping that sends an event to one instance.
func (b *building) grouped(s topology.Stream[ev]) topology.Stream[ev] {
	switch b.r.IntN(7) {
	case 0:
		return topology.Shuffle(s)
	case 1:
		return topology.Global(s)
	case 2:
		return topology.Fields(s, ev.key)
	case 3:
		return topology.PartialKey(s, ev.key)
	case 4:
		return topology.Direct(s, func(e ev) int { return e.N })
	case 5:
		return topology.Custom(s, func(e ev, of int) int { return e.Key % of })
	}
	return s
}

func (g graphOf) build(r *rand.Rand, sink *Sink[string], options ...topology.Option) *topology.Job {
	b := &building{r: r, job: topology.NewJob("random", append(options,
		topology.ExactlyOnce("checkpoint", topology.Every(time.Duration(1+r.IntN(4000))*time.Millisecond)),
		topology.QueueSize(1+r.IntN(10)), topology.OnError(topology.ToDeadLetters))...)}
	var gives []topology.Stream[ev]
	for i, f := range g.feeds {
		gives = append(gives, f.add(b.job, fmt.Sprint("feed", i)))
	}
	for i, v := range g.vertices {
		var in []topology.Stream[ev]
		for _, at := range v.in {
			in = append(in, gives[at])
		}
		gives = append(gives, kinds[v.kind].build(b, fmt.Sprint(v.kind, i), v, in))
	}
	var shown []topology.Stream[string]
	for _, i := range g.leaves() {
		shown = append(shown, topology.MapFunc(gives[i], fmt.Sprint("show", i), func(e ev) string { return fmt.Sprint(i, ": ", e) }))
	}
	topology.To(topology.Merge(shown[0], shown[1:]...), "sink", sink.Sink, topology.Parallelism(1+r.IntN(2)))
	return b.job
}

// feed is a random source: a script in disorder, or splits that are each in order
// and far apart.
type feed struct {
	script *Script[ev]
	events []ev
	splits []splitEvent
}

const feedDelay = 3 * time.Second

type splitEvent struct {
	split int
	ev
}

func newFeed(r *rand.Rand) (f feed) {
	n := r.IntN(12)
	value := func(clock time.Duration) ev {
		return ev{r.IntN(3), r.IntN(10), Epoch.Add(clock).Truncate(time.Millisecond)}
	}
	if r.IntN(3) == 0 {
		ahead := []time.Duration{0, time.Duration(r.IntN(60_000)) * time.Millisecond}
		for range n {
			i := r.IntN(2)
			ahead[i] += time.Duration(r.IntN(3000)) * time.Millisecond
			f.splits = append(f.splits, splitEvent{i, value(ahead[i])})
		}
		return f
	}
	f.script = NewScript[ev]()
	clock := time.Duration(0)
	for range n {
		clock += time.Duration(r.IntN(3000)) * time.Millisecond
		v := value(clock - time.Duration(r.Int64N(int64(feedDelay))))
		f.script.At(clock, v)
		f.events = append(f.events, v)
	}
	return f
}

// all returns the events in the order in which they are given.
func (f feed) all() []ev {
	all := slices.Clone(f.events)
	for _, e := range f.splits {
		all = append(all, e.ev)
	}
	return all
}

func (f feed) add(j *topology.Job, name string) topology.Stream[ev] {
	if f.script != nil {
		return topology.AddSource(j, name, f.script.Source, topology.EventTime(ev.time, feedDelay))
	}
	return topology.AddSource(j, name, func() *splitPlayer { return &splitPlayer{lines: f.splits} }, topology.EventTime(ev.time, 0))
}

// splitPlayer gives events of two splits, one by one.
type splitPlayer struct {
	lines  []splitEvent
	next   int
	splits [2]*topology.Split
}

func (p *splitPlayer) Setup(ctx *topology.Context) error {
	p.splits = [2]*topology.Split{ctx.Split("0"), ctx.Split("1")}
	return nil
}

func (p *splitPlayer) Next(_ context.Context, out *topology.Emitter[ev]) error {
	if p.next == len(p.lines) {
		return io.EOF
	}
	l := p.lines[p.next]
	out.From(p.splits[l.split]).Emit(l.ev)
	p.next++
	for i := range p.splits {
		if !slices.ContainsFunc(p.lines[p.next:], func(l splitEvent) bool { return l.split == i }) {
			p.splits[i].End()
		}
	}
	return nil
}

func (p *splitPlayer) Position() ([]byte, error) {
	return binary.AppendUvarint(nil, uint64(p.next)), nil
}

func (p *splitPlayer) Seek(position []byte) error {
	at, n := binary.Uvarint(position)
	if p.next = int(at); n <= 0 {
		return errors.New("no position")
	}
	return nil
}
