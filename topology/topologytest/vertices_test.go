package topologytest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spatestream/spate/topology"
)

// each makes events of each event.
func each(in []ev, f func(ev) []ev) (out []ev) {
	for _, e := range in {
		out = append(out, f(e)...)
	}
	return out
}

// byFunc is an operator of a function.
type byFunc[In any] func(ctx *topology.Context, v In, out *topology.Emitter[ev]) error

func (f byFunc[In]) Apply(ctx *topology.Context, v In, out *topology.Emitter[ev]) error {
	return f(ctx, v, out)
}

func adding(n int) func() byFunc[ev] {
	return func() byFunc[ev] {
		return func(_ *topology.Context, e ev, out *topology.Emitter[ev]) error {
			e.N += n
			out.Emit(e)
			return nil
		}
	}
}

func buildPlus(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	return topology.Apply(b.grouped(in[0]), name, adding(v.n), b.maybeApart())
}

// buildAll gives an event once by each instance.
func buildAll(_ *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	return topology.Apply(topology.All(in[0]), name, adding(0), topology.Parallelism(1+v.n%2))
}

var oddOnes = topology.NewChannel[int]("odd")

// parts sends odd events, as numbers, to a channel.
type parts struct{ odd *topology.Emitter[int] }

func (p *parts) Setup(ctx *topology.Context) error { p.odd = topology.Out(ctx, oddOnes); return nil }

func (p *parts) Apply(ctx *topology.Context, e ev, out *topology.Emitter[ev]) error {
	if e.N%2 == 0 {
		out.Emit(e)
	} else {
		p.odd.Emit(e.N*10 + e.Key)
	}
	return nil
}

func buildOdd(b *building, name string, _ vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	even := topology.Apply(b.grouped(in[0]), name, func() *parts { return &parts{} }, topology.Emits(oddOnes), b.maybeApart())
	odd := topology.Apply(topology.Shuffle(topology.Select(even, oddOnes)), name+" ones", func() byFunc[int] {
		return func(ctx *topology.Context, n int, out *topology.Emitter[ev]) error {
			out.Emit(ev{n % 10, n/10 + 1000, ctx.EventTime()})
			return nil
		}
	}, b.maybeApart())
	return topology.Merge(even, odd)
}

func poisonous(e ev) bool { return e.N%5 == 0 }

// refuse gives what is no poison.
func refuse(_ *topology.Context, e ev, out *topology.Emitter[ev]) error {
	if poisonous(e) {
		return errors.New("poison")
	}
	out.Emit(e)
	return nil
}

func buildPoison(b *building, name string, _ vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	healthy := topology.Apply(b.grouped(in[0]), name, func() byFunc[ev] { return refuse }, b.maybeApart())
	return topology.Merge(healthy, topology.MapFunc(topology.DeadLetters[ev](b.job, name), name+" dead", func(d topology.DeadLetter[ev]) ev {
		d.Event.N += 5000
		return d.Event
	}, b.maybeApart()))
}

// spansOf are the windows of a vertex.
func spansOf(v vertex) (length, every time.Duration) {
	length = time.Duration(1+v.n%7) * time.Second
	return length, []time.Duration{length, (length + 1) / 2, time.Second}[v.n%3].Truncate(time.Millisecond)
}

// floor is the last multiple of a length since 1970.
func floor(t time.Time, length time.Duration) time.Time {
	return t.Add(-time.Duration(t.UnixNano()) % length)
}

// total is an aggregate that gives an event at the end of its window.
func total() topology.Aggregate[ev, int, ev] {
	return topology.Aggregate[ev, int, ev]{
		Init:  func() int { return 7 },
		Add:   func(acc int, e ev) int { return acc + e.N },
		Merge: func(a, b int) int { return a + b - 7 },
		Result: func(ctx *topology.Context, w topology.Window, acc int) (ev, error) {
			k, err := topology.Key[int](ctx)
			return ev{k, acc, w.End.Add(-time.Millisecond)}, err
		},
	}
}

