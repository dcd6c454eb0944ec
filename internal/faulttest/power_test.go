package faulttest

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/internal/vfs/simfs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// undisturbed is the output of a run to which nothing happens, and how many
// I/O calls it made.
func undisturbed(t testing.TB, sql string) (output string, calls int) {
	t.Helper()
	d := newDisk(t, 1)
	faults := simfs.NewFaults()
	if err := (life{fs: faults.Wrap(d)}).run(sql); err != nil {
		t.Fatal(err)
	}
	calls = faults.Count()
	output, err := life{fs: d}.flushed(sql)
	if err != nil {
		t.Fatal(err)
	}
	if output == "" {
		t.Fatal("the query puts nothing out: the suite would prove nothing")
	}
	return output, calls
}

// outlive runs on after a disturbance until all is processed and compares the
// output.
func outlive(d *simfs.Disk, sql, want string) error {
	l := life{fs: d}
	if err := l.run(sql); err != nil {
		return fmt.Errorf("the run after it: %w", err)
	}
	got, err := l.flushed(sql)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("the output is\n%s\nwant\n%s", got, want)
	}
	return nil
}

// The power goes at every call, and each time the disk is left in one of the
// states that it may be left in.
func TestPowerCuts(t *testing.T) {
	for _, q := range canonical {
		t.Run(q.name, func(t *testing.T) {
			want, calls := undisturbed(t, q.sql)
			cuts := 0
			for n := 1; n <= calls; n++ {
				for seed := range seeds(t) {
					d := newDisk(t, seed)
					err := life{fs: simfs.NewFaults(simfs.CutAt(n)).Wrap(d)}.run(q.sql)
					if err == nil {
						continue // the cut came after the last call
					}
					if err := outlive(d.Recover(seed), q.sql, want); err != nil {
						t.Fatalf("power cut at call %d of %d, seed %d: %v", n, calls, seed, err)
					}
					cuts++
				}
			}
			t.Logf("%d power cuts in %d calls", cuts, calls)
		})
	}
}

func seeds(t testing.TB) uint64 {
	if testing.Short() {
		return 1
	}
	return 3
}

// Every I/O call fails once. The query fails, says why, and a second run goes
// on as if nothing had happened.
func TestEveryCallFailsOnce(t *testing.T) {
	for _, q := range canonical {
		t.Run(q.name, func(t *testing.T) {
			want, calls := undisturbed(t, q.sql)
			for n := 1; n <= calls; n++ {
				for _, fault := range []error{syscall.EIO, syscall.ENOSPC} {
					d := newDisk(t, 1)
					faults := simfs.NewFaults(simfs.Rule{N: n, Err: fault})
					err := life{fs: faults.Wrap(d)}.run(q.sql)
					if err != nil && !errors.Is(err, fault) {
						t.Fatalf("call %d failed with %v, the query with another error: %v", n, fault, err)
					}
					d.Kill()
					if err := outlive(d, q.sql, want); err != nil {
						t.Fatalf("%v at call %d of %d (%s): %v", fault, n, calls, faults.Calls()[n-1], err)
					}
				}
			}
			t.Logf("%d calls", calls)
		})
	}
}
