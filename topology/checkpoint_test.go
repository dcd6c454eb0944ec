package topology

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// replayed gives 0 to n-1 and can go on where it was; it fails once at a number.
type replayed struct {
	n, at  int
	failAt *atomic.Int64
}

var errDeath = errors.New("death")

func (r *replayed) Next(ctx context.Context, out *Emitter[int]) error {
	if r.at == r.n {
		return io.EOF
	}
	if r.failAt.CompareAndSwap(int64(r.at), -1) {
		return errDeath
	}
	out.EmitAt(r.at, time.Unix(int64(r.at), 0))
	r.at++
	return nil
}

func (r *replayed) Position() ([]byte, error) {
	return binary.AppendUvarint(nil, uint64(r.at)), nil
}

func (r *replayed) Seek(p []byte) error {
	at, n := binary.Uvarint(p)
	if n <= 0 {
		return errors.New("no position")
	}
	r.at = int(at)
	return nil
}

// counter counts by key and emits key and count.
type counter struct{ n *Value[int] }

func (c *counter) Setup(ctx *Context) error { c.n = NewValue[int](ctx, "n"); return nil }

func (c *counter) Apply(_ *Context, v int, out *Emitter[string]) error {
	n, _ := c.n.Get()
	c.n.Set(n + 1)
	out.Emit(fmt.Sprint(v%10, "=", n+1))
	return nil
}

// shop is where a sink commits to: what is prepared is invisible.
type shop struct {
	mu       sync.Mutex
	prepared map[string][]string
	visible  []string
	next     int
}

type seller struct {
	*shop
	mine []string
}

func (s *shop) sink() *seller { return &seller{shop: s} }

func (s *seller) Write(_ *Context, v string) error { s.mine = append(s.mine, v); return nil }

func (s *seller) Prepare(*Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	id := fmt.Sprint(s.next)
	s.prepared[id], s.mine = s.mine, nil
	return []byte(id), nil
}

func (s *seller) Commit(_ *Context, receipts [][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range receipts {
		s.visible = append(s.visible, s.prepared[string(r)]...)
		delete(s.prepared, string(r))
	}
	return nil
}

func countingJob(dir string, s *shop, failAt *atomic.Int64, sources, counters int, clock env.Clock) *Job {
	j := NewJob("counting", ExactlyOnce(dir, Every(time.Millisecond)))
	in := AddSource(j, "numbers", func() *replayed { return &replayed{n: 20000, failAt: failAt} }, Parallelism(sources))
	To(Apply(Fields(in, func(v int) int { return v % 10 }), "count", func() *counter { return &counter{} }, Parallelism(counters)), "sell", s.sink, Parallelism(1))
	return j
}

// A job that fails many times, and goes on with another number of instances,
// shows in the end what an undisturbed one shows, each thing once.
func TestExactlyOnce(t *testing.T) {
	var want []string
	for i := range 2 * 20000 {
		want = append(want, fmt.Sprint(i%10, "=", i/10+1))
	}
	slices.Sort(want)
	dir := filepath.Join(t.TempDir(), "checkpoint")
	s := &shop{prepared: map[string][]string{}}
	for run, counters := 0, 1; ; run, counters = run+1, 1+(run+1)%3 {
		var failAt atomic.Int64
		failAt.Store(int64(1500 * (run + 1)))
		err := countingJob(dir, s, &failAt, 2, counters, env.System{}).Run(t.Context())
		if err == nil {
			break
		}
		if !errors.Is(err, errDeath) {
			t.Fatal(err)
		}
	}
	slices.Sort(s.visible)
	if !slices.Equal(s.visible, want) {
		t.Errorf("%d are visible, %d wanted", len(s.visible), len(want))
		for i := range min(len(want), len(s.visible)) {
			if s.visible[i] != want[i] {
				t.Fatalf("%s for %s", s.visible[i], want[i])
			}
		}
	}
}

func TestCheckpointsThatDoNotFit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "checkpoint")
	s := &shop{prepared: map[string][]string{}}
	var never atomic.Int64
	never.Store(-1)
	if err := countingJob(dir, s, &never, 1, 1, env.System{}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := countingJob(dir, s, &never, 2, 1, env.System{}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), `state of "numbers" by instance`) {
		t.Error(err)
	}
	other := NewJob("other", ExactlyOnce(dir))
	in := AddSource(other, "numbers", func() *replayed { return &replayed{n: 5, failAt: &never} })
	To(Apply(in, "text", mapped(func(_ *Context, v int) (string, error) { return fmt.Sprint(v), nil })), "sell", s.sink)
	if err := other.Run(t.Context()); err == nil || !strings.Contains(err.Error(), `state of "count", which the job no longer has`) {
		t.Error(err)
	}
	if err := NewJob("nowhere", ExactlyOnce("", Every(0))).Validate(); err == nil || !strings.Contains(err.Error(), `needs a directory for them, and was given ""`) || !strings.Contains(err.Error(), "Every(0s): the time between checkpoints must be positive") {
		t.Error(err)
	}
	appending := NewJob("appending", ExactlyOnce(dir))
	var h heap[int]
	To(AddSource(appending, "up", countTo(3)), "keep", h.sink)
	err := appending.Validate()
	for _, part := range []string{`sink "keep" (topology.heaping[int]) only appends`, `source "up" (*topology.upTo) is not Positioned`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("not %q in %v", part, err)
		}
	}
}

// A restart that cannot open the checkpoint again has nothing to close.
func TestCheckpointsThatCannotBeOpenedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "checkpoint")
	j := NewJob("reopened", ExactlyOnce(dir))
	c := j.checkpoints
	if err := errors.Join(c.open(t.Context()), c.close(), os.RemoveAll(dir), os.WriteFile(dir, nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	if err := c.open(t.Context()); err == nil {
		t.Error("a file was opened as a checkpoint directory")
	}
	if c.directory != nil {
		t.Error("the directory that was closed is still there to be closed")
	}
	if err := c.close(); err != nil {
		t.Error(err)
	}
}

// Windows of instances belong to instances: another number of them is refused by
// name, before anything is given.
func TestStateOfInstancesKeepsTheirNumber(t *testing.T) {
	var never atomic.Int64
	never.Store(-1)
	dir := filepath.Join(t.TempDir(), "checkpoint")
	for i, p := range []int{2, 2, 3} {
		s := &shop{prepared: map[string][]string{}}
		j := NewJob("own", ExactlyOnce(dir))
		numbers := AddSource(j, "numbers", func() *replayed { return &replayed{n: 20 * (i + 1), failAt: &never} })
		counted := WindowsOf(Fields(numbers, func(v int) int { return v }), "windows", Count(100).PerInstance(), Parallelism(p))
		To(MapFunc(counted, "text", func(w WindowOf[int]) string { return fmt.Sprint(len(w.Events)) }), "sell", s.sink)
		err := j.Run(t.Context())
		if p == 2 && err != nil || p == 3 && (err == nil || !strings.Contains(err.Error(), `state of "windows" by instance`) || len(s.visible) > 0) {
			t.Errorf("%d instances: %v, %v", p, err, s.visible)
		}
	}
}
