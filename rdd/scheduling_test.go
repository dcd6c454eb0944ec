package rdd

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/sparkerr"
)

func TestErrorOfATaskThatFailedForGood(t *testing.T) {
	c := NewContext("failing", Workers(2))
	defer c.Stop()
	boom := errors.New("boom")
	ints := Parallelize(c, numbers(10), 2)
	for name, action := range map[string]func() error{
		"error": func() error {
			_, err := TryMap(ints, func(_ *Task, x int) (int, error) {
				if x == 7 {
					return 0, boom
				}
				return x, nil
			}).Collect(t.Context())
			return err
		},
		"panic": func() error {
			_, err := Map(ints, func(x int) int {
				if x == 7 {
					panic(boom)
				}
				return x
			}).Collect(t.Context())
			return err
		},
		"action": func() error {
			return ints.TryForEach(t.Context(), func(_ *Task, x int) error {
				if x == 7 {
					return boom
				}
				return nil
			})
		},
	} {
		err := action()
		e := sparkerr.As(err)
		if e == nil || e.Kind != sparkerr.UserCode || !errors.Is(err, boom) || !strings.HasSuffix(e.Origin.File, "scheduling_test.go") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, part := range []string{"task 1 of stage", "failed 4 times, most recent failure: ", "row 2 of partition 1", "scheduling_test.go:", "boom"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", name, err, part)
			}
		}
	}
}

// Each cancels a job whose tasks wait for their end.
func TestCancel(t *testing.T) {
	for _, k := range []struct {
		name   string
		cancel func(c *Context, f *Future[struct{}], stage int)
		want   string
	}{
		{"group", func(c *Context, _ *Future[struct{}], _ int) { c.CancelJobGroup("nightly") }, "with its group nightly"},
		{"tag", func(c *Context, _ *Future[struct{}], _ int) { c.CancelJobsWithTag("big") }, "with all that have the tag big"},
		{"all", func(c *Context, _ *Future[struct{}], _ int) { c.CancelAllJobs() }, "with all other jobs"},
		{"job", func(c *Context, f *Future[struct{}], _ int) { c.CancelJob(f.JobIDs()[0]) }, "by its number"},
		{"stage", func(c *Context, _ *Future[struct{}], stage int) { c.CancelStage(stage) }, "because its stage 0 was"},
		{"future", func(_ *Context, f *Future[struct{}], _ int) { f.Cancel() }, "its future was cancelled"},
		{"stop", func(c *Context, _ *Future[struct{}], _ int) { c.Stop() }, "because its rdd.Context was stopped"},
	} {
		c := NewContext("cancel", Workers(2))
		began := make(chan int, 4)
		ctx := WithJobTag(WithJobTag(WithJobGroup(t.Context(), "nightly", "every night"), "small"), "big")
		f := Async(ctx, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, Parallelize(c, numbers(4), 4).TryForEach(ctx, func(t *Task, _ int) error {
				began <- t.Stage()
				<-t.Context().Done()
				return t.Context().Err()
			})
		})
		stage := <-began
		c.CancelJobGroup("another")
		c.CancelJobGroup("")
		if f := c.Status(); len(f.Jobs) != 1 || f.Jobs[0].Info.Description != "every night" || len(f.Jobs[0].Stages) != 1 {
			t.Errorf("%s: %+v", k.name, f)
		}
		k.cancel(c, f, stage)
		_, err := f.Get(context.Background())
		if sparkerr.ClassOf(err) != "SPARK_JOB_CANCELLED" || !strings.Contains(err.Error(), "job 0 (foreach at ") || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v", k.name, err)
		}
		if len(c.Status().Jobs) != 0 {
			t.Errorf("%s: %+v", k.name, c.Status())
		}
		c.Stop()
		if err := Parallelize(c, numbers(4)).ForEach(t.Context(), func(int) {}); err == nil {
			t.Errorf("%s: a stopped context runs jobs", k.name)
		}
	}
}

