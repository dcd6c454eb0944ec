package rdd

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// gate is a clock that sleeps until it is opened.
type gate struct {
	env.System
	open chan struct{}
}

func (g gate) Sleep(ctx context.Context, _ time.Duration) error {
	select {
	case <-g.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestApproximationsOfEverythingAreExact(t *testing.T) {
	ctx := context.Background()
	c := NewContext("approx", Workers(2), Inside(&env.Env{Clock: gate{}}))
	defer c.Stop()
	thousand := Parallelize(c, numbers(1000), 10)
	if e, err := CountApprox(ctx, thousand, time.Hour, 0.95); err != nil || e != (Estimate{1000, 1, 1000, 1000}) {
		t.Error(e, err)
	}
	if e, err := SumApprox(ctx, thousand, time.Hour, 0.9); err != nil || e.Mean != 499500 || e.Confidence != 1 {
		t.Error(e, err)
	}
}

func TestApproximationsAtTheTimeout(t *testing.T) {
	const partitions, finished = 10, 6
	var once sync.Once
	g := gate{open: make(chan struct{})}
	c := NewContext("approx", Workers(partitions), Inside(&env.Env{Clock: g}))
	defer c.Stop()
	var done sync.WaitGroup
	done.Add(finished)
	stuck := TryMap(Parallelize(c, numbers(partitions), partitions), func(t *Task, x int) (int, error) {
		if x >= finished {
			done.Wait()
			once.Do(func() { close(g.open) })
			<-t.Context().Done()
			return 0, t.Context().Err()
		}
		return x, nil
	})
	c.AddListener(&Listener{TaskEnded: func(task TaskInfo) {
		if task.Partition < finished {
			done.Done()
		}
	}})
	e, err := CountApprox(context.Background(), stuck, time.Minute, 0.95)
	if err != nil || e.Mean != partitions || e.Confidence != 0.95 || e.Low > e.Mean || e.High < e.Mean {
		t.Error(e, err)
	}
}
