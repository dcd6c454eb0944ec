package spate_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/rdd"
)

func newRDDs(t *testing.T) *rdd.Context {
	sc := rdd.NewContext("frames", rdd.Workers(2), rdd.TempDir(t.TempDir()))
	t.Cleanup(sc.Stop)
	return sc
}

func TestFrameToRDD(t *testing.T) {
	s, _ := newSession(t)
	sc := newRDDs(t)
	in := []address{{"London", "A"}, {"Paris", "B"}, {"Rome", "C"}}
	var runs atomic.Int32
	counted := spate.Filter(s.CreateDataFrame(in), func(a address) bool {
		runs.Add(1)
		return true
	})
	r, err := spate.ToRDD[address](counted.OrderBy("City"), sc, 2)
	if err != nil || runs.Load() != 0 {
		t.Fatal(err, "rows before an action:", runs.Load())
	}
	for range 2 {
		got, err := rdd.Glom(r).Collect(t.Context())
		if err != nil || !reflect.DeepEqual(got, [][]address{in[:1], in[1:]}) {
			t.Fatal(got, err)
		}
	}
	if runs.Load() != 3 {
		t.Errorf("the frame saw %d rows, not 3", runs.Load())
	}
	empty, err := spate.ToRDD[int64](s.Range(0, 0), sc)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := empty.Count(t.Context()); n != 0 || err != nil {
		t.Error(n, err)
	}
}

func TestFrameToRDDFails(t *testing.T) {
	s, _ := newSession(t)
	sc := newRDDs(t)
	_, err := spate.ToRDD[int64](s.SQL("SELECT nope FROM range(3)"), sc)
	wantClass(t, err, "UNRESOLVED_COLUMN.WITH_SUGGESTION")
	_, err = spate.ToRDD[int32](s.SQL("SELECT 'x' AS v"), sc)
	wantClass(t, err, "CANNOT_UP_CAST_DATATYPE")
	_, err = spate.ToRDD[int64](s.ReadStream().Schema("id BIGINT").JSON(t.TempDir()), sc)
	if err == nil || !strings.Contains(err.Error(), "a stream never ends") || !strings.Contains(err.Error(), "rdd_test.go:") {
		t.Errorf("of a stream: %v", err)
	}
	bad, err := spate.ToRDD[int64](s.SQL("SELECT 1 DIV (id - 2) FROM range(3)"), sc)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = bad.Collect(t.Context())
		wantClass(t, err, "DIVIDE_BY_ZERO")
	}
	good, err := spate.ToRDD[int64](s.Range(0, 9), sc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := good.Count(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n, err := good.Count(t.Context()); n != 9 || err != nil {
		t.Error(n, err)
	}
}

func TestRDDToFrame(t *testing.T) {
	s, _ := newSession(t)
	sc := newRDDs(t)
	var computed atomic.Int32
	words := rdd.Map(rdd.Parallelize(sc, strings.Fields("to be or not to be"), 3), func(w string) string {
		computed.Add(1)
		return w
	})
	d := spate.FromRDD(s, words)
	if err := d.CreateOrReplaceTempView("words"); err != nil || computed.Load() != 0 {
		t.Fatal(err, "rows before an action:", computed.Load())
	}
	if got := collect(t, s.SQL("SELECT value, count(*) AS n FROM words GROUP BY value ORDER BY n DESC, value")); got != "value='be', n=2; value='to', n=2; value='not', n=1; value='or', n=1" {
		t.Error(got)
	}
	if got := collect(t, d.Limit(2)); got != "value='to'; value='be'" {
		t.Error(got)
	}
	pairs := spate.FromRDD(s, rdd.KeyBy(words, func(w string) int { return len(w) }))
	if got := collect(t, pairs.Where("Key = 3").Select("Key", "Value")); got != "Key=3, Value='not'" {
		t.Error(got)
	}
}

func TestRDDToFrameFails(t *testing.T) {
	s, _ := newSession(t)
	sc := newRDDs(t)
	broken := errors.New("broken")
	bad := rdd.Parallelize(sc, []string{"a"}).TryFilter(func(*rdd.Task, string) (bool, error) { return false, broken })
	if _, err := spate.FromRDD(s, bad).Count(t.Context()); !errors.Is(err, broken) {
		t.Error(err)
	}
	_, err := spate.FromRDD(s, rdd.Empty[chan int](sc)).Schema()
	wantClass(t, err, "ENCODER_NOT_FOUND")
}

// There and back on one context: the inner job runs before the tasks of the
// outer one, which would leave it no worker.
func TestFramesWithinRDDs(t *testing.T) {
	s, _ := newSession(t)
	sc := newRDDs(t)
	numbers := rdd.Map(rdd.Range(sc, 0, 100000, 1, 4), func(x int64) string { return fmt.Sprint("number ", x) })
	d := spate.FromRDD(s, numbers).Where("value LIKE '%7'")
	r, err := spate.ToRDD[string](d, sc, 4)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := spate.FromRDD(s, r.Filter(func(x string) bool { return strings.HasSuffix(x, "77") })).Count(t.Context()); n != 1000 || err != nil {
		t.Error(n, err)
	}
}

func ExampleToRDD() {
	s := spate.NewSession()
	defer s.Stop(context.Background())
	sc := rdd.NewContext("example")
	defer sc.Stop()
	type word struct {
		Word  string
		Count int64
	}
	d := s.SQL("SELECT word, count(*) AS count FROM VALUES ('to'), ('be'), ('to') AS w(word) GROUP BY word ORDER BY word")
	r, err := spate.ToRDD[word](d, sc)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rdd.Map(r, func(w word) string { return strings.Repeat(w.Word+" ", int(w.Count)) }).Collect(context.Background()))
	// Output: [be  to to ] <nil>
}

func ExampleFromRDD() {
	s := spate.NewSession()
	defer s.Stop(context.Background())
	sc := rdd.NewContext("example")
	defer sc.Stop()
	words := rdd.Parallelize(sc, []string{"to", "be", "to"})
	d := spate.FromRDD(s, words).GroupBy("value").Count().OrderBy("value")
	rows, err := d.Collect(context.Background())
	fmt.Println(rows, err)
	// Output: [Row(value='be', count=1) Row(value='to', count=2)] <nil>
}
