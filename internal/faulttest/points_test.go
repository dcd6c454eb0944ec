package faulttest

import (
	"errors"
	"testing"
)

// points are the named places of the protocol at which a process may die.
var points = []string{
	"before LogOffsets", "after LogOffsets", "before Run", "after Run", "before Save", "after Save",
	"before Decide", "after Decide", "before CommitSinks", "after CommitSinks", "before LogCommit", "after LogCommit",
	"before Flush", "after Flush", "before Forget", "after Forget",
}

var errDied = errors.New("the process died here")

// The process dies at every named point in every micro-batch, its files as they
// are, and again at another point in the next life.
func TestDiesAtEveryPoint(t *testing.T) {
	for _, q := range canonical {
		t.Run(q.name, func(t *testing.T) {
			want, _ := honest.undisturbed(t, q.sql)
			deaths := 0
			for first := range points {
				for _, nth := range some(files+2, 2) {
					d := newDisk(t, 1)
					for life1 := range 3 {
						point := points[(first+5*life1)%len(points)]
						if err := (life{fs: d, fail: dieAt(point, nth)}).run(q.sql); err != nil {
							if !errors.Is(err, errDied) {
								t.Fatal(err)
							}
							deaths++
						}
						d.Kill()
					}
					if err := honest.outlive(d, q.sql, want); err != nil {
						t.Fatalf("died %s the %dth time: %v", points[first], nth, err)
					}
				}
			}
			t.Logf("%d deaths", deaths)
		})
	}
}

// dieAt fails the n-th time a point is reached.
func dieAt(point string, n int) func(string) error {
	return func(p string) error {
		if p == point {
			if n--; n == 0 {
				return errDied
			}
		}
		return nil
	}
}
