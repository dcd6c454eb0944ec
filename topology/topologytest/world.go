package topologytest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/topology"
)

// Epoch is the time at which a world's clock begins.
var Epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Clock is a clock that moves when it is set. It is safe for concurrent use.
type Clock struct{ nanos atomic.Int64 }

// Now implements connector.Clock.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

// Sleep implements connector.Clock: it waits for the end of ctx, as time does
// not pass meanwhile.
func (c *Clock) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// Set implements topology.VirtualClock.
func (c *Clock) Set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// World is what a job of a test runs in: clock, disk, chance. It belongs to one
// goroutine.
type World struct {
	Clock   *Clock
	Crashes int // deaths of the process in the last Run
	seed    uint64
	chance  *rand.Rand
	disk    *simfs.Disk
	between func() int  // steps to the next crash, nil: none
	deaths  []time.Time // when it crashes, by the clock
}

// New returns a world with an empty disk, in which everything follows from the
// seed.
func New(seed uint64) *World {
	w := &World{Clock: &Clock{}, seed: seed, chance: rand.New(rand.NewPCG(seed, 0x70b0))}
	w.Clock.Set(Epoch)
	w.disk = simfs.New(seed, w.Clock.Now)
	return w
}

// Crash makes the process of Run die after 1 to n steps, again and again, at
// most times often. What was not synced may be lost, or half of it.
func (w *World) Crash(n, times int) *World {
	left := times
	w.between = func() int {
		if left == 0 {
			return -1
		}
		left--
		return 1 + w.chance.IntN(n)
	}
	return w
}

// CrashAt makes the process of Run die when the clock comes to these times after
// Epoch, one after the other: all that was to be done before a time is done, and
// nothing of what is to be done at it.
func (w *World) CrashAt(after ...time.Duration) *World {
	for _, d := range after {
		w.deaths = append(w.deaths, Epoch.Add(d))
	}
	return w
}

// crash is what ends a run from within.
type crash struct{}

// die ends the process in which it is called. What that does to its disk while it
// unwinds is not on the one that is found afterwards.
func (w *World) die() {
	w.disk = w.disk.Recover(w.chance.Uint64())
	panic(crash{})
}

// Run makes a job and runs it to its end. After a crash it is made again, and
// goes on from its checkpoint if it has one. build must give the job all
// options it is given.
func (w *World) Run(ctx context.Context, build func(...topology.Option) *topology.Job) error {
	for w.Crashes = 0; ; w.Crashes++ {
		steps := -1
		if w.between != nil {
			steps = w.between()
		}
		job := build(topology.Files(w.disk), topology.Clock(w.Clock), topology.Log(slog.New(slog.DiscardHandler)))
		died, err := w.once(ctx, job, steps)
		if !died {
			return err
		}
	}
}

// once runs a job until it ends or has done a number of steps, -1: any.
func (w *World) once(ctx context.Context, job *topology.Job, steps int) (died bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(crash); !ok {
				panic(p)
			}
			died = true
		}
	}()
	err = job.Simulate(ctx, w.Clock, func(n int) int {
		if len(w.deaths) > 0 && !w.Clock.Now().Before(w.deaths[0]) {
			w.deaths = w.deaths[1:]
			w.die()
		}
		if steps == 0 {
			w.die()
		}
		steps--
		return w.chance.IntN(n)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		err = fmt.Errorf("seed %d, after %d crashes: %w", w.seed, w.Crashes, err)
	}
	return false, err
}
