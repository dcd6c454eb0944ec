package dstreams

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

type count = rdd.Pair[string, int]

// definition defines a program over the rows; its results go to out.
type definition func(c *dstream.Context, rows *dstream.DStream[string], out *sink)

// program is a definition, where its rows come from, and what must be the same
// after a disturbance.
type program struct {
	name    string
	define  definition
	input   input // nil: files
	options []rdd.Option
	lacks   func(got, want string) bool // nil: got must be want
}

// programs are those that every fault strikes.
var programs = []program{
	{name: "plain", define: plain},
	{name: "window", define: windowed},
	{name: "inverse", define: inverse},
	{name: "state", define: stateful},
	{name: "initial", define: initial},
	{name: "mapped", define: mapped},
	{name: "direct", define: plain, input: fromLog, lacks: notOnce},
	{name: "receiver", define: plain, input: fromReceiver, lacks: lost},
}

func ones(rows *dstream.DStream[string]) *dstream.DStream[count] {
	words := dstream.FlatMap(rows, strings.Fields)
	return dstream.Map(words, func(w string) count { return rdd.KV(w, 1) })
}

func add(a, b int) int { return a + b }

// plain counts the words of a batch.
func plain(_ *dstream.Context, rows *dstream.DStream[string], out *sink) {
	collect(dstream.ReduceByKey(ones(rows), add), out)
}

// windowed counts words over the last three batches.
func windowed(_ *dstream.Context, rows *dstream.DStream[string], out *sink) {
	collect(dstream.ReduceByKey(ones(rows.Window(3*interval)), add), out)
}

// inverse does it from the window before.
func inverse(_ *dstream.Context, rows *dstream.DStream[string], out *sink) {
	positive := func(x count) bool { return x.Value > 0 }
	counts := dstream.ReduceByKeyAndWindowInverse(ones(rows), add, func(a, b int) int { return a - b }, 3*interval, interval, positive)
	collect(counts.Checkpoint(2*interval), out)
}

// total adds values to a state; a word that came once goes with the next batch.
func total(values []int, state rdd.Optional[int]) rdd.Optional[int] {
	if len(values) == 0 && state.Value == 1 {
		return rdd.Optional[int]{}
	}
	n := state.OrElse(0)
	for _, v := range values {
		n += v
	}
	return rdd.Some(n)
}

// stateful counts words since the beginning.
func stateful(_ *dstream.Context, rows *dstream.DStream[string], out *sink) {
	collect(dstream.UpdateStateByKey(ones(rows), total).Checkpoint(2*interval), out)
}

// initial begins with counts.
func initial(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
	collect(dstream.UpdateStateByKeyFrom(ones(rows), before(c), total).Checkpoint(2*interval), out)
}

func before(c *dstream.Context) *rdd.RDD[count] {
	return rdd.Parallelize(c.RDDContext(), []count{rdd.KV("w0", 100), rdd.KV("never", 7)})
}

// mapped counts words since the beginning, from an initial state, and forgets
// those for which nothing comes. Its results show the states, too.
func mapped(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
	spec := dstream.StateFunction(func(w string, v rdd.Optional[int], s *dstream.KeyState[int]) count {
		if s.TimingOut() {
			return rdd.KV(w+"-goes-with", s.Get())
		}
		s.Update(s.Lookup().OrElse(0) + v.Value)
		return rdd.KV(w, s.Get())
	})
	spec.Timeout(2 * interval).Place(rdd.Into(2)).InitialState(before(c))
	stream := dstream.MapWithState(ones(rows), spec).Checkpoint(2 * interval)
	states := dstream.Map(stream.StateSnapshots(), func(x count) count { return rdd.KV("state-of-"+x.Key, x.Value) })
	collect(dstream.Union(stream.DStream, states), out)
}

// collect writes the pairs of each batch.
func collect(d *dstream.DStream[count], out *sink) {
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		rows, err := r.Collect(ctx)
		if err != nil {
			return err
		}
		var lines []string
		for _, p := range rows {
			lines = append(lines, fmt.Sprintf("%s=%d", p.Key, p.Value))
		}
		slices.Sort(lines)
		return out.write(t, strings.Join(lines, " "))
	})
}

// sums adds the counts of all batches by word.
func sums(results string) map[string]int {
	out := map[string]int{}
	for _, f := range strings.Fields(results) {
		word, digits, ok := strings.Cut(f, "=")
		var n int
		if _, err := fmt.Sscan(digits, &n); ok && err == nil {
			out[word] += n
		}
	}
	return out
}

// notOnce reports whether some row of an undisturbed run is missing or has come
// twice. In which batch rows are may differ.
func notOnce(got, want string) bool {
	return fmt.Sprint(sums(got)) != fmt.Sprint(sums(want))
}

// lost reports whether some row of an undisturbed run is missing.
func lost(got, want string) bool {
	have := sums(got)
	for word, n := range sums(want) {
		if have[word] < n {
			return true
		}
	}
	return false
}
