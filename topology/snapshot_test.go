package topology

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// summer keeps a sum in a field of its own.
type summer struct{ sum int }

func (s *summer) Apply(_ *Context, v int, out *Emitter[string]) error {
	s.sum += v
	out.Emit(fmt.Sprint(v, ":", s.sum))
	return nil
}

func (s *summer) Snapshot() ([]byte, error) {
	if s.sum == 0 {
		return nil, nil
	}
	return fmt.Append(nil, s.sum), nil
}

func (s *summer) Restore(b []byte) error {
	_, err := fmt.Sscan(string(b), &s.sum)
	return err
}

func (s *summer) ApplyLeft(ctx *Context, v int, out *Emitter[string]) error {
	return s.Apply(ctx, v, out)
}
func (s *summer) ApplyRight(*Context, int, *Emitter[string]) error { return nil }

func newSummer() *summer { return &summer{} }

// What an instance holds in fields of its own goes on with the job, whether it
// reads one stream, or two of which one is by Fields.
func TestSnapshots(t *testing.T) {
	for name, sums := range map[string]func(in Stream[int]) Stream[string]{
		"one": func(in Stream[int]) Stream[string] { return Apply(in, "sum", newSummer) },
		"two": func(in Stream[int]) Stream[string] {
			return Connect(in, Fields(in, func(v int) int { return v }), "sum", newSummer, Parallelism(1))
		},
	} {
		s := &shop{prepared: map[string][]string{}}
		var never atomic.Int64
		never.Store(-1)
		dir := filepath.Join(t.TempDir(), "checkpoint")
		for _, n := range []int{1, 3, 6} { // 1 of them: nothing to keep
			j := NewJob("sums", ExactlyOnce(dir))
			To(sums(AddSource(j, "numbers", func() *replayed { return &replayed{n: n, failAt: &never} })), "sell", s.sink)
			run(t, j)
		}
		if want := []string{"0:0", "1:1", "2:3", "3:6", "4:10", "5:15"}; !slices.Equal(s.visible, want) {
			t.Errorf("%s: %v", name, s.visible)
		}
	}
}

func TestSnapshotsThatCannotBe(t *testing.T) {
	for want, sums := range map[string]func(in Stream[int]) Stream[string]{
		"in sum, instance 0: it is a Snapshotter, which keeps state for an instance": func(in Stream[int]) Stream[string] {
			return Apply(Fields(in, func(v int) int { return v }), "sum", newSummer, Apart())
		},
		"of windows cannot be a Snapshotter": func(in Stream[int]) Stream[string] {
			return ApplyWindows(in, "sum", Count(2).PerInstance(), func() windowed { return windowed{newSummer()} })
		},
		"what Async calls keeps no state": func(in Stream[int]) Stream[string] {
			return Async(in, "sum", func() callable { return callable{newSummer()} })
		},
	} {
		j := NewJob("sums")
		Discard(sums(AddSource(j, "numbers", countTo(3))))
		if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(want, "in ")) {
			t.Errorf("%v instead of %q", err, want)
		}
	}
}

// windowed is a Snapshotter that reads windows.
type windowed struct{ *summer }

func (windowed) Apply(*Context, WindowOf[int], *Emitter[string]) error { return nil }

// callable is a Snapshotter that is called.
type callable struct{ *summer }

func (callable) Call(context.Context, int) (string, error) { return "", nil }

// half forgets to take its snapshot back.
type half struct{ plain }

func (half) Snapshot() ([]byte, error) { return nil, nil }

// plain keeps nothing.
type plain struct{}

func (plain) Apply(_ *Context, v int, out *Emitter[string]) error {
	out.Emit(fmt.Sprint(v))
	return nil
}

// State of a component that keeps none any more, whatever it was, is not given up
// behind anybody's back; nor does half a Snapshotter pass for one.
func TestStateThatNobodyKeepsIsRefused(t *testing.T) {
	var never atomic.Int64
	never.Store(-1)
	for name, was := range map[string]func(in Stream[int]) Stream[string]{
		"snapshot": func(in Stream[int]) Stream[string] { return Apply(in, "sum", newSummer) },
		"by key":   func(in Stream[int]) Stream[string] { return Apply(in, "sum", func() *counter { return &counter{} }) },
	} {
		grouped := func(in Stream[int]) Stream[int] { return in }
		if name == "by key" {
			grouped = func(in Stream[int]) Stream[int] { return Fields(in, func(v int) int { return v }) }
		}
		dir := filepath.Join(t.TempDir(), "checkpoint")
		s := &shop{prepared: map[string][]string{}}
		job := func(n int, sums func(in Stream[int]) Stream[string], options ...Checkpointing) error {
			j := NewJob("sums", ExactlyOnce(dir, options...))
			To(sums(grouped(AddSource(j, "numbers", func() *replayed { return &replayed{n: n, failAt: &never} }))), "sell", s.sink)
			return j.Run(t.Context())
		}
		if err := job(3, was); err != nil {
			t.Fatal(err)
		}
		none := func(in Stream[int]) Stream[string] { return Apply(in, "sum", func() plain { return plain{} }) }
		if err := job(6, none); err == nil || !strings.Contains(err.Error(), `state of "sum", which keeps none any more; give it up by Dropped("sum")`) || len(s.visible) != 3 {
			t.Errorf("%s: %v, %v", name, err, s.visible)
		}
		if err := job(6, none, Dropped("sum")); err != nil || len(s.visible) != 6 {
			t.Errorf("%s: %v, %v", name, err, s.visible)
		}
		if err := job(7, func(in Stream[int]) Stream[string] { return Apply(in, "sum", func() half { return half{} }) }); err == nil || !strings.Contains(err.Error(), "it has Snapshot, and no Restore([]byte) error") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A snapshot that fails, or cannot be taken back, is the component's error.
func TestSnapshotsThatFail(t *testing.T) {
	var never atomic.Int64
	never.Store(-1)
	dir := filepath.Join(t.TempDir(), "checkpoint")
	s := &shop{prepared: map[string][]string{}}
	job := func(n int, create func() Operator[int, string]) error {
		j := NewJob("sums", ExactlyOnce(dir))
		To(Apply(AddSource(j, "numbers", func() *replayed { return &replayed{n: n, failAt: &never} }), "sum", create), "sell", s.sink)
		return j.Run(t.Context())
	}
	broken := func() Operator[int, string] { return &brokenSummer{} }
	if err := job(3, broken); err == nil || !strings.Contains(err.Error(), "in sum: no room") {
		t.Error(err)
	}
	if err := job(3, func() Operator[int, string] { return newSummer() }); err != nil {
		t.Fatal(err)
	}
	if err := job(6, broken); err == nil || !strings.Contains(err.Error(), "in sum: no sum") {
		t.Error(err)
	}
}

type brokenSummer struct{ summer }

func (*brokenSummer) Snapshot() ([]byte, error) { return nil, fmt.Errorf("no room") }
func (*brokenSummer) Restore([]byte) error      { return fmt.Errorf("no sum") }
