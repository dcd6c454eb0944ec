package spate_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/sparkerr"
)

func exprs(texts ...string) []spate.Column {
	out := make([]spate.Column, len(texts))
	for i, x := range texts {
		out[i] = spate.Expr(x)
	}
	return out
}

func TestObservation(t *testing.T) {
	s, _ := newSession(t)
	j := views(t, s)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	o := spate.NewObservation("m")
	seen := j.Observe(o, exprs("count(1) AS n", "sum(v) AS s", "max(ts) AS mx", "sum(v) + 1 AS s1", "avg(v)", "3 AS three")...)
	if n, err := seen.Count(ctx); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	row, err := o.Get(ctx)
	if want := "Row(n=2, s=3, mx=2026-01-01 00:00:02, s1=4, avg(v)=1.5, three=3)"; err != nil || row.String() != want {
		t.Errorf("%v %v, want %s", row, err, want)
	}
	if _, err := seen.Limit(1).Collect(ctx); err != nil { // the first action counts
		t.Fatal(err)
	}
	if again, _ := o.Get(ctx); again.String() != row.String() {
		t.Error(again)
	}
	empty := spate.NewObservation()
	dir := t.TempDir()
	if err := j.Where("v > 9").Observe(empty, exprs("count(*) AS n", "sum(v) AS s")...).Write().Format("json").Mode("append").Save(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if row, err := empty.Get(ctx); err != nil || row.String() != "Row(n=0, s=NULL)" {
		t.Error(row, err)
	}
}

func TestObserveIsRefused(t *testing.T) {
	s, _ := newSession(t)
	j := views(t, s)
	used := spate.NewObservation()
	j.Observe(used, exprs("count(*)")...)
	for class, d := range map[string]*spate.DataFrame{
		"INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE":            j.Observe("a", exprs("v + sum(v) AS x")...),
		"INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED": j.Observe("a", exprs("count(DISTINCT v)")...),
		"INVALID_OBSERVED_METRICS.NESTED_AGGREGATES_UNSUPPORTED":                  j.Observe("a", exprs("sum(sum(v))")...),
		"INVALID_OBSERVED_METRICS.MISSING_NAME":                                   j.Observe("", exprs("count(*)")...),
		"CANNOT_BE_EMPTY":                                                         j.Observe("a"),
		"DUPLICATED_METRICS_NAME":                                                 j.Observe("a", exprs("count(*)")...).Observe("a", exprs("sum(v)")...),
	} {
		if _, err := d.Collect(t.Context()); sparkerr.ClassOf(err) != class {
			t.Errorf("%v, want %s", err, class)
		}
	}
	if err := j.Observe(used, exprs("count(*)")...).Err(); err == nil {
		t.Error("an Observation observes two frames")
	}
}

func TestObserveSelfJoin(t *testing.T) {
	s, _ := newSession(t)
	o := spate.NewObservation()
	j := views(t, s).Observe(o, exprs("count(*) AS n")...)
	if n, err := j.Alias("a").Join(j.Alias("b"), spate.Expr("a.k = b.k")).Count(t.Context()); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if row, err := o.Get(t.Context()); err != nil || row.String() != "Row(n=2)" {
		t.Error(row, err)
	}
}

// The JSON is that of Spark 4.3.
func TestObservedStream(t *testing.T) {
	s, _ := newSession(t)
	views(t, s)
	stream := s.SQL("SELECT k, v, ts FROM STREAM jt").Observe("m", exprs("count(1) AS n", "sum(v) AS s", "max(ts) AS mx", "avg(v) AS a", "collect_list(k) AS ks",
		"max(struct(k, v)) AS st", "sum(CAST('1.50' AS DECIMAL(10, 2))) AS dec", "max(NULL) AS nu")...).Observe("b", exprs("min(k) AS mk")...)
	q, err := stream.WriteStream().Format("noop").Trigger(spate.AvailableNow()).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := q.AwaitTermination(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := q.LastProgress()
	var parts struct {
		ObservedMetrics json.RawMessage `json:"observedMetrics"`
	}
	if err := json.Unmarshal([]byte(p.JSON()), &parts); err != nil {
		t.Fatal(err)
	}
	want := `{"b":{"mk":"a"},"m":{"n":2,"s":3,"mx":"2026-01-01 00:00:02","a":1.5,"ks":["a","b"],"st":{"k":"b","v":2},"dec":3.00,"nu":null}}`
	if string(parts.ObservedMetrics) != want {
		t.Errorf("%s\nwant %s", parts.ObservedMetrics, want)
	}
	if got := p.ObservedMetrics["m"].Field("s"); got != int64(3) {
		t.Error(got)
	}
	if _, err := stream.Observe(spate.NewObservation(), exprs("count(*)")...).Schema(); err == nil {
		t.Error("an Observation observes a stream")
	}
}