func buildWindows(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	w, keyed := topology.Sliding(spansOf(v)), topology.Fields(in[0], ev.key)
	if v.n >= 50 {
		return topology.AggregateWindows(keyed, name, w, total(), b.parallelism())
	}
	return topology.ApplyWindows(keyed, name, w, func() byFunc[topology.WindowOf[ev]] {
		return func(_ *topology.Context, w topology.WindowOf[ev], out *topology.Emitter[ev]) error {
			sum := ev{w.Events[0].Key, 7, w.End.Add(-time.Millisecond)}
			for _, e := range w.Events {
				sum.N += e.N
			}
			out.Emit(sum)
			return nil
		}
	}, b.parallelism())
}

// slot is a key and a time.
type slot struct {
	key int
	end time.Time
}

func modelWindows(v vertex, in [][]ev) []ev {
	length, every := spansOf(v)
	sums := map[slot]int{}
	for _, e := range in[0] {
		for start := floor(e.At, every); start.After(e.At.Add(-length)); start = start.Add(-every) {
			sums[slot{e.Key, start.Add(length - time.Millisecond)}] += e.N
		}
	}
	return ofSlots(sums, 7)
}

func ofSlots(sums map[slot]int, more int) (out []ev) {
	for s, n := range sums {
		out = append(out, ev{s.key, n + more, s.end})
	}
	return out
}

func gapOf(v vertex) time.Duration { return time.Duration(500+40*v.n) * time.Millisecond }

func buildSessions(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	return topology.AggregateWindows(topology.Fields(in[0], ev.key), name, topology.Session(gapOf(v)), total(), b.parallelism())
}

func modelSessions(v vertex, in [][]ev) (out []ev) {
	sorted := slices.SortedFunc(slices.Values(in[0]), func(a, b ev) int { return cmp.Or(cmp.Compare(a.Key, b.Key), a.At.Compare(b.At)) })
	for i := 0; i < len(sorted); {
		s := ev{sorted[i].Key, 7, sorted[i].At}
		for end := s.At; i < len(sorted) && sorted[i].Key == s.Key && !sorted[i].At.After(end); i++ {
			end = sorted[i].At.Add(gapOf(v) - time.Millisecond)
			s.N, s.At = s.N+sorted[i].N, end
		}
		out = append(out, s)
	}
	return out
}

const slotLength = 4 * time.Second

// slots sums up what comes of a key in spans of time, by timers and all kinds of
// state, which live a little longer than they are needed.
type slots struct {
	sums  *topology.Map[int64, int]
	list  *topology.List[int]
	open  *topology.Value[int]
	total *topology.Aggregated[ev, int, ev]
}

func (s *slots) Setup(ctx *topology.Context) error {
	long := topology.TTL(time.Hour)
	s.sums = topology.NewMap[int64, int](ctx, "sums", topology.TTL(slotLength))
	s.list, s.open = topology.NewList[int](ctx, "list", long), topology.NewValue[int](ctx, "open", long.OnRead())
	s.total = topology.NewAggregated(ctx, "total", total(), long)
	return nil
}

func (s *slots) Apply(ctx *topology.Context, e ev, out *topology.Emitter[ev]) error {
	end := floor(e.At, slotLength).Add(slotLength).UnixMilli()
	old, some := s.sums.Get(end)
	s.sums.Set(end, old+e.N)
	if n, _ := s.open.Get(); !some {
		s.open.Set(n + 1)
	}
	s.list.Add(e.N)
	s.total.Add(e)
	ctx.SetTimer(topology.Timer{Name: strconv.FormatInt(end, 10), At: time.UnixMilli(end - 1)})
	return nil
}

