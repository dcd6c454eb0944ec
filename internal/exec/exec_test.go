package exec_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var pairs = sqltype.NewStruct(sqltype.F("k", sqltype.Long), sqltype.F("v", sqltype.Long), sqltype.F("ok", sqltype.Boolean))

func col(s *sqltype.Struct, i int) expr.Node {
	return &expr.Column{Ordinal: i, Name: s.Fields[i].Name, T: s.Fields[i].Type, Null: true}
}

// random is n rows of pairs in batches of at most size rows.
func random(seed uint64, n, keys, size int) []*columnar.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	var all []*columnar.Batch
	for n > 0 {
		b := columnar.NewBatch(pairs)
		for range min(n, size) {
			columnar.AppendFixed(b.Cols[0], int64(r.IntN(keys)))
			columnar.AppendFixed(b.Cols[1], int64(r.IntN(1000)))
			columnar.AppendFixed(b.Cols[2], uint8(r.IntN(2)))
			b.Len++
		}
		all = append(all, b)
		n -= b.Len
	}
	return all
}

func scan(b []*columnar.Batch) task.Input {
	return task.Input{Scan: &task.Scan{Source: &operator.Rows{Of: b[0].Schema, Batches: b}, Ordinal: -1, Name: "rows"}}
}

// stage is a stage whose chain is the operators in order.
func stage(id string, inputs []task.Input, output task.Exchange, keys []expr.Node, ops func() []task.Operator) *task.Stage {
	return &task.Stage{ID: id, Inputs: inputs, Output: output, Keys: keys, Build: func(c *task.Context, out task.Outlet) (*task.Chain, error) {
		ch, next := task.NewChain(c, out), task.ToOutlet
		list := ops()
		for _, op := range slices.Backward(list) {
			ref, err := ch.Add(op, next, 0)
			if err != nil {
				return ch, err
			}
			next = ref
		}
		for i := range inputs {
			in := 0
			if len(list) > 0 {
				if _, ok := list[0].(*operator.Join); ok {
					in = i
				}
			}
			ch.Input(next, in)
		}
		return ch, nil
	}}
}

// ends are the collectors of the tasks of a last stage.
type ends []*exec.Collector

func (e *ends) outlet(k int) task.Outlet {
	for len(*e) <= k {
		*e = append(*e, exec.NewCollector(nil))
	}
	return (*e)[k]
}

// rows are the rows of each task as text.
func (e ends) rows() [][]string {
	out := make([][]string, len(e))
	for k, c := range e {
		for _, b := range c.Batches() {
			for i := range b.Rows() {
				var words []string
				for _, v := range b.Cols {
					words = append(words, fmt.Sprint(v.Value(b.RowAt(i))))
				}
				out[k] = append(out[k], strings.Join(words, ","))
			}
		}
	}
	return out
}

func (e ends) sorted() []string {
	all := slices.Concat(e.rows()...)
	slices.Sort(all)
	return all
}

func (e ends) reset() {
	for _, c := range e {
		c.Reset()
	}
}

// runBatch runs a graph once at parallelism p.
func runBatch(t testing.TB, g *task.Graph, p int) ends {
	t.Helper()
	var e ends
	b, err := exec.NewRunner(nil, 4, nil, nil).Bind(g, p, 128, e.outlet)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, err := b.RunEpoch(t.Context(), exec.Epoch{Last: true, Params: task.Params{Evict: eventtime.End}}); err != nil {
		t.Fatal(err)
	}
	return e
}

func filterOps() []task.Operator {
	return []task.Operator{&operator.Filter{Predicate: col(pairs, 2)}, &operator.Project{Exprs: []expr.Node{col(pairs, 0), col(pairs, 1)}}}
}

