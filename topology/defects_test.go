package topology

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/cells"
)

// What went wrong in Streamwork, the engine of the book, must not here. Its defects,
// by their numbers in the specification of this package:
//
//	 1  a key of another type killed a thread, and the job looked alive: keys are
//	    typed, and TestAKeyFunctionThatPanicsFailsTheJob
//	 2  what read a windowed operator was never connected:
//	    TestWhatReadsWindowsGetsThemAndLateEvents
//	 3  plans took sources for operators: TestPlanJSON
//	 4  the least hash had no owner: TestEveryHashHasAnOwner
//	 5  late events vanished, closed windows fired again:
//	    TestWhatReadsWindowsGetsThemAndLateEvents, TestWindows
//	 6  a slow instance stalled its siblings: TestASlowInstanceStallsNobodyElse
//	 7  the end of a source ended the process, failures were silent:
//	    TestASourceThatEndsLeavesTheOthersAlone, TestASourceThatFailsFailsTheJob,
//	    TestCancelWhileSourcesWait, TestPoliciesForPoison
//	 8  what instances shared was copied: TestWhatConstructorsShareIsShared
//	 9  names were not unique: TestTheSameNameTwiceIsAMistake
//	10  the page of a job needed the internet, had no numbers and one port:
//	    TestThePageOfAJob in package page
//	11  programs said they read what they did not: each example's test compares its
//	    README with what it reads and prints

// 1. A thread that died left a job that looked alive.
func TestAKeyFunctionThatPanicsFailsTheJob(t *testing.T) {
	j := NewJob("key")
	var h heap[int]
	in := AddSource(j, "numbers", countTo(1e9))
	To(Fields(in, func(v int) int { return []int{0, 1, 2}[v] }), "keep", h.sink, Parallelism(2))
	err := j.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "numbers, instance 0") || !strings.Contains(err.Error(), "defects_test.go") {
		t.Error(err)
	}
}

// 4. The least integer has no absolute value: a hash gave instance -2 of 3.
func TestEveryHashHasAnOwner(t *testing.T) {
	for _, hash := range []uint32{0, 1, math.MaxInt32, 1 << 31, 1<<31 + 1, math.MaxUint32} {
		for n := 1; n <= cells.KeyGroups; n++ {
			if i := cells.Owner(hash, n); i < 0 || i >= n {
				t.Fatalf("hash %d is at instance %d of %d", hash, i, n)
			}
		}
	}
	j := NewJob("hash")
	var h heap[string]
	words := FlatMapFunc(AddSource(j, "numbers", countTo(100)), "words", func(v int) []string {
		return []string{"polygenelubricants", fmt.Sprint(v)} // Java's hash of the first is the least integer
	})
	To(Fields(words, func(w string) string { return w }), "keep", h.sink, Parallelism(3))
	run(t, j)
	if len(h.got) != 200 {
		t.Error(len(h.got))
	}
}

// 6. A slow instance stalled its siblings, for what led to them went through one
// queue.
func TestASlowInstanceStallsNobodyElse(t *testing.T) {
	const n = 10_000
	j := NewJob("slow", QueueSize(16))
	others := &waiting{left: n / 2, done: make(chan struct{})}
	in := AddSource(j, "numbers", countTo(n), Parallelism(2))
	To(Direct(in, func(v int) int { return v % 2 }), "wait", func() *waiting { return others }, Parallelism(2))
	run(t, j)
}

// waiting has instance 0 wait until instance 1 has had all its events.
type waiting struct {
	left int // of instance 1
	done chan struct{}
}

