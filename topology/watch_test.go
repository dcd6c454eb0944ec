package topology

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// until is a source that gives nothing and ends when it is told to.
type until struct{ told chan struct{} }

func (u *until) Next(ctx context.Context, _ *Emitter[int]) error {
	select {
	case <-u.told:
		return io.EOF
	case <-ctx.Done():
		return nil
	}
}

// A listener that does not return keeps nobody: it misses statuses, and hears
// everything else when it goes on.
func TestASlowListener(t *testing.T) {
	var looks atomic.Int64
	goOn := make(chan struct{})
	var slow []Notice
	j := NewJob("listened", StatusEvery(time.Millisecond),
		Listen(func(n Notice) {
			<-goOn
			slow = append(slow, n)
		}),
		Listen(func(n Notice) {
			if n.Kind == Taken && looks.Add(1) == 20 {
				close(goOn)
			}
		}))
	stop := make(chan struct{})
	var h heap[int]
	To(AddSource(j, "numbers", func() *until { return &until{stop} }), "keep", h.sink)
	go func() { <-goOn; close(stop) }()
	if err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	missed := 0
	for _, n := range slow {
		missed += n.Missed
		if n.Job != "listened" || n.At.IsZero() {
			t.Errorf("%+v", n)
		}
		if b, err := json.Marshal(n); err != nil || !strings.Contains(string(b), `"kind":"`) {
			t.Errorf("%s %v", b, err)
		}
	}
	if slow[0].Kind != Started || slow[len(slow)-1].Kind != Ended || missed < 10 {
		t.Errorf("%d notices, %d missed: %+v", len(slow), missed, slow)
	}
}

// What runs beside a job is stopped with it, the last one first; one that cannot
// start keeps the job from it.
func TestBeside(t *testing.T) {
	var said []string
	beside := func(name string, err error) Option {
		return Beside(func(_ context.Context, j *Job) (func() error, error) {
			said = append(said, "start "+name+" of "+j.Name())
			return func() error { said = append(said, "stop "+name); return nil }, err
		})
	}
	run := func(options ...Option) error {
		j := NewJob("job", options...)
		var h heap[int]
		To(AddSource(j, "numbers", countTo(3)), "keep", h.sink)
		return j.Run(t.Context())
	}
	if err := run(beside("a", nil), beside("b", nil)); err != nil || !slices.Equal(said, []string{"start a of job", "start b of job", "stop b", "stop a"}) {
		t.Error(err, said)
	}
	said = nil
	broken := errors.New("broken")
	if err := run(beside("a", nil), beside("b", broken)); !errors.Is(err, broken) || !slices.Equal(said, []string{"start a of job", "start b of job", "stop a"}) {
		t.Error(err, said)
	}
}

// A source that is held back gives what its rate allows, and all of it.
func TestABrake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, options := range [][]Option{nil, {AtLeastOnce()}} {
			j := NewJob("braked", options...)
			var h heap[int]
			To(AddSource(j, "numbers", countTo(100), Parallelism(2)), "keep", h.sink)
			began := time.Now()
			j.components[0].limit.Set(5) // of each of two
			if err := j.Run(t.Context()); err != nil || len(h.got) != 100 {
				t.Errorf("%d events, %v", len(h.got), err)
			}
			if took := time.Since(began); took < 9800*time.Millisecond || took > 10500*time.Millisecond {
				t.Errorf("100 events of 10 a second took %v", took)
			}
		}
	})
}

// A limit that is lifted holds nobody, whatever it was.
func TestTheBrakeIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJob("braked", Listen(func(Notice) {}))
		var h heap[int]
		To(AddSource(j, "numbers", countTo(100)), "keep", h.sink)
		j.components[0].limit.Set(0.001)
		j.watch.relent = time.Now().Add(5 * time.Second)
		began := time.Now()
		if err := j.Run(t.Context()); err != nil || len(h.got) != 100 {
			t.Errorf("%d events, %v", len(h.got), err)
		}
		if took := time.Since(began); took < 4900*time.Millisecond || took > 5200*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}
