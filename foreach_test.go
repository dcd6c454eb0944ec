package spate_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/spatestream/spate"
)

func TestForeachBatch(t *testing.T) {
	in := lines()
	s, _ := newSession(t, spate.Connectors(in))
	var got []string
	q, err := s.ReadStream().Format("lines").Load().WriteStream().
		ForeachBatch(func(ctx context.Context, batch *spate.DataFrame, epoch int64) error {
			n, err := batch.Count(ctx)
			if err != nil {
				return err
			}
			if err := batch.CreateOrReplaceTempView("b"); err != nil {
				return err
			}
			rows, err := batch.Session().SQL("SELECT max(value) FROM b").Collect(ctx)
			got = append(got, fmt.Sprintf("%d: %d rows, max %v", epoch, n, rows[0].Get(0)))
			return err
		}).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Add(line("a", 1), line("b", 2))
	process(t, q)
	in.Add(line("c", 3))
	process(t, q)
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := "0: 2 rows, max b, 1: 1 rows, max c"; strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if _, err := s.Table("b").Schema(); err == nil {
		t.Error("the view of a batch is known outside")
	}
}

func TestForeachBatchFails(t *testing.T) {
	for name, f := range map[string]func(context.Context, *spate.DataFrame, int64) error{
		"error": func(context.Context, *spate.DataFrame, int64) error { return errors.New("no room") },
		"panic": func(context.Context, *spate.DataFrame, int64) error { panic("no room") },
	} {
		t.Run(name, func(t *testing.T) {
			in := lines()
			s, _ := newSession(t, spate.Connectors(in))
			q, err := s.ReadStream().Format("lines").Load().WriteStream().ForeachBatch(f).Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			in.Add(line("a", 1))
			err = q.AwaitTermination(t.Context())
			wantClass(t, err, "STREAM_FAILED")
			wantClass(t, errors.Unwrap(err), "FOREACH_BATCH_USER_FUNCTION_ERROR")
			if !strings.Contains(err.Error(), "foreach_test.go:") || !strings.Contains(err.Error(), "no room") {
				t.Error(err)
			}
		})
	}
}

// TestForeachBatchAgain: the rows of a micro-batch whose function has failed
// are run again by the next query of the checkpoint.
func TestForeachBatchAgain(t *testing.T) {
	in := lines()
	s, _ := newSession(t, spate.Connectors(in))
	dir := filepath.ToSlash(t.TempDir())
	var seen []string
	start := func(fail bool) *spate.StreamingQuery {
		q, err := s.ReadStream().Format("lines").Load().WriteStream().Option("checkpointLocation", dir).
			ForeachBatch(func(ctx context.Context, batch *spate.DataFrame, epoch int64) error {
				rows, err := batch.OrderBy("value").Collect(ctx)
				if err == nil && fail {
					err = errors.New("not yet")
				}
				for _, r := range rows {
					seen = append(seen, fmt.Sprint(epoch, r.Get(0)))
				}
				return err
			}).Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	in.Add(line("a", 1), line("b", 2))
	if err := start(true).AwaitTermination(t.Context()); err == nil {
		t.Fatal("the query did not fail")
	}
	q := start(false)
	process(t, q)
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, " "); got != "0a 0b 0a 0b" && got != "0 a 0 b 0 a 0 b" {
		t.Errorf("saw %s", got)
	}
}

// recorder is a ForeachWriter that notes its calls.
type recorder struct {
	mu  *sync.Mutex
	all *[]string
	own []string
}

func (r *recorder) Open(partition int, epoch int64) (bool, error) { return true, nil }

func (r *recorder) Process(row spate.Row) error {
	r.own = append(r.own, row.Field("value").(string))
	return nil
}

func (r *recorder) Close(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		*r.all = append(*r.all, r.own...)
	}
}

func TestForeach(t *testing.T) {
	in := lines()
	s, _ := newSession(t, spate.Connectors(in))
	var mu sync.Mutex
	var all []string
	q, err := s.ReadStream().Format("lines").Load().WriteStream().
		ForeachWriter(func() spate.ForeachWriter { return &recorder{mu: &mu, all: &all} }).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Add(line("a", 1), line("b", 2))
	process(t, q)
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	sort.Strings(all)
	if strings.Join(all, "") != "ab" {
		t.Error(all)
	}
}

func TestForeachFails(t *testing.T) {
	in := lines()
	s, _ := newSession(t, spate.Connectors(in))
	q, err := s.ReadStream().Format("lines").Load().WriteStream().Foreach(func(spate.Row) error { return errors.New("refused") }).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Add(line("c", 3))
	err = q.AwaitTermination(t.Context())
	wantClass(t, errors.Unwrap(err), "FOREACH_USER_FUNCTION_ERROR")
}