func TestFilter(t *testing.T) {
	data := random(1, 20000, 100, 3000)
	var want []string
	for _, b := range data {
		for i := range b.Len {
			if b.Cols[2].Value(i) == true {
				want = append(want, fmt.Sprint(b.Cols[0].Value(i), ",", b.Cols[1].Value(i)))
			}
		}
	}
	slices.Sort(want)
	for _, p := range []int{1, 3} {
		g := &task.Graph{Stages: []*task.Stage{stage("s", []task.Input{scan(data)}, task.Forward, nil, filterOps)}}
		if got := runBatch(t, g, p).sorted(); !slices.Equal(got, want) {
			t.Errorf("p=%d: %d rows, want %d", p, len(got), len(want))
		}
	}
}

// counting is count by k and sum of v in two stages around a Hash exchange.
func counting(in task.Input, mode operator.Mode) *task.Graph {
	keys := []expr.Node{col(pairs, 0)}
	calls := []operator.AggregateCall{{Name: "n", Sig: sum, Args: []expr.Node{col(pairs, 1)}}}
	first := stage("partial", []task.Input{in}, task.Hash, keys, func() []task.Operator {
		return []task.Operator{&operator.Partial{Keys: keys, Calls: calls}}
	})
	last := stage("final", []task.Input{{From: 0}}, task.Forward, nil, func() []task.Operator {
		return []task.Operator{&operator.Final{Keys: keys, Calls: calls, Mode: mode, Table: "agg"}}
	})
	return &task.Graph{Stages: []*task.Stage{first, last}}
}

func wantSums(data []*columnar.Batch) []string {
	sums := map[int64]int64{}
	for _, b := range data {
		for i := range b.Len {
			sums[b.Cols[0].Value(i).(int64)] += b.Cols[1].Value(i).(int64)
		}
	}
	var want []string
	for k, n := range sums {
		want = append(want, fmt.Sprint(k, ",", n))
	}
	slices.Sort(want)
	return want
}

func TestCountThroughHash(t *testing.T) {
	data := random(2, 30000, 500, 1000)
	want := wantSums(data)
	for _, p := range []int{1, 2, 3, 4} {
		if got := runBatch(t, counting(scan(data), operator.Batch), p).sorted(); !slices.Equal(got, want) {
			t.Errorf("p=%d: wrong sums", p)
		}
	}
}

// A stream gives what a batch gives, however it is cut, restarted and spread.
func TestStreamIsBatch(t *testing.T) {
	data := random(3, 5000, 200, 100)
	want := wantSums(data)
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 9))
		src := &stream{rows: data}
		g := counting(task.Input{Scan: &task.Scan{Source: src, Ordinal: 0, Name: "stream"}}, operator.Complete)
		var saved [][]change
		var e ends
		for at := 0; at < len(data); {
			e = nil
			b, err := exec.NewRunner(nil, 2, nil, nil).Bind(g, 1+r.IntN(4), 128, e.outlet)
			if err != nil {
				t.Fatal(err)
			}
			restore(t, b, saved)
			for n := 1 + r.IntN(4); n > 0 && at < len(data); n-- {
				to := min(len(data), at+r.IntN(12))
				e.reset()
				res, err := b.RunEpoch(t.Context(), exec.Epoch{Ranges: []exec.Range{{From: offset(at), To: offset(to)}}})
				if err != nil {
					t.Fatal(err)
				}
				if to > at && res.RowsIn[0] != int64(100*(to-at)) {
					t.Fatalf("rows in %v, want %d", res.RowsIn, 100*(to-at))
				}
				saved = append(saved, save(t, b))
				at = to
			}
			b.Close()
		}
		if got := e.sorted(); !slices.Equal(got, want) {
			t.Errorf("seed %d: wrong sums", seed)
		}
	}
}

