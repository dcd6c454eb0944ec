package conformance

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

type (
	counted = rdd.Pair[string, int]
	timed   = rdd.Pair[int64, int]
	colour  = rdd.Pair[string, string]
)

// inputs makes the streams that programs begin with, each its own.
type inputs struct{ c *dstream.Context }

func in[T any](c *dstream.Context, parts int, batches ...[]T) *dstream.DStream[T] {
	q := dstream.NewQueue[T]()
	for _, b := range batches {
		q.Push(rdd.Parallelize(c.RDDContext(), b, parts))
	}
	return dstream.QueueStream(c, q, false, nil)
}

func (i inputs) words() *dstream.DStream[string] {
	return in(i.c, 2, []string{"a", "b", "a"}, []string{"b"}, nil, []string{"c", "a"}, nil, nil, []string{"b", "b", "d"})
}

func (i inputs) nums() *dstream.DStream[int] {
	return in(i.c, 2, []int{1, 2, 3}, []int{4}, nil, []int{5, 6}, []int{7, 7, 7}, nil, []int{8})
}

func (i inputs) ones() *dstream.DStream[counted] {
	return dstream.Map(i.words(), func(w string) counted { return rdd.KV(w, 1) })
}

func (i inputs) colours() *dstream.DStream[colour] {
	kv := rdd.KV[string, string]
	return in(i.c, 2, []colour{kv("a", "red")}, []colour{kv("a", "blue"), kv("b", "green")}, []colour{kv("c", "grey")},
		[]colour{kv("c", "white"), kv("c", "black")})
}

func (i inputs) lines() *dstream.DStream[string] {
	return in(i.c, 2, []string{"to be or not", "to be"}, []string{""}, []string{"that is", "the question"}, nil)
}

// initial is what states begin with.
func (i inputs) initial() *rdd.RDD[counted] {
	return rdd.Parallelize(i.c.RDDContext(), []counted{rdd.KV("a", 100), rdd.KV("z", 5)}, 2)
}

// since is milliseconds of the programs' clock.
func since(t time.Time) int64 { return t.Sub(dstreamtest.Start).Milliseconds() }

func add(a, b int) int      { return a + b }
func subtract(a, b int) int { return a - b }
func double(x int) int      { return 2 * x }
func negative(x int) int    { return -x }
func single(x int) iter.Seq[int] {
	return slices.Values([]int{x})
}
func sum(xs []int) (n int) {
	for _, x := range xs {
		n += x
	}
	return n
}

// programs are those of programs.scala.
func programs(h *dstreamtest.Harness) []program {
	i := inputs{h.Context()}
	return slices.Concat(elements(h, i), transforms(h, i), pairs(h, i), windows(h, i), ofWindows(h, i), states(h, i), mapped(h, i))
}

func elements(h *dstreamtest.Harness, i inputs) []program {
	return []program{
		gather(h, "map", dstream.Map(i.nums(), double)),
		gather(h, "flatMap", dstream.FlatMap(i.lines(), strings.Fields)),
		gather(h, "filter", i.nums().Filter(func(x int) bool { return x%2 == 1 })),
		gather(h, "glom", dstream.Map(dstream.Glom(i.nums()), func(xs []int) int { return len(xs) })),
		gather(h, "mapPartitions", dstream.MapPartitions(i.nums(), func(it iter.Seq[int]) iter.Seq[int] { return single(sum(slices.Collect(it))) })),
		gather(h, "repartition", dstream.Map(dstream.Glom(i.nums().Repartition(3)), func(xs []int) bool { return len(xs) > 0 })),
		gather(h, "union", i.words().Union(i.lines())),
		gather(h, "union of three", dstream.Union(i.nums(), dstream.Map(i.nums(), negative), i.nums().Filter(func(x int) bool { return x > 5 }))),
		gather(h, "count", i.words().Count()),
		gather(h, "countByValue", dstream.CountByValue(i.words())),
		gather(h, "reduce", i.nums().Reduce(add)),
	}
}

