package exec_test

import (
	"context"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/task"
)

// dropped is an outlet that keeps nothing.
type dropped struct{}

func (dropped) Write(*columnar.Batch) error { return nil }

func bench(b *testing.B, g *task.Graph, p, rows int, last bool) {
	bound, err := exec.NewRunner(nil, 2, nil, nil).Bind(g, p, 128, func(int) task.Outlet { return dropped{} })
	if err != nil {
		b.Fatal(err)
	}
	defer bound.Close()
	e := exec.Epoch{Last: last}
	if last {
		e.Params.Evict = eventtime.End
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bound.RunEpoch(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}

func BenchmarkFilterCount(b *testing.B) {
	data := random(1, 1<<16, 1<<20, 8192)
	calls := []operator.AggregateCall{{Name: "n", Sig: sum, Args: []expr.Node{col(pairs, 1)}}}
	bench(b, &task.Graph{Stages: []*task.Stage{stage("s", []task.Input{scan(data)}, task.Forward, nil, func() []task.Operator {
		return []task.Operator{&operator.Filter{Predicate: col(pairs, 2)}, &operator.Partial{Calls: calls}, &operator.Final{Calls: calls}}
	})}}, 1, 1<<16, true)
}

func BenchmarkCountMillionKeys(b *testing.B) {
	data := random(2, 1<<21, 1<<20, 8192)
	bench(b, counting(scan(data), operator.Batch), 2, 1<<21, true)
}

func BenchmarkJoinProbe(b *testing.B) {
	big, small := random(3, 1<<20, 1<<16, 8192), random(4, 1<<16, 1<<16, 8192)
	keys := []expr.Node{col(pairs, 0)}
	join := stage("join", []task.Input{scan(small), scan(big)}, task.Forward, nil, func() []task.Operator {
		return []task.Operator{&operator.Join{Left: pairs, Right: pairs, LeftKeys: keys, RightKeys: keys}}
	})
	bench(b, &task.Graph{Stages: []*task.Stage{join}}, 1, 1<<20, true)
}

func BenchmarkSort(b *testing.B) {
	data := random(5, 1<<19, 1<<30, 8192)
	bench(b, &task.Graph{Stages: []*task.Stage{stage("sort", []task.Input{scan(data)}, task.Forward, nil, func() []task.Operator {
		return []task.Operator{&operator.Sort{By: []operator.SortKey{{Expr: col(pairs, 0), Order: sortkey.Order{}}}, In: pairs}}
	})}}, 1, 1<<19, true)
}

// An epoch of one row through a keyed count: what a trigger costs.
func BenchmarkOneRowEpoch(b *testing.B) {
	src := &stream{rows: random(6, 1, 5, 1)}
	g := counting(task.Input{Scan: &task.Scan{Source: src, Ordinal: 0, Name: "stream"}}, operator.Update)
	bound, err := exec.NewRunner(nil, 2, nil, nil).Bind(g, 2, 128, func(int) task.Outlet { return dropped{} })
	if err != nil {
		b.Fatal(err)
	}
	defer bound.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bound.RunEpoch(context.Background(), exec.Epoch{Ranges: []exec.Range{{From: offset(0), To: offset(1)}}}); err != nil {
			b.Fatal(err)
		}
	}
}