// A map stage and a result stage, in each of which one task fails twice and the
// first attempt of another takes an hour, or ten seconds whatever it is told.
func TestResultsCountOnceWithRetriesAndSpeculation(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			clock := env.System{} // the bubble's: it stands still while somebody works
			c := NewContext("speculation", Workers(4), Conf("spark.speculation", "true"), Conf("spark.speculation.quantile", "0.5"))
			seen, summed := LongAccumulator(c, ""), LongAccumulator(c, "")
			second := 0
			c.AddListener(&Listener{TaskStarted: func(i TaskInfo) {
				if i.Speculative {
					second++
				}
			}})
			work := func(t *Task) error {
				switch {
				case t.Partition() == 1 && t.Attempt() < 2:
					return errors.New("not yet")
				case t.Partition() == 2 && !t.Speculative() && deaf:
					return clock.Sleep(context.Background(), 10*time.Second)
				case t.Partition() == 2 && !t.Speculative():
					return clock.Sleep(t.Context(), time.Hour)
				}
				return clock.Sleep(t.Context(), time.Second)
			}
			pairs := TryMapPartitions(Parallelize(c, numbers(100), 4), func(t *Task, in iter.Seq[int]) (iter.Seq[Pair[int, int]], error) {
				return func(yield func(Pair[int, int]) bool) {
					for x := range in {
						seen.Add(t, 1)
						yield(KV(x%10, x))
					}
				}, work(t)
			})
			sums := ReduceByKey(pairs, func(a, b int) int { return a + b }, Into(4))
			total := 0
			var mu sync.Mutex
			begin := clock.Now()
			got, err := TryMapPartitions(sums, func(t *Task, in iter.Seq[Pair[int, int]]) (iter.Seq[int], error) {
				return func(yield func(int) bool) {
					for x := range in {
						summed.Add(t, 1)
						yield(x.Value)
					}
				}, work(t)
			}).Collect(t.Context())
			took := clock.Now().Sub(begin)
			c.Stop()
			mu.Lock()
			defer mu.Unlock()
			for _, x := range got {
				total += x
			}
			if err != nil || total != 4950 || len(got) != 10 || seen.Value().Sum != 100 || summed.Value().Sum != 10 {
				t.Errorf("%v: %v, accumulators %v and %v", err, got, seen.Value(), summed.Value())
			}
			if second != 2 || took > 12*time.Second {
				t.Errorf("%d speculative tasks, all took %v", second, took)
			}
		})
	}
}