func transforms(h *dstreamtest.Harness, i inputs) []program {
	sc := i.c.RDDContext()
	large := func(r *rdd.RDD[int]) *rdd.RDD[int] {
		return rdd.Map(r.Filter(func(x int) bool { return x > 2 }), func(x int) int { return 10 * x })
	}
	at := func(t time.Time, r *rdd.RDD[int]) *rdd.RDD[timed] {
		ms := since(t)
		return rdd.Map(r, func(x int) timed { return rdd.KV(ms, x) })
	}
	queue := dstream.NewQueue[int]()
	for _, x := range []int{1, 2, 3} {
		queue.Push(rdd.Parallelize(sc, []int{x}, 1))
	}
	hundred := func(x int) int { return x + 100 }
	names := rdd.Parallelize(sc, []colour{rdd.KV("a", "ant"), rdd.KV("b", "bee")}, 2)
	last := dstream.NewQueue(rdd.Parallelize(sc, []int{1}, 1))
	return []program{
		gather(h, "transform", dstream.Transform(i.nums(), large)),
		gather(h, "transform at a time", dstream.TransformAt(i.nums(), at)),
		gather(h, "transformWith", dstream.TransformWith(i.nums(), i.words(), func(a *rdd.RDD[int], b *rdd.RDD[string]) *rdd.RDD[string] {
			return rdd.Map(a, func(x int) string { return rdd.Text(x) }).Union(b)
		})),
		gather(h, "transform of three", dstream.TransformAll([]*dstream.DStream[int]{i.nums(), dstream.Map(i.nums(), hundred)},
			func(rs []*rdd.RDD[int], _ time.Time) *rdd.RDD[int] { return rs[0].Union(rs[1]) })),
		gather(h, "transform with an RDD", dstream.Transform(i.ones(), func(r *rdd.RDD[counted]) *rdd.RDD[rdd.Pair[string, rdd.Joined[int, rdd.Optional[string]]]] {
			return rdd.LeftOuterJoin(r, names)
		})),
		gather(h, "all at once", dstream.QueueStream(i.c, queue, true, nil)),
		gather(h, "queue with another RDD when empty", dstream.QueueStream(i.c, last, false, rdd.Parallelize(sc, []int{0}, 1))),
		gather(h, "constant input", dstream.ConstantInput(i.c, rdd.Parallelize(sc, []int{4, 2}, 2))),
	}
}

// tally is how many values were added up, and to what.
type tally struct{ Sum, Count int }

func pairs(h *dstreamtest.Harness, i inputs) []program {
	words := dstream.Map(dstream.FlatMap(i.lines(), strings.Fields), func(w string) counted { return rdd.KV(w, 1) })
	return []program{
		gather(h, "reduceByKey", dstream.ReduceByKey(i.ones(), add)),
		gather(h, "groupByKey", dstream.GroupByKey(i.ones())),
		gather(h, "combineByKey", dstream.CombineByKey(i.ones(), func(v int) tally { return tally{v, 1} },
			func(t tally, v int) tally { return tally{t.Sum + v, t.Count + 1} },
			func(a, b tally) tally { return tally{a.Sum + b.Sum, a.Count + b.Count} }, rdd.Into(3))),
		gather(h, "mapValues", dstream.MapValues(i.ones(), func(v int) int { return v + 9 })),
		gather(h, "flatMapValues", dstream.FlatMapValues(i.ones(), func(v int) []int { return []int{v, -v} })),
		gather(h, "cogroup", dstream.Cogroup(i.ones(), i.colours())),
		gather(h, "join", dstream.Join(i.ones(), i.colours())),
		gather(h, "leftOuterJoin", dstream.LeftOuterJoin(i.ones(), i.colours())),
		gather(h, "rightOuterJoin", dstream.RightOuterJoin(i.ones(), i.colours())),
		gather(h, "fullOuterJoin", dstream.FullOuterJoin(i.ones(), i.colours())),
		gather(h, "word count", dstream.ReduceByKey(words, add)),
	}
}