func (s *slots) OnTimer(ctx *topology.Context, t topology.Timer, out *topology.Emitter[ev]) error {
	end, err := strconv.ParseInt(t.Name, 10, 64)
	if err != nil {
		return err
	}
	k, err := topology.Key[int](ctx)
	sum, some := s.sums.Get(end)
	if !some {
		return fmt.Errorf("slot %d of %d is gone", end, k)
	}
	out.Emit(ev{k, sum, t.At})
	s.sums.Delete(end)
	n, _ := s.open.Get()
	if s.open.Set(n - 1); n > 1 {
		return err
	}
	listed, all := 0, 0
	for v := range s.list.All() {
		listed += v
	}
	if all, some = s.total.Get(); !some || all != listed+7 {
		return fmt.Errorf("a list of %d and a total of %d", listed, all)
	}
	return err
}

func buildTimers(b *building, name string, _ vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	return topology.Apply(topology.Fields(in[0], ev.key), name, func() *slots { return &slots{} }, b.parallelism())
}

func modelTimers(_ vertex, in [][]ev) []ev {
	sums := map[slot]int{}
	for _, e := range in[0] {
		sums[slot{e.Key, floor(e.At, slotLength).Add(slotLength - time.Millisecond)}] += e.N
	}
	return ofSlots(sums, 0)
}

// pairOf is the event of a pair, which may lack a side.
func pairOf(j topology.Joined[ev, ev], at time.Time) ev {
	switch {
	case !j.HasLeft:
		return ev{j.Right.Key, 2*j.Right.N + 1, at}
	case !j.HasRight:
		return ev{j.Left.Key, 2 * j.Left.N, at}
	}
	return ev{j.Left.Key, 3*j.Left.N + 2*j.Right.N, at}
}

func paired(b *building, name string, s topology.Stream[topology.Joined[ev, ev]]) topology.Stream[ev] {
	return topology.Apply(s, name+" pairs", func() byFunc[topology.Joined[ev, ev]] {
		return func(ctx *topology.Context, j topology.Joined[ev, ev], out *topology.Emitter[ev]) error {
			out.Emit(pairOf(j, ctx.EventTime()))
			return nil
		}
	}, b.maybeApart())
}

func joinOf(v vertex) topology.Join { return topology.Join(v.n % 4) }

func keepsLeft(j topology.Join) bool  { return j == topology.LeftJoin || j == topology.FullJoin }
func keepsRight(j topology.Join) bool { return j == topology.RightJoin || j == topology.FullJoin }

func buildMeet(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	return paired(b, name, topology.JoinWindows(topology.Fields(in[0], ev.key), topology.Fields(in[1], ev.key), name, topology.Sliding(spansOf(v)), joinOf(v), b.parallelism()))
}

func modelMeet(v vertex, in [][]ev) (out []ev) {
	length, every := spansOf(v)
	sides := map[slot]*[2][]ev{}
	for i, side := range in {
		for _, e := range side {
			for start := floor(e.At, every); start.After(e.At.Add(-length)); start = start.Add(-every) {
				s := slot{e.Key, start.Add(length - time.Millisecond)}
				if sides[s] == nil {
					sides[s] = &[2][]ev{}
				}
				sides[s][i] = append(sides[s][i], e)
			}
		}
	}
	for s, both := range sides {
		out = append(out, joined(joinOf(v), both[0], both[1], func(ev, ev) bool { return true }, func(bool, ...ev) time.Time { return s.end })...)
	}
	return out
}

// joined pairs all that meet. at is the time of a pair, or of what has none on the
// left or right.
func joined(kind topology.Join, lefts, rights []ev, meet func(l, r ev) bool, at func(left bool, of ...ev) time.Time) (out []ev) {
	type pair = topology.Joined[ev, ev]
	met := make([]bool, len(rights))
	for _, l := range lefts {
		alone := true
		for i, r := range rights {
			if l.Key == r.Key && meet(l, r) {
				alone, met[i] = false, true
				out = append(out, pairOf(pair{Left: l, Right: r, HasLeft: true, HasRight: true}, at(true, l, r)))
			}
		}
		if alone && keepsLeft(kind) {
			out = append(out, pairOf(pair{Left: l, HasLeft: true}, at(true, l)))
		}
	}
	for i, r := range rights {
		if !met[i] && keepsRight(kind) {
			out = append(out, pairOf(pair{Right: r, HasRight: true}, at(false, r)))
		}
	}
	return out
}