func TestRangeSorts(t *testing.T) {
	data := random(4, 20000, 5000, 700)
	by := []operator.SortKey{{Expr: col(pairs, 0), Order: sortkey.Order{Desc: true}}}
	for _, p := range []int{1, 4} {
		first := stage("scan", []task.Input{scan(data)}, task.Range, []expr.Node{col(pairs, 0)}, func() []task.Operator { return nil })
		first.Desc = []bool{true}
		last := stage("sort", []task.Input{{From: 0}}, task.Forward, nil, func() []task.Operator {
			return []task.Operator{&operator.Sort{By: by, In: pairs}}
		})
		e := runBatch(t, &task.Graph{Stages: []*task.Stage{first, last}}, p)
		var keys []int64
		for k, c := range e {
			if c.Rows() < 20000/p/2 {
				t.Errorf("p=%d: task %d got %d rows only", p, k, c.Rows())
			}
			for _, b := range c.Batches() {
				keys = append(keys, columnar.Slice[int64](b.Cols[0])...)
			}
		}
		if len(keys) != 20000 || !slices.IsSortedFunc(keys, func(a, b int64) int { return int(b - a) }) {
			t.Errorf("p=%d: %d rows, or not in order", p, len(keys))
		}
	}
}

// What does not fit in the budget is spilled: an exchange writes blocks, a sort
// sorted runs.
func TestSpill(t *testing.T) {
	data := random(8, 300_000, 1<<30, 8192)
	dir, fs := t.TempDir(), vfs.OS(1)
	var spaces atomic.Int64
	runner := exec.NewRunner(nil, 2, memory.NewBudget(3<<20), func() (memory.Space, error) {
		spaces.Add(1)
		return memory.NewSpace(fs, dir), nil
	})
	for _, how := range []task.Exchange{task.Single, task.RoundRobin, task.Range} {
		spaces.Store(0)
		first := stage("scan", []task.Input{scan(data)}, how, []expr.Node{col(pairs, 0)}, func() []task.Operator { return nil })
		by := []operator.SortKey{{Expr: col(pairs, 0)}}
		last := stage("sort", []task.Input{{From: 0}}, task.Forward, nil, func() []task.Operator {
			if how == task.RoundRobin {
				return nil
			}
			return []task.Operator{&operator.Sort{By: by, In: pairs}}
		})
		var e ends
		p := 1
		if how == task.Range {
			p = 2
		}
		b, err := runner.Bind(&task.Graph{Stages: []*task.Stage{first, last}}, p, 128, e.outlet)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.RunEpoch(t.Context(), exec.Epoch{Last: true, Params: task.Params{Evict: eventtime.End}}); err != nil {
			t.Fatal(err)
		}
		b.Close()
		if want := wantRows(data); !slices.Equal(e.sorted(), want) {
			t.Errorf("exchange %d: rows differ", how)
		}
		if how != task.RoundRobin && !slices.IsSorted(keysOf(e)) {
			t.Error("not in order")
		}
		if spaces.Load() == 0 {
			t.Error("nothing was spilled")
		}
	}
}

func keysOf(e ends) (keys []int64) {
	for _, c := range e {
		for _, b := range c.Batches() {
			keys = append(keys, columnar.Slice[int64](b.Cols[0])...)
		}
	}
	return keys
}

func wantRows(data []*columnar.Batch) []string {
	c := exec.NewCollector(nil)
	for _, b := range data {
		c.Write(b)
	}
	return ends{c}.sorted()
}

func TestDealing(t *testing.T) {
	data := random(5, 1000, 10, 300)
	for _, x := range []struct {
		how  task.Exchange
		want []int
	}{{task.RoundRobin, []int{250, 250, 250, 250}}, {task.Single, []int{1000}}} {
		first := stage("scan", []task.Input{scan(data)}, x.how, nil, func() []task.Operator { return nil })
		last := stage("end", []task.Input{{From: 0}}, task.Forward, nil, func() []task.Operator { return nil })
		e := runBatch(t, &task.Graph{Stages: []*task.Stage{first, last}}, 4)
		for k, c := range e {
			if len(e) != len(x.want) || c.Rows() < x.want[k]-4 || c.Rows() > x.want[k]+4 {
				t.Errorf("exchange %d: task %d of %d got %d rows", x.how, k, len(e), c.Rows())
			}
		}
	}
}

