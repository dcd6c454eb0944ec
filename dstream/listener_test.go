package dstream_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// journal notes what listeners hear, in its order.
type journal struct {
	mu    sync.Mutex
	lines []string // guarded by mu
	over  chan struct{}
}

func (j *journal) note(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

func since(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Sub(dstreamtest.Start).String()
}

// listener notes every event of batches and output operations with its times.
func (j *journal) listener() *dstream.Listener {
	batch := func(event string) func(dstream.BatchInfo) {
		return func(b dstream.BatchInfo) {
			j.note("%s %s: %d rows, submitted %s started %s ended %s", event, since(b.BatchTime), b.NumRecords(), since(b.SubmissionTime), since(b.ProcessingStart), since(b.ProcessingEnd))
		}
	}
	place := regexp.MustCompile(` at .*listener_test.go:[0-9]+$`)
	operation := func(event string) func(dstream.OutputOperationInfo) {
		return func(o dstream.OutputOperationInfo) {
			j.note("%s %s/%d %s: started %s ended %s %s", event, since(o.BatchTime), o.ID, place.ReplaceAllString(o.Name, ""), since(o.Start), since(o.End), o.Failure)
		}
	}
	return &dstream.Listener{
		StreamingStarted: func(s dstream.StreamingStarted) { j.note("streaming %s", since(s.Time)) },
		BatchSubmitted:   batch("submitted"), BatchStarted: batch("started"),
		BatchCompleted: func(b dstream.BatchInfo) {
			batch("completed")(b)
			j.over <- struct{}{}
		},
		OutputOperationStarted: operation("begins"), OutputOperationCompleted: operation("ends"),
	}
}

// slow makes an output operation that lasts: the clock goes on by d.
func slow(h *dstreamtest.Harness, in *dstream.DStream[string], d time.Duration, result error) {
	in.ForEachRDD(func(ctx context.Context, r *rdd.RDD[string], _ time.Time) error {
		_, err := r.Count(ctx)
		h.Clock().Advance(d)
		return errors.Join(err, result)
	})
}

// Listeners hear of a batch in Spark's order, with Spark's fields; one that
// panics keeps no other from it, and what the operations' jobs are called is
// what a listener of the RDDs hears.
func TestListenersHearOfBatches(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	log := dstreamtest.NewLog[string]("words", 1)
	log.Append(0, "a", "b")
	in := dstream.DirectStream(h.Context(), log).DStream
	slow(h, in, 300*time.Millisecond, nil)
	slow(h, in, 100*time.Millisecond, errors.New("no room"))
	heard := journal{over: make(chan struct{}, 1)}
	h.Context().AddListener(&dstream.Listener{
		BatchSubmitted: func(dstream.BatchInfo) { panic("a bad listener") },
		BatchCompleted: func(dstream.BatchInfo) { panic("a bad listener") },
	})
	h.Context().AddListener(heard.listener())
	h.Context().RDDContext().AddListener(&rdd.Listener{TaskEnded: func(rdd.TaskInfo) { panic("a bad listener") }})
	var jobs []string
	h.Context().RDDContext().AddListener(&rdd.Listener{JobStarted: func(j rdd.JobInfo) { jobs = append(jobs, j.Description) }})
	h.Run(1)
	<-heard.over
	want := []string{
		"streaming 0s",
		"submitted 1s: 2 rows, submitted 1s started - ended -",
		"started 1s: 2 rows, submitted 1s started 1s ended -",
		"begins 1s/0 foreachRDD: started 1s ended - ",
		"ends 1s/0 foreachRDD: started 1s ended 1.3s ",
		"begins 1s/1 foreachRDD: started 1.3s ended - ",
		"ends 1s/1 foreachRDD: started 1.3s ended 1.4s no room",
		"completed 1s: 2 rows, submitted 1s started 1s ended 1.4s",
	}
	if !slices.Equal(heard.lines, want) {
		t.Errorf("heard %q", heard.lines)
	}
	if want := []string{"Streaming job from [output operation 0, batch time 11000 ms]", "Streaming job from [output operation 1, batch time 11000 ms]"}; !slices.Equal(jobs, want) {
		t.Errorf("jobs are called %q", jobs)
	}
}

// A batch that waits for the one before has a scheduling delay, and the
// statistics are those of the batches.
func TestDelaysAndStatistics(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.ui.retainedBatches", "1"))
	log := dstreamtest.NewLog[string]("words", 1)
	log.Append(0, "a", "b")
	second := make(chan struct{}, 1)
	dstream.DirectStream(h.Context(), log).ForEachRDD(func(_ context.Context, _ *rdd.RDD[string], at time.Time) error {
		if at.Sub(dstreamtest.Start) == time.Second {
			log.Append(0, "c")
			h.Clock().Advance(time.Second)
			<-second
		}
		h.Clock().Advance(400 * time.Millisecond)
		return nil
	})
	done := make(chan dstream.BatchInfo, 2)
	h.Context().AddListener(&dstream.Listener{
		BatchSubmitted: func(b dstream.BatchInfo) {
			if b.BatchTime.Sub(dstreamtest.Start) == 2*time.Second {
				second <- struct{}{}
			}
		},
		BatchNotMade:   func(time.Time, error) { second <- struct{}{} },
		BatchCompleted: func(b dstream.BatchInfo) { done <- b },
	})
	h.Run(0)
	h.Clock().Advance(time.Second)
	for i, want := range []string{"0s 1.4s 1.4s", "400ms 400ms 800ms"} {
		b := <-done
		scheduling, _ := b.SchedulingDelay()
		processing, _ := b.ProcessingDelay()
		total, over := b.TotalDelay()
		if got := fmt.Sprint(scheduling, processing, total); got != want || !over {
			t.Errorf("batch %d: %s", i, got)
		}
	}
	s := h.Context().Statistics()
	if len(s.Completed) != 1 || since(s.Completed[0].BatchTime) != "2s" || len(s.Running)+len(s.Waiting) > 0 || s.BatchDuration != time.Second {
		t.Errorf("%+v", s)
	}
	if s.TotalCompleted != 2 || s.ReceivedRecords != 3 || s.ProcessedRecords != 3 {
		t.Errorf("%+v", s)
	}
	if got := fmt.Sprint(s.AvgInputRate, s.AvgSchedulingDelay, s.AvgProcessingTime, s.AvgTotalDelay); got != "1 400ms 400ms 800ms" {
		t.Error(got)
	}
}