// nearOf are the bounds of an interval join.
func nearOf(v vertex) (lo, hi time.Duration) {
	lo = time.Duration(v.n%7-4) * time.Second
	return lo, lo + time.Duration(v.n%5)*700*time.Millisecond
}

func buildNear(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	lo, hi := nearOf(v)
	return paired(b, name, topology.JoinInterval(topology.Fields(in[0], ev.key), topology.Fields(in[1], ev.key), name, lo, hi, joinOf(v), b.parallelism()))
}

func modelNear(v vertex, in [][]ev) []ev {
	lo, hi := nearOf(v)
	return joined(joinOf(v), in[0], in[1], func(l, r ev) bool {
		d := r.At.Sub(l.At)
		return lo <= d && d <= hi
	}, func(left bool, of ...ev) time.Time {
		switch {
		case len(of) == 2:
			return latest(of[0].At, of[1].At)
		case left:
			return latest(of[0].At, of[0].At.Add(hi))
		}
		return latest(of[0].At, of[0].At.Add(-lo))
	})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// counting gives the number of each event within its key.
type counting struct{ n *topology.Value[int] }

func (c *counting) Setup(ctx *topology.Context) error {
	c.n = topology.NewValue[int](ctx, "n")
	return nil
}

func (c *counting) Apply(_ *topology.Context, e ev, out *topology.Emitter[ev]) error {
	n, _ := c.n.Get()
	c.n.Set(n + 1)
	out.Emit(ev{e.Key, n + 1, Epoch})
	return nil
}

func buildCount(b *building, name string, _ vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	return topology.Apply(topology.Fields(in[0], ev.key), name, func() *counting { return &counting{} }, b.parallelism())
}

func modelCount(_ vertex, in [][]ev) []ev {
	n := map[int]int{}
	return each(in[0], func(e ev) []ev {
		n[e.Key]++
		return []ev{{e.Key, n[e.Key], Epoch}}
	})
}

// rowOf makes rows of a table; some say that theirs is gone.
func rowOf(e ev) ev {
	if e.N%4 == 0 {
		e.N = -1
	}
	return e
}

// buildTables gives the changes of a join of tables: what is retracted has a
// negative number.
func buildTables(b *building, name string, v vertex, in []topology.Stream[ev]) topology.Stream[ev] {
	row := func(side int) topology.Stream[ev] {
		rows := topology.MapFunc(in[side], fmt.Sprint(name, " rows", side), rowOf, topology.Parallelism(1))
		return topology.Fields(rows, ev.key)
	}
	return topology.MapFunc(topology.JoinTables(row(0), row(1), name, joinOf(v), b.parallelism()), name+" changes", func(c topology.Change[topology.Joined[ev, ev]]) ev {
		e := pairOf(c.Value, Epoch)
		if e.N++; c.Retract {
			e.N = -e.N
		}
		return e
	})
}

func modelTables(v vertex, in [][]ev) (out []ev) {
	last := [2]map[int]ev{{}, {}}
	for side, rows := range in {
		for _, e := range rows {
			if e = rowOf(e); e.Deleted() {
				delete(last[side], e.Key)
			} else {
				last[side][e.Key] = e
			}
		}
	}
	lists := [2][]ev{}
	for side := range last {
		for _, e := range last[side] {
			lists[side] = append(lists[side], e)
		}
	}
	return each(joined(joinOf(v), lists[0], lists[1], func(ev, ev) bool { return true }, func(bool, ...ev) time.Time { return Epoch }), func(e ev) []ev {
		e.N++
		return []ev{e}
	})
}