func TestBroadcastJoin(t *testing.T) {
	big, small := random(6, 5000, 50, 500), random(7, 40, 50, 500)
	want := 0
	for _, b := range big {
		for i := range b.Len {
			for k := range small[0].Len {
				if b.Cols[0].Value(i) == small[0].Cols[0].Value(k) {
					want++
				}
			}
		}
	}
	dim := stage("dim", []task.Input{scan(small)}, task.Broadcast, nil, func() []task.Operator { return nil })
	join := stage("join", []task.Input{{From: 0}, scan(big)}, task.Forward, nil, func() []task.Operator {
		keys := []expr.Node{col(pairs, 0)}
		return []task.Operator{&operator.Join{Left: pairs, Right: pairs, LeftKeys: keys, RightKeys: keys}}
	})
	e := runBatch(t, &task.Graph{Stages: []*task.Stage{dim, join}}, 3)
	if got := len(e.sorted()); got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
}

// A limit that is reached stops the reading.
func TestLimitStopsReading(t *testing.T) {
	src := &stream{rows: random(9, 10000, 10, 100)}
	in := task.Input{Scan: &task.Scan{Source: src, Ordinal: 0, Name: "stream"}}
	g := &task.Graph{Stages: []*task.Stage{stage("s", []task.Input{in}, task.Forward, nil, func() []task.Operator {
		return append(filterOps(), &operator.Limit{Limit: 120})
	})}}
	var e ends
	b, err := exec.NewRunner(nil, 2, nil, nil).Bind(g, 1, 128, e.outlet)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := b.RunEpoch(t.Context(), exec.Epoch{Last: true, Ranges: []exec.Range{{From: offset(0), To: offset(100)}}})
	if err != nil || e[0].Rows() != 120 || r.RowsIn[0] > 1000 {
		t.Errorf("%v: %d rows of %v", err, e[0].Rows(), r.RowsIn)
	}
}

func TestPanicIsTheUsers(t *testing.T) {
	r := exec.NewRunner(nil, 2, nil, nil)
	err := r.Run(t.Context(), &exec.Stage{Tasks: 3, Run: func(k *exec.Task) error {
		if k.Index == 1 {
			var rows []int
			rows[k.Index] = 1
		}
		return nil
	}})
	e := sparkerr.As(err)
	if e == nil || e.Kind != sparkerr.UserCode || !strings.HasSuffix(e.Origin.File, "exec_test.go") {
		t.Errorf("%v", err)
	}
}

func TestRetriesAndParents(t *testing.T) {
	r := exec.NewRunner(nil, 2, nil, nil)
	var tries, before atomic.Int64
	parent := &exec.Stage{Tasks: 4, Run: func(*exec.Task) error { before.Add(1); return nil }}
	err := r.Run(t.Context(), &exec.Stage{Tasks: 1, Retries: 2, Parents: []*exec.Stage{parent, parent}, Run: func(k *exec.Task) error {
		if before.Load() != 4 {
			t.Error("a stage ran before its parents")
		}
		if tries.Add(1); k.Attempt < 2 {
			return errors.New("again")
		}
		return nil
	}})
	if err != nil || tries.Load() != 3 {
		t.Errorf("%v after %d tries", err, tries.Load())
	}
	failed := errors.New("no")
	if err := r.Run(t.Context(), &exec.Stage{Tasks: 8, Run: func(*exec.Task) error { return failed }}); !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
}

