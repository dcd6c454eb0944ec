package topology

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// mayfly keeps all kinds of state for a while. An item of a value is kept, one of 0
// asks for all there is, and a second later, by a timer, for the value.
type mayfly struct {
	life  Lifetime
	value *Value[int]
	list  *List[int]
	m     *Map[int, int]
	sum   *Aggregated[int, int, string]
}

func (f *mayfly) Setup(ctx *Context) error {
	f.value, f.list, f.m = NewValue[int](ctx, "value", f.life), NewList[int](ctx, "list", f.life), NewMap[int, int](ctx, "map", f.life)
	f.sum = NewAggregated(ctx, "sum", Aggregate[int, int, string]{
		Init:  func() int { return 100 },
		Add:   func(acc, v int) int { return acc + v },
		Merge: func(a, b int) int { return a + b - 100 },
		Result: func(_ *Context, w Window, acc int) (string, error) {
			return fmt.Sprint("sum ", acc, w.Start.IsZero()), nil
		},
	}, f.life)
	return nil
}

func (f *mayfly) Apply(ctx *Context, i item, out *Emitter[string]) error {
	if i.Value > 0 {
		f.value.Set(i.Value)
		f.list.Add(i.Value)
		f.m.Set(i.Value%2, i.Value)
		f.sum.Add(i.Value)
		return nil
	}
	entries := map[int]int{}
	for k, v := range f.m.All() {
		entries[k] = v
	}
	value, _ := f.value.Get()
	sum, err := f.sum.Result()
	out.Emit(fmt.Sprint(i.Key, " ", value, " ", slices.Collect(f.list.All()), " ", entries, " ", sum))
	if i.Key == "timed" {
		ctx.SetTimer(Timer{Name: "later", At: ctx.EventTime().Add(time.Second)})
	}
	return err
}

func (f *mayfly) OnTimer(_ *Context, t Timer, out *Emitter[string]) error {
	value, ok := f.value.Get()
	out.Emit(fmt.Sprint("timer ", value, ok))
	return nil
}

func mayflies(t *testing.T, life Lifetime) *timeline {
	in := Fields(AddSource(NewJob("mayflies"), "items", func() items { return items{} }), byKey)
	return newTimeline(t, Apply(in, "keep", func() *mayfly { return &mayfly{life: life} }))
}

// rows is how much the instance holds.
func (l *timeline) rows() (n int) {
	for _, t := range l.built.ctx.state.Cells.Rows().Tables() {
		n += t.Rows()
	}
	return n
}

