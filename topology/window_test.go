package topology

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func secs(n int) time.Duration { return time.Duration(n) * time.Second }

// show is a window as text: its span, what makes the firing special, the events.
func show(w Window, what any) string {
	s := fmt.Sprintf("[%s,%s) ", seconds(w.Start), seconds(w.End))
	if w.Pane > 0 || w.Timing != OnTime {
		s += fmt.Sprintf("%s %d ", w.Timing, w.Pane)
	}
	return s + fmt.Sprint(what)
}

// showing gives windows as text.
type showing struct{}

func (showing) Apply(_ *Context, w WindowOf[item], out *Emitter[string]) error {
	out.Emit(show(w.Window, w.Events))
	return nil
}

func newShowing() showing { return showing{} }

func listed(w Windows) Stream[string] {
	j := NewJob("windows")
	return ApplyWindows(Fields(AddSource(j, "items", func() items { return items{} }), byKey), "windows", w, newShowing)
}

var sum = Aggregate[item, int, string]{
	Add:   func(acc int, v item) int { return acc + v.Value },
	Merge: func(a, b int) int { return a + b },
	Result: func(ctx *Context, w Window, acc int) (string, error) {
		k, err := Key[string](ctx)
		return show(w, fmt.Sprint(k, " ", acc)), err
	},
}

func summed(w Windows) Stream[string] {
	j := NewJob("windows")
	return AggregateWindows(Fields(AddSource(j, "items", func() items { return items{} }), byKey), "windows", w, sum)
}

