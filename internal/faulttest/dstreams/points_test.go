package dstreams

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// phases are the named places of a batch at which a process may die.
var phases = []string{"AllocateBlocks", "GenerateJobs", "Checkpoint", "Job", "CompleteBatch", "ClearMetadata"}

var errDied = errors.New("the process died here")

// dying makes the process die when it is at a point for the nth time: from
// then on no call reaches the disk.
func dying(faults *simfs.Faults, point string, nth int) env.FailPoint {
	var seen atomic.Int64
	var dead atomic.Bool
	return func(p string) error {
		if p == point && seen.Add(1) == int64(nth) {
			faults.Add(simfs.Rule{Always: true, Err: errDied})
			dead.Store(true)
		}
		if dead.Load() {
			return errDied
		}
		return nil
	}
}

// The process dies at every named point in several batches, and again in the
// next life; sometimes it is down for a while.
func TestDiesAtEveryPoint(t *testing.T) {
	for _, p := range programs {
		want, _ := undisturbed(t, p)
		deaths := 0
		for _, phase := range phases {
			for i, point := range []string{"before " + phase, "after " + phase} {
				for _, nth := range some(batches-2, 2) {
					d, clock := newDisk(t, 1), dstreamtest.NewClock(begin)
					for again := range 2 {
						faults := simfs.NewFaults()
						if !began(d) {
							clock = dstreamtest.NewClock(begin)
						}
						l := living(p, faults.Wrap(d), clock)
						l.fail = dying(faults, point, nth)
						err := l.run()
						if err != nil && !errors.Is(err, errDied) {
							t.Fatalf("%s, %s for the time %d: %v", p.name, point, nth, err)
						}
						if err != nil {
							deaths++
						}
						d.Kill()
						if room := end.Add(-3 * interval).Sub(clock.Now()); room > 0 {
							clock.Advance(time.Duration(i+again) * interval / 2)
						}
					}
					if err := outlive(t, d, p, clock, want); err != nil {
						t.Fatalf("%s, died %s for the time %d: %v", p.name, point, nth, err)
					}
				}
			}
		}
		if deaths < 2*len(phases) {
			t.Errorf("%s: only %d deaths", p.name, deaths)
		}
	}
}

// some returns the numbers from 1 to n if the run is long, else about k of
// them, always the same.
func some(n, k int) []int {
	all := rand.New(rand.NewPCG(uint64(n), 3)).Perm(n)
	if !long {
		all = all[:min(n, k)]
	}
	slices.Sort(all)
	for i := range all {
		all[i]++
	}
	return all
}

// The power goes at every call, and the disk is left in one of the states that
// it may be left in.
func TestPowerCuts(t *testing.T) {
	for _, p := range programs {
		want, calls := undisturbed(t, p)
		cuts := 0
		for _, n := range some(calls, 25) {
			d, clock := newDisk(t, uint64(n)), dstreamtest.NewClock(begin)
			err := living(p, simfs.NewFaults(simfs.CutAt(n)).Wrap(d), clock).run()
			if err == nil {
				continue // the cut came after the last call
			}
			cuts++
			if !errors.Is(err, simfs.ErrPowerCut) {
				t.Fatalf("%s, power cut at call %d: %v", p.name, n, err)
			}
			if err := outlive(t, d.Recover(uint64(n)), p, clock, want); err != nil {
				t.Fatalf("%s, power cut at call %d of %d: %v", p.name, n, calls, err)
			}
		}
		t.Logf("%s: %d power cuts in %d calls", p.name, cuts, calls)
	}
}

// What a batch got is durable before it runs: a sink that writes each batch
// once has every row of a log once, though each life cuts the rows in other
// places.
func TestABatchKeepsItsRows(t *testing.T) {
	for _, phase := range phases {
		for _, point := range []string{"before " + phase, "after " + phase} {
			for nth := 1; nth <= 2*batches; nth++ {
				d, clock := newDisk(t, 1), dstreamtest.NewClock(begin)
				faults := simfs.NewFaults()
				rng, come := rand.New(rand.NewPCG(uint64(nth), 5)), 0
				l := living(program{define: plain, input: fromLog}, faults.Wrap(d), clock)
				l.once = true
				l.upTo = func() int { // cuts rows at random
					if come = min(come+rng.IntN(9), rows); !l.clock.Now().Before(l.until) {
						come = rows
					}
					return come
				}
				l.fail = dying(faults, point, nth)
				if err := l.run(); err != nil && !errors.Is(err, errDied) {
					t.Fatal(err)
				}
				d.Kill()
				l.fs, l.fail = d, nil
				if err := l.run(); err != nil {
					t.Fatal(err)
				}
				have := sums(results(t, d))
				for i := range rows {
					if have[row(i)] != 1 {
						t.Fatalf("died %s for the time %d: %s is there %d times:\n%s", point, nth, row(i), have[row(i)], results(t, d))
					}
				}
			}
		}
	}
}
