package exec_test

import (
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

var times = sqltype.NewStruct(sqltype.F("t", sqltype.Timestamp), sqltype.F("v", sqltype.Long), sqltype.F("ok", sqltype.Boolean))

// seconds is a batch of event times.
func seconds(at ...int64) *columnar.Batch {
	b := columnar.NewBatch(times)
	for _, s := range at {
		columnar.AppendFixed(b.Cols[0], eventtime.Time(s*1e6))
		columnar.AppendFixed(b.Cols[1], int64(1))
		columnar.AppendFixed(b.Cols[2], uint8(1))
		b.Len++
	}
	return b
}

// The counters of Spark's progress report, and who asks for an epoch without
// data, through an append aggregation over two tasks.
func TestProgress(t *testing.T) {
	src := &stream{rows: []*columnar.Batch{seconds(10, 10, 20), seconds(12, 30), seconds(5, 31)}}
	keys := []expr.Node{col(times, 0)}
	calls := []operator.AggregateCall{{Name: "n", Sig: sum, Args: []expr.Node{col(times, 1)}}}
	g := &task.Graph{Stages: []*task.Stage{
		stage("partial", []task.Input{{Scan: &task.Scan{Source: src, Name: "s"}}}, task.Hash, keys, func() []task.Operator {
			return []task.Operator{&operator.Watermark{Time: col(times, 0)}, &operator.Partial{Keys: keys, Calls: calls}}
		}),
		stage("final", []task.Input{{From: 0}}, task.Forward, nil, func() []task.Operator {
			return []task.Operator{&operator.Final{Keys: keys, Calls: calls, Mode: operator.Append, EventTime: keys[0], Table: "agg"}}
		}),
	}}
	var e ends
	b, err := exec.NewRunner(nil, 2, nil, nil).Bind(g, 2, 128, e.outlet)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if !b.Stateful() || len(b.Stores()) != 1 || b.Stores()[0].Stage != "final" || len(b.Stores()[0].Stores) != 2 {
		t.Errorf("stores %+v", b.Stores())
	}
	for i, c := range []struct {
		to                           int
		wm                           eventtime.Watermark
		total, updated, gone, behind int64
		seen                         task.EventTimes
		rows                         int64
	}{
		{1, 0, 2, 2, 0, 0, task.EventTimes{Count: 3, Min: 10000, Max: 20000, Sum: 40000}, 0},
		{1, 11000, 1, 0, 1, 0, task.EventTimes{}, 1},
		{2, 11000, 3, 2, 0, 0, task.EventTimes{Count: 2, Min: 12000, Max: 30000, Sum: 42000}, 0},
		{3, 20000, 2, 1, 2, 1, task.EventTimes{Count: 2, Min: 5000, Max: 31000, Sum: 36000}, 2},
	} {
		from := 0
		if i > 0 {
			from = i - 1
		}
		if i == 1 {
			from = 1
			if b.Wants(0) || !b.Wants(c.wm) {
				t.Error("an epoch without data is wanted when the watermark moves, and only then")
			}
		}
		r, err := b.RunEpoch(t.Context(), exec.Epoch{Params: task.Params{Evict: c.wm}, Ranges: []exec.Range{{From: offset(from), To: offset(c.to)}}})
		if err != nil {
			t.Fatal(err)
		}
		o := r.Operators[0]
		if len(r.Operators) != 1 || o.Name != "stateStoreSave" || o.Rows != c.total || o.Updated != c.updated || o.Removed != c.gone || o.Dropped != c.behind {
			t.Errorf("epoch %d: %+v", i, r.Operators)
		}
		if r.EventTimes[0] != c.seen || r.RowsOut != c.rows || r.Late != c.behind || r.Tasks != 2 {
			t.Errorf("epoch %d: %+v", i, r)
		}
	}
}