// Cancelling ends an epoch whose readers wait for ever, and leaves no
// goroutine (see TestMain).
func TestCancel(t *testing.T) {
	src := &stream{blocks: true}
	g := counting(task.Input{Scan: &task.Scan{Source: src, Ordinal: 0}}, operator.Complete)
	var e ends
	b, err := exec.NewRunner(nil, 4, nil, nil).Bind(g, 4, 128, e.outlet)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ctx, cancel := context.WithCancel(t.Context())
	src.opened = cancel
	if _, err = b.RunEpoch(ctx, exec.Epoch{Ranges: []exec.Range{{From: offset(0), To: offset(9)}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func offset(n int) connector.Offset { return connector.Offset(fmt.Sprint(n)) }

// stream is a source whose offsets count batches.
type stream struct {
	rows   []*columnar.Batch
	blocks bool
	opened func()
}

func (s *stream) Schema() *sqltype.Struct { return pairs }

func (s *stream) Latest(context.Context, connector.Offset, connector.Limit) (connector.Offset, error) {
	return offset(len(s.rows)), nil
}

func (s *stream) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	var lo, hi int
	fmt.Sscan(string(from), &lo)
	fmt.Sscan(string(to), &hi)
	var splits []connector.Split
	for i := lo; i < hi; i++ {
		splits = append(splits, connector.Split{ID: fmt.Sprint(i), Spec: i})
	}
	return splits, nil
}

func (s *stream) Open(_ context.Context, p connector.Split, _ connector.Wanted) (connector.Reader, error) {
	return &streamReader{of: s, at: p.Spec.(int)}, nil
}

func (s *stream) Forget(context.Context, connector.Offset) error { return nil }
func (s *stream) Close() error                                   { return nil }

type streamReader struct {
	of   *stream
	at   int
	done bool
}

func (r *streamReader) Read(ctx context.Context, b *columnar.Batch) error {
	if r.of.blocks {
		r.of.opened()
		<-ctx.Done()
		return ctx.Err()
	}
	b.Resize(0)
	if r.done {
		return io.EOF
	}
	r.done = true
	b.AppendBatch(r.of.rows[r.at])
	return nil
}

func (r *streamReader) Position() connector.Offset { return nil }
func (r *streamReader) Close() error               { return nil }

// change is a part of a delta of one stage.
type change struct {
	stage, table string
	batch        *columnar.Batch
	deleted      bool
}

type recorder struct {
	stage string
	to    *[]change
}

func (r recorder) Rows(table string, b *columnar.Batch, deleted bool) error {
	c := columnar.NewBatch(b.Schema)
	c.AppendBatch(b)
	*r.to = append(*r.to, change{r.stage, table, c, deleted})
	return nil
}

func (r recorder) Drop(string, eventtime.Watermark) error { return nil }

func save(t *testing.T, b *exec.Bound) []change {
	var all []change
	for _, s := range b.Stores() {
		for _, st := range s.Stores {
			st.Seal(0)
			if done, err := st.Save(recorder{s.Stage, &all}, 1<<30); err != nil || !done {
				t.Fatal(done, err)
			}
		}
	}
	return all
}

func restore(t *testing.T, b *exec.Bound, saved [][]change) {
	if err := b.Reset(0); err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Stores() {
		for _, st := range s.Stores {
			for _, c := range slices.Concat(saved...) {
				if err := st.Load(c.table, c.batch, c.deleted); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

var _ store.Changes = recorder{}

// sum is the simplest aggregate with an operand.
var sum = expr.AggregateSignature{Result: sqltype.Long, Make: func(*expr.Context) (expr.Aggregate, error) { return summer{}, nil }}

type summer struct{}

func (summer) State() *sqltype.Struct {
	return sqltype.NewStruct(sqltype.Field{Name: "sum", Type: sqltype.Long})
}

func (summer) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	n, v := columnar.Slice[int64](state[0]), columnar.Slice[int64](args[0])
	if sel == nil {
		for k, r := range rows {
			n[r] += v[k]
		}
		return nil
	}
	for k, r := range rows {
		n[r] += v[sel[k]]
	}
	return nil
}

func (s summer) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	return s.Update(state, rows, from, sel)
}

func (summer) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		out.AppendFrom(state[0], int(r))
	}
	return nil
}
