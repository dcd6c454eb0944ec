package operator

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// alone runs operators over batches in one bounded epoch and returns the rows
// in the order they came.
func alone(t *testing.T, stats *task.Stats, batches []*columnar.Batch, ops ...task.Operator) texts {
	t.Helper()
	var out texts
	c := &task.Context{Params: &task.Params{Last: true}, Groups: store.Groups{Hi: 128, Of: 128}, Memory: memory.NewBudget(0).Account("test", 0), Stats: stats}
	ch := task.NewChain(c, &out)
	ref, err := ch.Line(task.ToOutlet, 0, ops...)
	if err != nil {
		t.Fatal(err)
	}
	defer ch.Close()
	ch.Input(ref, 0)
	for _, b := range batches {
		if err := ch.Push(0, b); err != nil && err != task.ErrEnough {
			t.Fatal(err)
		}
	}
	if err := ch.End(0); err != nil {
		t.Fatal(err)
	}
	if err := ch.Advance(eventtime.End); err != nil {
		t.Fatal(err)
	}
	if err := ch.Flush(); err != nil {
		t.Fatal(err)
	}
	return out
}

func equalRows(t *testing.T, got texts, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

var numbers = sqltype.NewStruct(sqltype.F("n", sqltype.Long), sqltype.F("s", sqltype.String))

func numbered(ns ...int64) *columnar.Batch {
	var rows []columnar.Row
	for _, n := range ns {
		rows = append(rows, columnar.Row{n, fmt.Sprint("s", n)})
	}
	return batchOf(numbers, rows)
}

// counted makes the rows 0, 1, ... n-1 of a long n, at most limit in a call.
func counted(limit int) expr.TableSignature {
	return expr.TableSignature{Out: sqltype.NewStruct(sqltype.F("i", sqltype.Long)), Make: func() expr.Generator {
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, out []*columnar.Vector, from []uint16, skip int) (int, int, []uint16, error) {
			for k, r := range sel {
				for i := skip; i < int(columnar.At[int64](args[0], int(r))); i++ {
					if len(from) == limit {
						return k, i, from, nil
					}
					columnar.AppendFixed(out[0], int64(i))
					from = append(from, uint16(k))
				}
				skip = 0
			}
			return len(sel), 0, from, nil
		}
	}}
}

func TestGenerate(t *testing.T) {
	for _, limit := range []int{1, 2, 100} {
		g := &Generate{Sig: counted(limit), Args: cols(numbers, 1), Keep: []int{1}, Out: sqltype.NewStruct(numbers.Fields[1], sqltype.F("i", sqltype.Long))}
		b := numbered(2, 7, 0, 3)
		b.Sel = []uint16{0, 2, 3}
		equalRows(t, alone(t, nil, []*columnar.Batch{b}, g), "s2,0", "s2,1", "s3,0", "s3,1", "s3,2")
		outer := &Generate{Sig: counted(limit), Args: cols(numbers, 1), Keep: []int{1}, Out: g.Out, Outer: true}
		equalRows(t, alone(t, nil, []*columnar.Batch{b}, outer), "s2,0", "s2,1", "s0,-", "s3,0", "s3,1", "s3,2")
	}
}

func TestExpand(t *testing.T) {
	flags := sqltype.NewStruct(sqltype.F("n", sqltype.Long), sqltype.F("ok", sqltype.Boolean))
	b := batchOf(flags, []columnar.Row{{int64(1), true}, {int64(2), nil}, {int64(3), false}})
	e := &Expand{Lists: [][]expr.Node{cols(flags, 1), cols(flags, 1)}, Keep: []expr.Node{nil, col(flags, 1)}, Out: sqltype.NewStruct(flags.Fields[0])}
	equalRows(t, alone(t, nil, []*columnar.Batch{b}, e), "1", "2", "3", "1")
}

func TestSampleIsRepeatable(t *testing.T) {
	b := numbered(slices.Repeat([]int64{1, 2, 3, 4}, 1000)...)
	one := alone(t, nil, []*columnar.Batch{b}, &Sample{Upper: 0.25, Seed: 7})
	two := alone(t, nil, []*columnar.Batch{b}, &Sample{Upper: 0.25, Seed: 7})
	rest := alone(t, nil, []*columnar.Batch{b}, &Sample{Lower: 0.25, Upper: 1, Seed: 7})
	if !slices.Equal(one, two) || len(one) < 850 || len(one) > 1150 || len(one)+len(rest) != 4000 {
		t.Errorf("%d, %d and %d rows", len(one), len(two), len(rest))
	}
}

