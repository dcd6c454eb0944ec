package topology

import (
	"context"
	"testing"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/flow"
)

// still is a source of which only its times count.
type still struct {
	of timing
	x  *flow.Splits
}

func (still) next(context.Context) error                     { return nil }
func (still) watermark(func() time.Time) eventtime.Watermark { return flow.NoWatermark }
func (s still) timing() *timing                              { return &s.of }
func (still) given() int                                     { return 0 }
func (still) told() bool                                     { return false }
func (still) due() time.Time                                 { return time.Time{} }
func (s still) splits() *flow.Splits                         { return s.x }

// Neither a source nor a split of it becomes idle by waiting for its consumers.
func TestWaitingForConsumersIsNotIdle(t *testing.T) {
	clock := &handClock{now: time.Unix(1000, 0)}
	usage := &flow.Usage{}
	x := &flow.Splits{}
	slow := x.Add("slow")
	n := &sourceNode{node: node{stage: &stage{head: &component{}}, in: &flow.Instance{Usage: usage, Env: &env.Env{Clock: clock}}, origin: still{timing{idle: time.Minute}, x}}}
	n.out = &flow.Outputs{}
	due := func(want int64) {
		t.Helper()
		if at := n.dueItself().Unix(); at != want {
			t.Errorf("idle at %d, want %d", at, want)
		}
	}
	due(1060)
	clock.now = time.Unix(1030, 0)
	usage.Blocked.Add(int64(20 * time.Second))
	due(1080)
	if err := n.tellTime(true); err != nil { // something came, from elsewhere
		t.Fatal(err)
	}
	due(1080) // of the split
	clock.now = time.Unix(1080, 0)
	if err := n.Wake(clock.now); err != nil || !slow.Idle() || n.quiet {
		t.Error(err, slow.Idle(), n.quiet)
	}
	due(1090)
	usage.Blocked.Add(int64(time.Hour))
	clock.now = clock.now.Add(time.Hour)
	if err := n.Wake(clock.now); err != nil || n.quiet {
		t.Error("idle for having waited", err)
	}
	clock.now = time.Unix(1090, 0).Add(time.Hour)
	if err := n.Wake(clock.now); err != nil || !n.quiet {
		t.Error("not idle", err)
	}
}
