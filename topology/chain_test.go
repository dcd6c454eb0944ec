package topology

import (
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// chained is an operator that fails somewhere.
type chained struct{ setup, close error }

func (c *chained) Setup(*Context) error                             { return c.setup }
func (c *chained) Apply(_ *Context, v int, out *Emitter[int]) error { out.Emit(v); return nil }
func (c *chained) Close() error                                     { return c.close }

// What fails beside the events is called by its name, also in a chain of calls.
func TestErrorsNameTheirComponent(t *testing.T) {
	broken := errors.New("broken")
	for name, create := range map[string]func() *chained{
		"constructor": func() *chained { panic("broken") },
		"setup":       func() *chained { return &chained{setup: broken} },
		"close":       func() *chained { return &chained{close: broken} },
	} {
		j := NewJob("chain")
		good := Apply(AddSource(j, "numbers", countTo(3)), "good", func() *chained { return &chained{} })
		Discard(Apply(Apply(good, "wrong", create), "behind", func() *chained { return &chained{} }))
		err := j.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "numbers, instance 0: in wrong: ") || !strings.Contains(err.Error(), "broken") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// State that cannot be read is that of the component that has it, under its new
// name.
func TestStateNamesItsComponent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "checkpoint")
	job := func(name string, setup func(*Context), options ...Checkpointing) *Job {
		j := NewJob("chain", ExactlyOnce(dir, options...))
		in := AddSource(j, "numbers", func() *replayed {
			r := &replayed{n: 3, failAt: new(atomic.Int64)}
			r.failAt.Store(-1)
			return r
		})
		To(in, name, func() *stater { return &stater{setup} })
		return j
	}
	run(t, job("a@b", func(ctx *Context) { NewValue[int](ctx, "n").Set(1) }))
	err := job("c", func(ctx *Context) { NewValue[chan int](ctx, "n") }, Renamed("a@b", "c")).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "numbers, instance 0: in c: state: ") {
		t.Error(err)
	}
	err = job("c", func(ctx *Context) { NewValue[int](ctx, "m") }, Renamed("a@b", "c")).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), `numbers, instance 0: in c: the checkpoint `) || !strings.Contains(err.Error(), `holds the state "n" of "c"`) {
		t.Error(err)
	}
	err = job("c", func(*Context) {}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), `holds state of "a@b", which the job no longer has`) {
		t.Error(err)
	}
	run(t, job("c", func(ctx *Context) { NewValue[int](ctx, "n") }, Renamed("a@b", "c")))
}

// stater is a sink with state of its own.
type stater struct{ setup func(*Context) }

func (k *stater) Setup(ctx *Context) error  { k.setup(ctx); return nil }
func (k *stater) Write(*Context, int) error { return nil }
func (k *stater) Idempotent()               {}