func windows(h *dstreamtest.Harness, i inputs) []program {
	positive := func(p counted) bool { return p.Value > 0 }
	inverse := func(length, slide time.Duration, keep func(counted) bool) *dstream.DStream[counted] {
		return dstream.ReduceByKeyAndWindowInverse(i.ones(), add, subtract, length, slide, keep, rdd.Into(2))
	}
	return []program{
		gather(h, "window 3", i.words().Window(3*second)),
		gather(h, "window 3 slide 2", i.words().Window(3*second, 2*second)),
		gather(h, "window 2 slide 3", i.words().Window(2*second, 3*second)),
		gather(h, "window of a window", i.words().Window(2*second).Window(2*second)),
		gather(h, "map after a slide", dstream.Map(i.nums().Window(4*second, 4*second), func(x int) int { return x + 1 })),
		gather(h, "reduceByWindow", i.nums().ReduceByWindow(add, 3*second, second)),
		gather(h, "reduceByWindow inverse", dstream.ReduceByWindowInverse(i.nums(), add, subtract, 3*second, 2*second)),
		gather(h, "countByWindow", i.words().CountByWindow(3*second, second)),
		gather(h, "countByWindow slide 2", i.words().CountByWindow(4*second, 2*second)),
		gather(h, "countByValueAndWindow", dstream.CountByValueAndWindow(i.words(), 3*second, second)),
		gather(h, "reduceByKeyAndWindow", dstream.ReduceByKeyAndWindow(i.ones(), add, 3*second, second)),
		gather(h, "reduceByKeyAndWindow slide 2", dstream.ReduceByKeyAndWindow(i.ones(), add, 4*second, 2*second)),
		gather(h, "reduceByKeyAndWindow inverse", inverse(3*second, second, nil)),
		gather(h, "reduceByKeyAndWindow inverse slide 2", inverse(4*second, 2*second, nil)),
		gather(h, "reduceByKeyAndWindow inverse filtered", inverse(3*second, second, positive)),
		gather(h, "groupByKeyAndWindow", dstream.GroupByKeyAndWindow(i.ones(), 3*second, second)),
		gather(h, "joined windows", dstream.Join(i.ones().Window(2*second), i.colours().Window(3*second))),
		gather(h, "windows joined on the left", dstream.LeftOuterJoin(i.ones().Window(2*second, 2*second), i.colours().Window(4*second, 2*second))),
		gather(h, "reduceByWindow slide 2", i.nums().ReduceByWindow(add, 4*second, 2*second)),
		gather(h, "countByValueAndWindow slide 2", dstream.CountByValueAndWindow(i.words(), 4*second, 2*second)),
		gather(h, "groupByKeyAndWindow slide 2", dstream.GroupByKeyAndWindow(i.ones(), 4*second, 2*second)),
	}
}

// ofWindows are operations on windows and on what is kept.
func ofWindows(h *dstreamtest.Harness, i inputs) []program {
	counts := dstream.ReduceByKey(dstream.Map(i.words().Window(3*second), func(w string) counted { return rdd.KV(w, 1) }), add)
	next := func(x int) int { return x + 1 }
	cached := dstream.Map(i.nums(), next).Cache()
	distinct := func(r *rdd.RDD[string]) *rdd.RDD[string] { return rdd.Distinct(r) }
	sorted := func(r *rdd.RDD[counted]) *rdd.RDD[counted] { return rdd.SortByKey(r, rdd.Descending) }
	return []program{
		gather(h, "union of a window and the stream", i.words().Window(2*second).Union(i.words())),
		gather(h, "count of a window", i.words().Window(2*second).Count()),
		gather(h, "reduce of a window", i.nums().Window(3*second).Reduce(add)),
		gather(h, "transform of a window", dstream.Transform(i.words().Window(2*second), distinct)),
		gather(h, "sorted words of a window", dstream.Transform(counts, sorted)),
		gather(h, "reduceByKey into 3", dstream.ReduceByKey(i.ones(), add, rdd.Into(3))),
		gather(h, "countByValue into 3", dstream.CountByValue(i.words(), rdd.Into(3))),
		gather(h, "cached and used twice", cached.Union(cached.Filter(func(x int) bool { return x > 3 }))),
		gather(h, "checkpointed every two batches", dstream.Map(i.nums(), next).Checkpoint(2*second).Window(3*second)),
	}
}

