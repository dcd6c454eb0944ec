package faulttest

import (
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/internal/vfs/simfs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// long asks for everything: all power cuts, all failing calls, over 500 killed
// processes. Without it each test takes a sample.
var long = os.Getenv("SPATE_LONG") != ""

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

// newDisk returns a disk with the input on it, durable. Its clock moves a
// second at each look, so that files have an order.
func newDisk(t testing.TB, seed uint64) *simfs.Disk {
	t.Helper()
	now := time.Unix(1_767_000_000, 0)
	d := simfs.New(seed, func() time.Time { now = now.Add(time.Second); return now })
	if err := input(d); err != nil {
		t.Fatal(err)
	}
	if err := d.MkdirAll("/tmp"); err != nil {
		t.Fatal(err)
	}
	return d
}

// The power goes at every call, and each time the disk is left in one of the
// states that it may be left in.
func TestPowerCuts(t *testing.T) {
	for _, q := range canonical {
		t.Run(q.name, func(t *testing.T) {
			want, calls := honest.undisturbed(t, q.sql)
			cuts := 0
			for _, n := range some(calls, 60) {
				for seed := range seeds() {
					d := newDisk(t, seed)
					err := life{fs: simfs.NewFaults(simfs.CutAt(n)).Wrap(d)}.run(q.sql)
					if err == nil {
						continue // the cut came after the last call
					}
					if err := honest.outlive(d.Recover(seed), q.sql, want); err != nil {
						t.Fatalf("power cut at call %d of %d, seed %d: %v", n, calls, seed, err)
					}
					cuts++
				}
			}
			t.Logf("%d power cuts in %d calls", cuts, calls)
		})
	}
}

// seeds is how many of the disks that a cut may leave are tried.
func seeds() uint64 {
	if long {
		return 3
	}
	return 1
}

// Every I/O call fails once. The query fails, says why, and a second run goes
// on as if nothing had happened.
func TestEveryCallFailsOnce(t *testing.T) {
	for _, q := range canonical {
		t.Run(q.name, func(t *testing.T) {
			want, calls := honest.undisturbed(t, q.sql)
			for _, n := range some(calls, 30) {
				for _, fault := range []error{syscall.EIO, syscall.ENOSPC} {
					d := newDisk(t, 1)
					faults := simfs.NewFaults(simfs.Rule{N: n, Err: fault})
					err := life{fs: faults.Wrap(d)}.run(q.sql)
					if err != nil && !errors.Is(err, fault) {
						t.Fatalf("call %d failed with %v, the query with another error: %v", n, fault, err)
					}
					d.Kill()
					if err := honest.outlive(d, q.sql, want); err != nil {
						t.Fatalf("%v at call %d of %d (%s): %v", fault, n, calls, faults.Calls()[n-1], err)
					}
				}
			}
			t.Logf("%d calls", calls)
		})
	}
}