func TestWindows(t *testing.T) {
	for name, c := range map[string]struct {
		of     Stream[string]
		script string
	}{
		"fixed": {listed(Fixed(secs(10))), `
			1 a=1
			12 a=2
			3 b=3
			9.999 a=4
			wm 9.999
			wm 10
			> [0,10) [a=1 a=4] @9.999
			> [0,10) [b=3] @9.999
			9 a=5
			> late a=5 @9
			end
			> [10,20) [a=2] @19.999`},
		"before the epoch": {listed(Fixed(secs(10))), `
			-1 a=1
			wm 0
			> [-10,0) [a=1] @-0.001`},
		"sliding": {summed(Sliding(secs(10), secs(5))), `
			7 a=1
			12 a=2
			wm 10
			> [0,10) a 1 @9.999
			8 a=4
			wm 15
			> [5,15) a 7 @14.999
			4 a=8
			> late a=8 @4
			end
			> [10,20) a 2 @19.999`},
		"session": {listed(Session(secs(10))), `
			10 a=1
			25 a=2
			12 b=9
			20 a=3
			17 a=4
			wm 22
			> [12,22) [b=9] @21.999
			wm 35
			> [10,35) [a=1 a=2 a=3 a=4] @34.999
			21 a=5
			> late a=5 @21
			26 a=6
			end
			> [26,36) [a=6] @35.999`},
		"sessions that touch": {summed(Session(secs(10))), `
			10 a=1
			20 a=2
			wm 20
			> [10,20) a 1 @19.999
			29.999 a=4
			end
			> [20,39.999) a 6 @39.998`},
		"lateness, accumulating": {summed(Fixed(secs(10)).Lateness(secs(5))), `
			1 a=1
			wm 12
			> [0,10) a 1 @9.999
			2 a=2
			> [0,10) late 1 a 3 @9.999
			3 b=5
			> [0,10) late 0 b 5 @9.999
			wm 15
			4 a=4
			> late a=4 @4
			end`},
		"lateness, discarding": {listed(Fixed(secs(10)).Lateness(secs(5)).Discarding()), `
			1 a=1
			wm 12
			> [0,10) [a=1] @9.999
			2 a=2
			> [0,10) late 1 [a=2] @9.999
			3 a=3
			> [0,10) late 2 [a=3] @9.999
			end`},
		"lateness passed at once": {summed(Fixed(secs(10)).Lateness(secs(5))), `
			1 a=1
			wm 50
			> [0,10) a 1 @9.999
			1 a=1
			> late a=1 @1`},
		"late sessions": {summed(Session(secs(10)).Lateness(secs(20))), `
			10 a=1
			wm 25
			> [10,20) a 1 @19.999
			12 a=2
			> [10,22) late 1 a 3 @21.999
			21 a=4
			wm 31
			> [10,31) on time 2 a 7 @30.999
			wm 51
			21 a=8
			> late a=8 @21`},
		"early by clock": {summed(Fixed(secs(10)).Early(secs(2))), `
			1 a=1
			clock 1
			2 a=2
			clock 2
			> [0,10) early 0 a 3 @9.999
			clock 9
			3 a=4
			clock 10.9
			4 a=8
			clock 11
			> [0,10) early 1 a 15 @9.999
			5 a=16
			wm 10
			> [0,10) on time 2 a 31 @9.999
			clock 20`},
		"early by count, discarding": {listed(Fixed(secs(10)).EarlyCount(2).Discarding()), `
			1 a=1
			1 a=2
			> [0,10) early 0 [a=1 a=2] @9.999
			1 a=3
			wm 10
			> [0,10) on time 1 [a=3] @9.999
			11 a=4
			11 a=5
			> [10,20) early 0 [a=4 a=5] @19.999
			end`},
		"endless": {summed(Endless().EarlyCount(2)), `
			- a=1
			- a=2
			> [-,-) early 0 a 3 @none
			wm 100
			- a=4
			5 a=8
			> [-,-) early 1 a 15 @99.999
			end
			> [-,-) on time 2 a 15 @end`},
		"by clock": {summed(Fixed(secs(10)).ByClock()), `
			clock 3
			99 a=1
			- a=2
			clock 9.999
			- a=4
			clock 10
			> [0,10) a 7 @9.999
			- a=8
			end
			> [10,20) a 8 @19.999
			clock 100`},
		"sessions by clock": {listed(Session(secs(10)).ByClock()), `
			clock 3
			- a=1
			clock 9
			- a=2
			clock 18.999
			clock 19
			> [3,19) [a=1 a=2] @18.999
			- a=3
			end
			> [19,29) [a=3] @28.999`},
		"count": {listed(Count(3)), `
			- a=1
			- b=2
			- a=3
			- a=4
			> [-,-) [a=1 a=3 a=4] @none
			7 a=5
			end
			> [-,-) [a=5] @end
			> [-,-) [b=2] @end`},
		"count every": {listed(CountEvery(4, 2)), `
			1 a=1
			2 a=2
			> [-,-) [a=1 a=2] @2
			3 a=3
			4 a=4
			> [-,-) [a=1 a=2 a=3 a=4] @4
			5 a=5
			6 a=6
			> [-,-) [a=3 a=4 a=5 a=6] @6
			7 a=7
			end
			> [-,-) [a=5 a=6 a=7] @end`},
		"a watermark of each key": {summed(Sliding(secs(10), secs(5)).KeyWatermark(secs(1))), `
			100 b=1
			3 a=1
			wm 99
			7 a=2
			> [-5,5) a 1 @4.999
			11 a=4
			> [0,10) a 3 @9.999
			20 a=8
			> [5,15) a 6 @14.999
			4 a=16
			> late a=16 @4
			106 b=32
			> [95,105) b 1 @104.999
			end
			> [100,110) b 33 @109.999
			> [105,115) b 32 @114.999
			> [10,20) a 4 @19.999
			> [15,25) a 8 @24.999
			> [20,30) a 8 @29.999`},
		"sessions by a watermark of each key": {summed(Session(secs(10)).KeyWatermark(0).Lateness(secs(20))), `
			100 b=1
			3 a=1
			wm 99
			14 a=2
			> [3,13) a 1 @12.999
			12 a=4
			end
			> [100,110) b 1 @109.999
			> [3,24) on time 1 a 7 @23.999`},
		"per instance": {listed(Fixed(secs(10)).PerInstance()), `
			1 a=1
			2 b=2
			wm 10
			> [0,10) [a=1 b=2] @9.999
			1 b=3
			> late b=3 @1`},
	} {
		t.Run(name, func(t *testing.T) { newTimeline(t, c.of).run(c.script) })
	}
}

func TestWindowsThatCannotBe(t *testing.T) {
	for want, w := range map[string]Windows{
		"times are milliseconds":       Fixed(time.Microsecond),
		"leave events out":             Sliding(secs(1), secs(2)),
		"or are empty":                 CountEvery(1, 2),
		"nothing else can be late":     Count(3).Lateness(secs(1)),
		"KeyWatermark(0s) is for":      Fixed(secs(1)).ByClock().KeyWatermark(0),
		"cannot be negative":           Fixed(secs(1)).Early(-1),
		"windows by count fire by cou": Count(3).Early(secs(1)),
	} {
		if err := listed(w).job.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, not %q", w, err, want)
		}
	}
	j := NewJob("windows")
	in := AddSource(j, "items", func() items { return items{} })
	WindowsOf(in, "unkeyed", Fixed(secs(1)))
	AggregateWindows(Fields(in, byKey), "unmerged", Session(secs(1)), Aggregate[item, int, string]{Add: sum.Add, Result: sum.Result})
	LateEvents[int](in)
	for _, want := range []string{"and its stream has none", "Merge for sessions", "no late events of type int"} {
		if err := j.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}