func states(h *dstreamtest.Harness, i inputs) []program {
	count := func(v []int, old rdd.Optional[int]) rdd.Optional[int] {
		n := sum(v) + old.Value
		return rdd.Optional[int]{Value: n, Ok: n != 0}
	}
	forget := func(v []int, old rdd.Optional[int]) rdd.Optional[int] {
		return rdd.Optional[int]{Value: sum(v) + old.Value, Ok: len(v) > 0}
	}
	at := func(t time.Time, _ string, v []int, old rdd.Optional[int]) rdd.Optional[int] {
		return rdd.Some(sum(v) + old.OrElse(int(since(t)/10)))
	}
	partition := func(_ time.Time, it iter.Seq[dstream.Update[string, int, int]]) iter.Seq[counted] {
		return func(yield func(counted) bool) {
			for u := range it {
				if !yield(rdd.KV(u.Key, sum(u.Values)+u.State.OrElse(1000))) {
					return
				}
			}
		}
	}
	return []program{
		gather(h, "updateStateByKey", dstream.UpdateStateByKey(i.ones(), count)),
		gather(h, "updateStateByKey that forgets", dstream.UpdateStateByKey(i.ones(), forget)),
		gather(h, "updateStateByKey from an initial RDD", dstream.UpdateStateByKeyFrom(i.ones(), i.initial(), count, rdd.Into(3))),
		gather(h, "updateStateByKey of iterators", dstream.UpdatePartitions(i.ones(), nil, partition, false, rdd.Into(3))),
		gather(h, "updateStateByKey at a time", dstream.UpdateStateByKeyAt(i.ones(), nil, at, rdd.Into(3))),
		gather(h, "updateStateByKey at a time from an initial RDD", dstream.UpdateStateByKeyAt(i.ones(), i.initial(), at, rdd.Into(3))),
		gather(h, "updateStateByKey of a window", dstream.UpdateStateByKey(i.ones().Window(2*second, 2*second), count)),
	}
}

func mapped(h *dstreamtest.Harness, i inputs) []program {
	running := func(k string, v rdd.Optional[int], s *dstream.KeyState[int]) counted {
		old := s.Lookup().Value
		s.Update(old + v.Value)
		return rdd.KV(k, old+v.Value)
	}
	once := func(k string, _ rdd.Optional[int], s *dstream.KeyState[int]) string {
		switch {
		case s.TimingOut():
			return k + " out"
		case s.Exists():
			s.Remove()
			return k + " again"
		}
		s.Update(1)
		return k + " new"
	}
	even := func(t time.Time, _ string, v rdd.Optional[int], s *dstream.KeyState[int]) rdd.Optional[timed] {
		n := s.Lookup().Value + v.Value
		s.Update(n)
		return rdd.Optional[timed]{Value: rdd.KV(since(t), n), Ok: n%2 == 0}
	}
	counts := dstream.MapWithState(i.ones(), dstream.StateFunction(running))
	from := dstream.StateFunction(running).InitialState(i.initial())
	idle := dstream.MapWithState(i.ones(), dstream.StateFunction(once).Timeout(2*second))
	return []program{
		gather(h, "mapWithState", counts.DStream),
		gather(h, "mapWithState in one partition", dstream.MapWithState(i.ones(), dstream.StateFunction(running).Place(rdd.Into(1))).DStream),
		gather(h, "mapWithState of a window", dstream.MapWithState(i.ones().Window(2*second, 2*second), dstream.StateFunction(running)).DStream),
		gather(h, "mapWithState at a time that may have nothing", dstream.MapWithState(i.ones(), dstream.StateFunctionAt(even)).DStream),
		gather(h, "mapWithState snapshots", counts.StateSnapshots()),
		gather(h, "mapWithState from an initial RDD", dstream.MapWithState(i.ones(), from).StateSnapshots()),
		gather(h, "mapWithState that removes", dstream.MapWithState(i.ones(), dstream.StateFunction(once)).DStream),
		gather(h, "mapWithState with a timeout", idle.DStream),
		gather(h, "mapWithState with a timeout snapshots", idle.StateSnapshots()),
	}
}