func TestEventsAndSkippedStages(t *testing.T) {
	c := NewContext("events", Workers(1))
	defer c.Stop()
	var log []string
	c.AddListener(&Listener{
		JobStarted:     func(j JobInfo) { log = append(log, fmt.Sprintf("job %d", j.ID)) },
		JobEnded:       func(j JobInfo) { log = append(log, fmt.Sprintf("end %d ran %d skipped %d", j.ID, j.Stages, j.Skipped)) },
		StageSubmitted: func(s StageInfo) { log = append(log, fmt.Sprintf("stage %d.%d of %d", s.ID, s.Attempt, s.Tasks)) },
		StageCompleted: func(s StageInfo) { log = append(log, fmt.Sprintf("end stage %d", s.ID)) },
		TaskStarted:    func(k TaskInfo) { log = append(log, fmt.Sprintf("task %d/%d", k.Stage, k.Partition)) },
		TaskEnded:      func(k TaskInfo) { log = append(log, fmt.Sprintf("end task %d/%d", k.Stage, k.Partition)) },
	})
	var during []StageStatus
	pairs := Map(Parallelize(c, numbers(4), 2), func(x int) Pair[int, int] {
		if x == 3 {
			during = c.Status().Jobs[0].Stages
		}
		return KV(x%2, x)
	})
	sums := ReduceByKey(pairs, func(a, b int) int { return a + b }, Into(1))
	for range 2 {
		if _, err := sums.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := "job 0, stage 0.0 of 2, task 0/0, end task 0/0, task 0/1, end task 0/1, end stage 0, stage 1.0 of 1, task 1/0, end task 1/0, end stage 1, end 0 ran 2 skipped 0, " +
		"job 1, stage 2.0 of 1, task 2/0, end task 2/0, end stage 2, end 1 ran 1 skipped 1"
	if got := strings.Join(log, ", "); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	if len(during) != 1 || during[0].Tasks != (TaskCounts{Running: 1, Done: 1}) {
		t.Errorf("status %+v", during)
	}
}

func TestOutputLostBetweenStages(t *testing.T) {
	for _, whole := range []bool{false, true} {
		c := NewContext("lost", Workers(2))
		pairs := Map(Parallelize(c, numbers(100), 4), func(x int) Pair[int, int] { return KV(x%10, x) })
		sums := ReduceByKey(pairs, func(a, b int) int { return a + b }, Into(3))
		final := Map(sums, func(p Pair[int, int]) int { return p.Value })
		lost := sums.n
		if whole {
			final = Repartition(final, 2)
			lost = final.n
		}
		again, dropped := 0, false
		c.AddListener(&Listener{
			StageCompleted: func(s StageInfo) {
				if missing, _ := lost.deps[0].shuffle.out.Missing(); len(missing) == 0 && !dropped {
					dropped = true
					lost.deps[0].shuffle.out.Drop(1)
				}
			},
			TaskEnded: func(k TaskInfo) {
				if k.StageAttempt == 1 {
					again++
				}
			},
		})
		got, err := final.Collect(t.Context())
		slices.Sort(got)
		if want := []int{450, 460, 470, 480, 490, 500, 510, 520, 530, 540}; err != nil || !slices.Equal(got, want) {
			t.Errorf("whole %v: %v %v", whole, got, err)
		}
		// One map task and the reducers run again; of rows dealt out by their
		// order, all map tasks do.
		if want := map[bool]int{false: 1 + 3, true: 3 + 2}[whole]; again != want || !dropped {
			t.Errorf("whole %v: %d tasks ran again, want %d", whole, again, want)
		}
		c.Stop()
	}
}

func TestLostOutputThatPartOfTheResultWasComputedFrom(t *testing.T) {
	c := NewContext("lost", Workers(1))
	defer c.Stop()
	pairs := Map(Parallelize(c, numbers(100), 4), func(x int) Pair[int, int] { return KV(x%10, x) })
	spread := Repartition(ReduceByKey(pairs, func(a, b int) int { return a + b }, Into(3)), 2)
	c.AddListener(&Listener{TaskEnded: func(k TaskInfo) {
		if k.Stage == c.Status().Jobs[0].Stages[0].Info.ID && c.Status().Jobs[0].Stages[0].Info.Tasks == 2 && k.Partition == 0 {
			spread.n.deps[0].shuffle.out.Drop(0)
		}
	}})
	if _, err := spread.Collect(t.Context()); err == nil || !strings.Contains(err.Error(), "checkpoint the RDD before Repartition") {
		t.Errorf("%v", err)
	}
}

func TestPoolsOfAFile(t *testing.T) {
	const text = `<?xml version="1.0"?>
<allocations>
  <pool name="production"><schedulingMode>FAIR</schedulingMode><weight>3</weight><minShare>2</minShare></pool>
  <pool name="test"/>
</allocations>`
	pools, err := parsePools("pools.xml", []byte(text))
	if got := fmt.Sprintf("%+v", pools); err != nil || got != "[{Name:production Fair:true Weight:3 MinShare:2} {Name:test Fair:false Weight:1 MinShare:0}]" {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"<allocations>", strings.Replace(text, "3", "0", 1), strings.Replace(text, "FAIR", "LIFO", 1), strings.Replace(text, "2</min", "x</min", 1)} {
		if _, err := parsePools("pools.xml", []byte(bad)); err == nil || !strings.Contains(err.Error(), "pools.xml") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	c := NewContext("pools", Conf("spark.scheduler.mode", "fair"), Conf("spark.scheduler.allocation.file", "/nowhere/pools.xml"))
	if err := Range(c, 0, 3, 1).ForEach(t.Context(), func(int64) {}); err == nil || !strings.Contains(err.Error(), "/nowhere/pools.xml") {
		t.Errorf("%v", err)
	}
	for key, value := range map[string]string{"spark.scheduler.mode": "LIFO", "spark.speculation": "maybe", "spark.speculation.quantile": "2",
		"spark.speculation.multiplier": "x", "spark.speculation.interval": "soon", "spark.barrier.sync.timeout": "0"} {
		if err := Range(NewContext("conf", Conf(key, value)), 0, 3, 1).ForEach(t.Context(), func(int64) {}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestBarrier(t *testing.T) {
	pass := func(_ *BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) { return in, nil }
	for _, k := range []struct {
		name    string
		workers int
		f       func(*BarrierTask, iter.Seq[int]) (iter.Seq[int], error)
		then    func(*RDD[int]) *RDD[int]
		want    string // of the error, "" for none
	}{
		{name: "all gather, after two rounds failed", workers: 3, f: func(t *BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) {
			all, err := t.AllGather(itoa(t.Partition()))
			if err == nil && t.Attempt() < 2 && t.Partition() == 2 {
				err = errors.New("not yet")
			}
			if err == nil {
				err = t.Barrier()
			}
			if err == nil && strings.Join(all, "") != "012" {
				err = errors.New("gathered " + strings.Join(all, ""))
			}
			return in, err
		}},
		{name: "too few workers", workers: 2, f: pass, want: "3 tasks that must start together, and there are 2 workers"},
		{name: "one leaves", workers: 3, f: func(t *BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) {
			if t.Partition() == 0 {
				return in, nil
			}
			return in, t.Barrier()
		}, want: "ended while others wait"},
		{name: "different calls", workers: 3, f: func(t *BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) {
			if t.Partition() == 0 {
				return in, t.Barrier()
			}
			_, err := t.AllGather("")
			return in, err
		}, want: "all must call the same"},
		{name: "union", workers: 9, f: pass, then: func(r *RDD[int]) *RDD[int] { return r.Union(Parallelize(r.Context(), []int{1})) }, want: "do not keep its partitions"},
		{name: "coalesce", workers: 9, f: pass, then: func(r *RDD[int]) *RDD[int] { return r.Coalesce(2) }, want: "do not keep its partitions"},
	} {
		c := NewContext("barrier", Workers(k.workers), Conf("spark.stage.maxConsecutiveAttempts", "3"))
		counted := LongAccumulator(c, "")
		r := Barrier(Parallelize(c, numbers(9), 3)).MapPartitions(k.f)
		if k.then != nil {
			r = k.then(r)
		}
		err := r.TryForEach(t.Context(), func(t *Task, _ int) error { counted.Add(t, 1); return nil })
		switch {
		case k.want == "" && (err != nil || counted.Value().Count != 9):
			t.Errorf("%s: %v, %d counted", k.name, err, counted.Value().Count)
		case k.want != "" && (err == nil || !strings.Contains(err.Error(), k.want) || counted.Value().Count != 0):
			t.Errorf("%s: %v, %d counted", k.name, err, counted.Value().Count)
		}
		c.Stop()
	}
}

func TestBarrierTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewContext("barrier", Workers(2), Conf("spark.barrier.sync.timeout", "1min"), Conf("spark.stage.maxConsecutiveAttempts", "1"))
		defer c.Stop()
		_, err := Barrier(Parallelize(c, numbers(2), 2)).MapPartitions(func(t *BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) {
			if t.Partition() == 0 {
				return in, env.System{}.Sleep(t.Context(), time.Hour)
			}
			return in, t.Barrier()
		}).Collect(t.Context())
		if err == nil || !strings.Contains(err.Error(), "spark.barrier.sync.timeout (1m0s)") {
			t.Errorf("%v", err)
		}
	})
}

// The jobs that a sort and its like need before they can be planned end with the
// action's context, and are run again by the next action.
func TestJobsBeforeTheJobAreCancelled(t *testing.T) {
	c := NewContext("before", Workers(2))
	defer c.Stop()
	for name, define := range map[string]func(*RDD[Pair[int, int]]) *RDD[int]{
		"sortByKey":        func(r *RDD[Pair[int, int]]) *RDD[int] { return Keys(SortByKey(r, Ascending)) },
		"zipWithIndex":     func(r *RDD[Pair[int, int]]) *RDD[int] { return Keys(Keys(ZipWithIndex(r))) },
		"sampleByKeyExact": func(r *RDD[Pair[int, int]]) *RDD[int] { return Keys(SampleByKeyExact(r, false, allKeys)) },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var stuck atomic.Bool
		stuck.Store(true)
		r := define(TryMap(Parallelize(c, numbers(10), 2), func(task *Task, x int) (Pair[int, int], error) {
			if stuck.Load() {
				cancel()
				<-task.Context().Done()
				return Pair[int, int]{}, task.Context().Err()
			}
			return KV(x, x), nil
		}))
		if _, err := r.Collect(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		stuck.Store(false)
		if got, err := r.Collect(t.Context()); err != nil || !slices.Equal(got, numbers(10)) {
			t.Errorf("%s, the next time: %v, %v", name, got, err)
		}
	}
}

var allKeys = map[int]float64{0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1}
