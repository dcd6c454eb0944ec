package topology

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/flow"
)

type dropping[T any] struct{}

func (dropping[T]) receive(T, header) {}

// bench calls an instance with events of many keys, 100 a millisecond in random
// order, and advances its watermark every 1000.
func bench[Out any](b *testing.B, s Stream[Out], sides int) {
	c := s.refs[0].from
	n := &node{ctx: b.Context(), in: &flow.Instance{Of: 1, Usage: &flow.Usage{}, Env: &env.Env{Clock: env.System{}}}, stage: &stage{plan: &plan{job: s.job}, head: c}}
	built, err := c.make(n)
	if err != nil {
		b.Fatal(err)
	}
	built.attach(dropping[Out]{})
	if err := n.setUp(built.member); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]item, 1<<16)
	for i := range all {
		all[i] = item{fmt.Sprint("key ", r.IntN(10_000)), i}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := int64(i/100) + r.Int64N(1000)
		built.receivers[i%sides].(receiver[item]).receive(all[i&(1<<16-1)], header{at: eventtime.Time(at * 1000)})
		if i%1000 == 0 {
			if err := built.member.advance(eventtime.Watermark(i/100 - 1)); err != nil || n.err != nil {
				b.Fatal(err, n.err)
			}
		}
	}
}

func BenchmarkWindows(b *testing.B) {
	keyed := func() Stream[item] {
		return Fields(AddSource(NewJob("windows"), "items", func() items { return items{} }), byKey)
	}
	quiet := Aggregate[item, int, int]{Add: sum.Add, Merge: sum.Merge, Result: func(_ *Context, _ Window, n int) (int, error) { return n, nil }}
	for name, w := range map[string]Windows{
		"fixed": Fixed(secs(10)), "sliding": Sliding(secs(10), secs(2)), "session": Session(secs(1)), "count": Count(10),
	} {
		b.Run("aggregate/"+name, func(b *testing.B) { bench(b, AggregateWindows(keyed(), "windows", w, quiet), 1) })
	}
	b.Run("list/fixed", func(b *testing.B) { bench(b, WindowsOf(keyed(), "windows", Fixed(secs(10))), 1) })
}

func BenchmarkJoins(b *testing.B) {
	b.Run("table", func(b *testing.B) { l, r := two(); bench(b, JoinTable(l, r, "join", LeftJoin), 2) })
	b.Run("windows", func(b *testing.B) {
		l, r := two()
		bench(b, JoinWindows(l, r, "join", Fixed(secs(1)), FullJoin), 2)
	})
	b.Run("interval", func(b *testing.B) {
		l, r := two()
		bench(b, JoinInterval(l, r, "join", -100*time.Millisecond, 100*time.Millisecond, FullJoin), 2)
	})
}

// BenchmarkClose closes windows of one key while many of others stay open: the cost
// of each does not depend on how many.
func BenchmarkClose(b *testing.B) {
	for _, open := range []int{0, 1000, 100_000} {
		b.Run(fmt.Sprint("open=", open), func(b *testing.B) {
			quiet := Aggregate[item, int, int]{Add: sum.Add, Result: func(_ *Context, _ Window, n int) (int, error) { return n, nil }}
			s := AggregateWindows(Fields(AddSource(NewJob("close"), "items", func() items { return items{} }), byKey), "windows", Fixed(secs(1)), quiet)
			c := s.refs[0].from
			n := &node{ctx: b.Context(), in: &flow.Instance{Of: 1, Usage: &flow.Usage{}, Env: &env.Env{Clock: env.System{}}}, stage: &stage{plan: &plan{job: s.job}, head: c}}
			built, err := c.make(n)
			if err != nil {
				b.Fatal(err)
			}
			built.attach(dropping[int]{})
			if err := n.setUp(built.member); err != nil {
				b.Fatal(err)
			}
			put := func(key string, at int64) {
				built.receivers[0].(receiver[item]).receive(item{key, 1}, header{at: eventtime.Time(at * 1_000_000)})
			}
			for i := range open {
				put(fmt.Sprint("open ", i), 1<<40+int64(i%100))
			}
			b.ReportAllocs()
			for i := int64(0); b.Loop(); i++ {
				put("a", i)
				if err := built.member.advance(eventtime.Watermark(1000*i + 999)); err != nil || n.err != nil {
					b.Fatal(err, n.err)
				}
			}
		})
	}
}