func TestStateLastsAsLongAsItsLifetime(t *testing.T) {
	l := mayflies(t, TTL(10*time.Second))
	l.run(`
		10 a=1
		15 a=2
		19.999 a=0
		> a 2 [1 2] map[0:2 1:1] sum 103 true @19.999
		20 a=0
		> a 2 [2] map[0:2] sum 103 true @20
		12 a=4
		24 a=0
		> a 4 [2] map[0:4] sum 107 true @24
		25 a=0
		> a 0 [] map[] sum 100 true @25
		14 timed=5
		23.5 timed=0
		> timed 5 [5] map[1:5] sum 105 true @23.5
		wm 40
		> timer 0 false @24.5`)
	if n := l.rows(); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	l = mayflies(t, TTL(10*time.Second).OnRead())
	l.run(`
		10 a=1
		15 a=2
		19 a=0
		> a 2 [1 2] map[0:2 1:1] sum 103 true @19
		28 a=0
		> a 2 [1 2] map[0:2 1:1] sum 103 true @28
		wm 38.001
		38 a=0
		> a 0 [] map[] sum 100 true @38`)
	if n := l.rows(); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestStateEndsByTheClock(t *testing.T) {
	l := mayflies(t, TTL(8*time.Second).ByClock())
	l.run(`
		clock 100
		- a=1
		clock 104
		- a=3
		clock 107.999
		- a=0
		> a 3 [1 3] map[1:3] sum 104 true @none
		clock 108
		- a=0
		> a 3 [3] map[1:3] sum 104 true @none
		clock 108.999
		- a=0
		> a 3 [3] map[1:3] sum 104 true @none`)
	before := l.rows()
	if l.step("clock 109"); l.rows() != before-1 {
		t.Errorf("%d of %d rows are left an eighth of the lifetime later", l.rows(), before)
	}
	if l.step("clock 113"); l.rows() != 0 {
		t.Errorf("%d rows are left", l.rows())
	}
}

func TestLifetimesThatCannotBe(t *testing.T) {
	for want, declare := range map[string]func(*Context){
		"TTL(1ns): a lifetime is at least a millisecond":                         func(ctx *Context) { NewValue[int](ctx, "a", TTL(1)) },
		"TTL(0s): a lifetime is at least a millisecond":                          func(ctx *Context) { NewValue[int](ctx, "a", TTL(0)) },
		"TTL(-1s): a lifetime is at least a millisecond":                         func(ctx *Context) { NewValue[int](ctx, "a", TTL(-time.Second).OnRead()) },
		"a state has one lifetime, not [1s 2m0s by the clock since it was read]": func(ctx *Context) { NewList[int](ctx, "a", TTL(time.Second), TTL(2*time.Minute).ByClock().OnRead()) },
		"a state with a TTL in event time is used without a time at hand":        func(ctx *Context) { NewValue[int](ctx, "a", TTL(time.Second)).Set(1) },
		"state: Aggregated.Merge of an Aggregate that has no Merge": func(ctx *Context) {
			NewAggregated(ctx, "a", Aggregate[int, int, int]{
				Add:    func(a, v int) int { return a + v },
				Result: func(_ *Context, _ Window, a int) (int, error) { return a, nil },
			}).Merge(1)
		},
	} {
		j := NewJob("wrong")
		var h heap[int]
		To(Apply(AddSource(j, "numbers", countTo(3)), "wrong", func() stateless { return stateless{declare} }), "keep", h.sink)
		if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}

// longer counts, by key, those numbers that came within a lifetime.
type longer struct {
	life []Lifetime
	n    *Value[int]
}

func (c *longer) Setup(ctx *Context) error { c.n = NewValue[int](ctx, "n", c.life...); return nil }

func (c *longer) Apply(_ *Context, v int, out *Emitter[string]) error {
	n, _ := c.n.Get()
	c.n.Set(n + 1)
	out.Emit(fmt.Sprint(v, "=", n+1))
	return nil
}

// A state goes on when it gets a lifetime, another one, or loses it: the counts of
// keys that come every five seconds.
func TestALifetimeMayChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "checkpoint")
	s := &shop{prepared: map[string][]string{}}
	var want []string
	var never atomic.Int64
	never.Store(-1)
	for i, run := range []struct {
		life   []Lifetime
		counts [2]int
	}{
		{nil, [2]int{1, 2}},
		{[]Lifetime{TTL(3 * time.Second)}, [2]int{3, 1}}, // what lasted lasts until it is written
		{[]Lifetime{TTL(100 * time.Second)}, [2]int{1, 2}},
		{[]Lifetime{TTL(time.Hour).ByClock()}, [2]int{3, 4}},
		{nil, [2]int{5, 6}},
	} {
		j := NewJob("changing", ExactlyOnce(dir))
		in := AddSource(j, "numbers", func() *replayed { return &replayed{n: 10 * (i + 1), failAt: &never} }, EmittedTime(0))
		To(Apply(Fields(in, func(v int) int { return v % 5 }), "count", func() *longer { return &longer{life: run.life} }), "sell", s.sink)
		if err := j.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for v := range 10 {
			want = append(want, fmt.Sprint(10*i+v, "=", run.counts[v/5]))
		}
	}
	if !slices.Equal(s.visible, want) {
		t.Errorf("got\n%v\nwant\n%v", s.visible, want)
	}
}
