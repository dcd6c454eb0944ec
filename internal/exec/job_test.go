package exec_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

func TestStagesWithoutEachOtherRunSideBySide(t *testing.T) {
	r := exec.NewRunner(nil, 2, nil, nil)
	var met sync.WaitGroup
	met.Add(2) // each waits for the other: run in turn, they would wait for ever
	meet := func(*exec.Task) error { met.Done(); met.Wait(); return nil }
	left, right := &exec.Stage{ID: 0, Tasks: 1, Run: meet}, &exec.Stage{ID: 1, Tasks: 1, Run: meet}
	err := r.Run(t.Context(), &exec.Stage{ID: 2, Tasks: 1, Parents: []*exec.Stage{left, right}, Run: func(*exec.Task) error { return nil }})
	if err != nil {
		t.Error(err)
	}
}

func TestFatalErrorsDoNotRunAgain(t *testing.T) {
	r := exec.NewRunner(nil, 2, nil, nil)
	bad, runs := errors.New("bad call"), atomic.Int64{}
	err := r.RunJob(t.Context(), exec.Job{
		Final: &exec.Stage{Tasks: 1, Retries: 3, Run: func(*exec.Task) error { runs.Add(1); return bad }},
		Fatal: func(err error) bool { return err == bad },
	})
	if err != bad || runs.Load() != 1 {
		t.Errorf("%v after %d runs", err, runs.Load())
	}
}

func TestTaskErrorSaysHowOften(t *testing.T) {
	failed := errors.New("no luck")
	err := exec.NewRunner(nil, 2, nil, nil).Run(t.Context(), &exec.Stage{ID: 7, Tasks: 2, Retries: 3, Run: func(k *exec.Task) error {
		if k.Index == 1 {
			return failed
		}
		return nil
	}})
	var e *exec.TaskError
	if !errors.Is(err, failed) || !errors.As(err, &e) || err.Error() != "task 1 of stage 7 failed 4 times, most recent failure: no luck" {
		t.Errorf("%v", err)
	}
}

// Three of four tasks take a second; the first attempt of the other would take
// an hour, the second takes a second.
func TestSpeculation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := env.System{} // of the bubble: it stands still while somebody works
		r := exec.NewRunner(&env.Env{Clock: clock}, 4, nil, nil)
		begin := clock.Now()
		var mu sync.Mutex
		var log []string
		err := r.RunJob(t.Context(), exec.Job{
			Speculation: &exec.Speculation{Interval: 100 * time.Millisecond, Multiplier: 3, Quantile: 0.75, MinRuntime: 100 * time.Millisecond},
			Final: &exec.Stage{Tasks: 4, Run: func(k *exec.Task) error {
				took := time.Second
				if k.Index == 2 && !k.Speculative {
					took = time.Hour
				}
				err := clock.Sleep(k.Context, took)
				if k.Index == 2 {
					mu.Lock()
					defer mu.Unlock()
					log = append(log, clock.Now().Sub(begin).Round(time.Second).String())
					if err != nil {
						log = append(log, context.Cause(k.Context).Error())
					}
				}
				return err
			}},
		})
		r.Wait()
		// Slow after three times the median, 3 s; done a second later.
		if want := []string{"4s", "4s", "another attempt of the task was faster"}; err != nil || !slices.Equal(log, want) {
			t.Errorf("%v: %q, want %q", err, log, want)
		}
	})
}

func TestStageThatStartsTogetherRunsAgainAsAWhole(t *testing.T) {
	r := exec.NewRunner(nil, 3, nil, nil)
	var runs [3]atomic.Int64
	var rounds []int
	stage := &exec.Stage{Tasks: 3, Retries: 2, Together: true, Run: func(k *exec.Task) error {
		runs[k.Index].Add(1)
		if k.Index == 1 && k.Round < 2 {
			return errors.New("again")
		}
		if k.Round < 2 {
			<-k.Context.Done()
		}
		return nil
	}, Begun: func(round int) { rounds = append(rounds, round) }}
	if err := r.Run(t.Context(), stage); err != nil {
		t.Error(err)
	}
	for i := range runs {
		if n := runs[i].Load(); n != 3 {
			t.Errorf("task %d ran %d times", i, n)
		}
	}
	if !slices.Equal(rounds, []int{0, 1, 2}) {
		t.Errorf("rounds %v", rounds)
	}
	if err := exec.NewRunner(nil, 2, nil, nil).Run(t.Context(), stage); err == nil {
		t.Error("three tasks started together on two workers")
	}
}

// A job within a task has the task's worker.
func TestJobWithinATask(t *testing.T) {
	r := exec.NewRunner(nil, 1, nil, nil)
	var sum atomic.Int64
	inner := &exec.Stage{Tasks: 3, Run: func(k *exec.Task) error { sum.Add(1); return nil }}
	err := r.Run(t.Context(), &exec.Stage{Tasks: 2, Run: func(k *exec.Task) error { return r.Run(k.Context, inner) }})
	if err != nil || sum.Load() != 6 {
		t.Errorf("%v: %d", err, sum.Load())
	}
}

func TestCancelledJobWaitsForItsTasks(t *testing.T) {
	r := exec.NewRunner(nil, 2, nil, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("not wanted")
	var ended atomic.Int64
	err := r.Run(ctx, &exec.Stage{Tasks: 8, Retries: 3, Run: func(k *exec.Task) error {
		cancel(why)
		<-k.Context.Done()
		ended.Add(1)
		return k.Context.Err()
	}})
	if err != why || ended.Load() > 2 || ended.Load() == 0 {
		t.Errorf("%v, %d tasks ran", err, ended.Load())
	}
}

// What a job costs beside its tasks.
func BenchmarkJob(b *testing.B) {
	for _, c := range []struct {
		name  string
		tasks int
	}{{"one task", 1}, {"1024 tasks", 1024}} {
		b.Run(c.name, func(b *testing.B) {
			r := exec.NewRunner(nil, 2, nil, nil)
			s := &exec.Stage{Tasks: c.tasks, Run: func(*exec.Task) error { return nil }}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Run(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