func TestSampleWithReplacement(t *testing.T) {
	b := numbered(slices.Repeat([]int64{1, 2, 3, 4}, 1000)...)
	got := alone(t, nil, []*columnar.Batch{b}, &Sample{Upper: 1.5, Replacement: true, Seed: 3})
	if len(got) < 5700 || len(got) > 6300 {
		t.Errorf("%d rows, want about 6000", len(got))
	}
}

func TestObserve(t *testing.T) {
	m := &Metrics{Name: "m", Calls: []AggregateCall{{Name: "n", Sig: countSig}, {Name: "sum", Sig: sumSig, Args: cols(numbers, 1)}}}
	m.Out = sqltype.NewStruct(sqltype.F("sum", sqltype.Long), sqltype.F("n", sqltype.Long))
	m.Results = []expr.Node{&expr.Column{Ordinal: 1, T: sqltype.Long}, &expr.Column{Ordinal: 0, T: sqltype.Long}}
	for range 2 { // two tasks of one epoch
		b := numbered(1, 2, 3)
		b.Sel = []uint16{0, 2}
		equalRows(t, alone(t, nil, []*columnar.Batch{b, b}, &Observe{Metrics: m}), "1,s1", "3,s3", "1,s1", "3,s3")
	}
	for _, want := range []columnar.Row{{int64(16), int64(8)}, {int64(0), int64(0)}} {
		b, err := m.Take()
		if err != nil {
			t.Fatal(err)
		}
		if got := (columnar.Row{b.Cols[0].Value(0), b.Cols[1].Value(0)}); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

func TestSortAndTopN(t *testing.T) {
	batches := []*columnar.Batch{numbered(5, 3, 9), numbered(1), numbered(7, 3)}
	by := []SortKey{{Expr: col(numbers, 0)}}
	equalRows(t, alone(t, nil, batches, &Sort{By: by, In: numbers}), "1,s1", "3,s3", "3,s3", "5,s5", "7,s7", "9,s9")
	equalRows(t, alone(t, nil, batches, &TopN{By: by, In: numbers, Limit: 2, Offset: 1}), "3,s3", "3,s3")
	var many []*columnar.Batch
	for i := range 60 { // more than a TopN keeps
		var ns []int64
		for k := range int64(2000) {
			ns = append(ns, (k*7919+int64(i))%100003)
		}
		many = append(many, numbered(ns...))
	}
	sorted := alone(t, nil, many, &Sort{By: by, In: numbers})
	top := alone(t, nil, many, &TopN{By: by, In: numbers, Limit: 500, Offset: 10})
	if !slices.Equal(top, sorted[10:510]) {
		t.Error("the first rows in order differ")
	}
}

// The event times of the rows that pass: a null reads as 0, milliseconds round
// down.
func TestWatermarkObserves(t *testing.T) {
	s := sqltype.NewStruct(sqltype.F("t", sqltype.Timestamp))
	b := batchOf(s, []columnar.Row{{eventtime.Time(1500)}, {nil}, {eventtime.Time(-1)}, {eventtime.Time(9e6)}})
	b.Sel = []uint16{0, 1, 2}
	var stats task.Stats
	alone(t, &stats, []*columnar.Batch{b, b}, &Watermark{Time: col(s, 0), Node: 1})
	if got := stats.EventTimes[1]; got != (task.EventTimes{Count: 6, Min: -1, Max: 1, Sum: 0}) {
		t.Errorf("%+v", got)
	}
}

func TestRangeSource(t *testing.T) {
	for _, c := range []struct {
		start, end, step int64
		parts            int
		want             []int64
	}{
		{0, 10, 3, 3, []int64{0, 3, 6, 9}}, {10, 0, -4, 2, []int64{10, 6, 2}}, {5, 5, 1, 4, nil}, {0, -5, 1, 1, nil},
		{1<<63 - 2, 1<<63 - 1, 5, 2, []int64{1<<63 - 2}}, {-1 << 63, 1<<63 - 1, 1 << 62, 2, []int64{-1 << 63, -1 << 62, 0, 1 << 62}},
	} {
		r := &RangeSource{Start: c.start, End: c.end, Step: c.step, Parts: c.parts}
		splits, _ := r.Now(t.Context(), connector.Wanted{})
		var got []int64
		for _, s := range splits {
			got = append(got, longs(t, r, s)...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func longs(t *testing.T, r *RangeSource, s connector.Split) (all []int64) {
	reader, _ := r.Open(context.Background(), s, connector.Wanted{})
	b := columnar.NewBatch(r.Schema())
	for {
		switch err := reader.Read(t.Context(), b); err {
		case io.EOF:
			return all
		case nil:
			all = append(all, columnar.Slice[int64](b.Cols[0])...)
		default:
			t.Fatal(err)
		}
	}
}