func (w *waiting) Write(ctx *Context, v int) error {
	if ctx.Instance() == 1 {
		if w.left--; w.left == 0 {
			close(w.done)
		}
		return nil
	}
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// 7. The end of one source ended the process.
func TestASourceThatEndsLeavesTheOthersAlone(t *testing.T) {
	j := NewJob("ends")
	var h heap[int]
	short := AddSource(j, "short", countTo(0))
	long := AddSource(j, "long", countTo(5000))
	To(Merge(short, long), "keep", h.sink)
	run(t, j)
	if len(h.got) != 5000 {
		t.Error(len(h.got))
	}
}

// 7. A source that failed ended its thread, and nobody knew.
func TestASourceThatFailsFailsTheJob(t *testing.T) {
	j := NewJob("fails")
	var h heap[int]
	bad := AddSource(j, "bad", func() failing { return failing{} })
	To(Merge(bad, AddSource(j, "endless", countTo(math.MaxInt))), "keep", func() *nothing { return &nothing{} })
	To(bad, "keep too", h.sink)
	if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "bad, instance 0: no sensor") {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Next(context.Context, *Emitter[int]) error { return errors.New("no sensor") }

// 8. What instances were to share was copied to each of them.
func TestWhatConstructorsShareIsShared(t *testing.T) {
	j := NewJob("shared")
	scores := &scoreStore{scores: map[int]int{}}
	in := AddSource(j, "numbers", countTo(1000))
	To(Shuffle(in), "aggregator", func() *scoreStore { return scores }, Parallelism(2))
	run(t, j)
	if len(scores.scores) != 1000 || scores.by[0] != 500 || scores.by[1] != 500 {
		t.Error(len(scores.scores), scores.by)
	}
}

type scoreStore struct {
	mu     sync.Mutex
	scores map[int]int
	by     [2]int
}

func (s *scoreStore) Write(ctx *Context, v int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scores[v]++
	s.by[ctx.Instance()]++
	return nil
}

// 7. A source that waits, with nothing to give, does not keep a cancelled job.
func TestCancelWhileSourcesWait(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	j := NewJob("waits")
	To(AddSource(j, "silent", func() silent { return silent(cancel) }, Parallelism(2)), "keep", func() *nothing { return &nothing{} })
	if err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// silent cancels the job and waits.
type silent context.CancelFunc

func (s silent) Next(ctx context.Context, _ *Emitter[int]) error {
	s()
	<-ctx.Done()
	return nil
}

// 2 and 5. What read the stream of a windowed operator was never connected; late events
// were lost without a trace, or made a window fire that was closed.
func TestWhatReadsWindowsGetsThemAndLateEvents(t *testing.T) {
	j := NewJob("windows", QueueSize(1)) // an event travels alone, the watermark behind it
	var fired, late heap[string]
	// The first event of every hundred is a minute behind the others.
	in := AddSource(j, "numbers", countTo(1000), EventTime(func(v int) time.Time {
		if v%100 == 0 {
			return time.Unix(int64(v)-60, 0)
		}
		return time.Unix(int64(v), 0)
	}, 0))
	byRest := Fields(in, func(v int) int { return v % 2 })
	windows := ApplyWindows(byRest, "windows", Fixed(10*time.Second), func() counted { return counted{} }, Parallelism(2))
	doubled := MapFunc(windows, "behind", func(n int) string { return fmt.Sprint(2 * n) })
	To(doubled, "keep", fired.sink)
	To(MapFunc(LateEvents[int](windows), "late", func(v int) string { return fmt.Sprint(v) }), "keep late", late.sink)
	run(t, j)
	sum := 0
	for _, text := range fired.got {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		sum += n / 2
	}
	if sum+len(late.got) != 1000 || len(late.got) != 9 {
		t.Errorf("%d in windows, %d late: %v", sum, len(late.got), late.got)
	}
	edges := fmt.Sprint(j.Plan().Edges)
	if !strings.Contains(edges, "windows behind") || !strings.Contains(edges, "windows late") {
		t.Error(edges)
	}
}

// counted tells how many events a window has.
type counted struct{}

func (counted) Apply(_ *Context, w WindowOf[int], out *Emitter[int]) error {
	out.Emit(len(w.Events))
	return nil
}

// 9. Two components of one name, or one that is read twice, had one state.
func TestTheSameNameTwiceIsAMistake(t *testing.T) {
	j := NewJob("twice")
	var h heap[int]
	same := Apply(AddSource(j, "numbers", countTo(1)), "same", func() identity { return identity{} })
	To(Apply(same, "same", func() identity { return identity{} }), "keep", h.sink)
	if err := j.Validate(); err == nil || !strings.Contains(err.Error(), `two components are called "same"`) {
		t.Error(err)
	}
}
