package topology

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// A function that ends its goroutine, as FailNow of a test does, fails the job:
// events are missing.
func TestAFunctionThatEndsItsGoroutine(t *testing.T) {
	j := NewJob("exits")
	Discard(MapFunc(AddSource(j, "numbers", countTo(8)), "exit", func(v int) int {
		if v == 3 {
			runtime.Goexit()
		}
		return v
	}, Apart()))
	if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "exit, instance 0: a function ended its goroutine") {
		t.Error(err)
	}
}

// undrained is a sink whose last step fails, with what a source means by its end.
type undrained struct{}

func (*undrained) Write(*Context, int) error { return nil }

func (*undrained) Drain() error { return fmt.Errorf("the last rows: %w", io.EOF) }

// What a sink fails with at the very end is not lost, called directly or not.
func TestDrainsThatFail(t *testing.T) {
	for _, settings := range [][]Setting{nil, {Apart()}} {
		j := NewJob("drains")
		To(AddSource(j, "numbers", countTo(3)), "keep", func() *undrained { return &undrained{} }, settings...)
		if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "the last rows") {
			t.Error(err)
		}
	}
}
