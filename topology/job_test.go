package topology

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// upTo gives 0 to n-1; instance i of p those that are i modulo p.
type upTo struct {
	n, at, step int
}

func countTo(n int) func() *upTo { return func() *upTo { return &upTo{n: n} } }

func (u *upTo) Setup(ctx *Context) error {
	u.at, u.step = ctx.Instance(), ctx.Instances()
	return nil
}

func (u *upTo) Next(_ context.Context, out *Emitter[int]) error {
	if u.at >= u.n {
		return io.EOF
	}
	out.Emit(u.at)
	u.at += u.step
	return nil
}

// mapping is an operator of a function.
type mapping[In, Out any] struct {
	f func(*Context, In) (Out, error)
}

func mapped[In, Out any](f func(*Context, In) (Out, error)) func() *mapping[In, Out] {
	return func() *mapping[In, Out] { return &mapping[In, Out]{f} }
}

func (m *mapping[In, Out]) Apply(ctx *Context, in In, out *Emitter[Out]) error {
	v, err := m.f(ctx, in)
	if err == nil {
		out.Emit(v)
	}
	return err
}

// heap gathers what all instances of a sink get.
type heap[T any] struct {
	mu  sync.Mutex
	got []T
}

type heaping[T any] struct{ *heap[T] }

func (h *heap[T]) sink() heaping[T] { return heaping[T]{h} }

func (h heaping[T]) Write(_ *Context, v T) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.got = append(h.got, v)
	return nil
}

func run(t *testing.T, j *Job) {
	t.Helper()
	if err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// seen is an event and the instance that saw it.
type seen struct{ value, instance int }

func see(ctx *Context, v int) (seen, error) { return seen{v, ctx.Instance()}, nil }

func TestGroupings(t *testing.T) {
	const n, instances = 5000, 3
	key := func(v int) int { return v % 17 }
	for name, c := range map[string]struct {
		by     func(Stream[int]) Stream[int]
		copies int
		check  func(byInstance map[int][]int) error
	}{
		"shuffle": {Shuffle[int], 1, func(got map[int][]int) error {
			for i := range instances {
				if d := len(got[i]) - n/instances; d < -1 || d > 1 {
					return fmt.Errorf("instance %d got %d", i, len(got[i]))
				}
				if !slices.IsSorted(got[i]) {
					return errors.New("out of order")
				}
			}
			return nil
		}},
		"fields": {func(s Stream[int]) Stream[int] { return Fields(s, key) }, 1, func(got map[int][]int) error {
			return atMost(got, key, 1)
		}},
		"partial key": {func(s Stream[int]) Stream[int] { return PartialKey(s, key) }, 1, func(got map[int][]int) error {
			return atMost(got, key, 2)
		}},
		"all": {All[int], instances, func(got map[int][]int) error {
			for i := range instances {
				if len(got[i]) != n {
					return fmt.Errorf("instance %d got %d", i, len(got[i]))
				}
			}
			return nil
		}},
		"global": {Global[int], 1, func(got map[int][]int) error {
			if len(got[0]) != n {
				return errors.New("not all are at instance 0")
			}
			return nil
		}},
		"direct": {func(s Stream[int]) Stream[int] { return Direct(s, func(v int) int { return v }) }, 1, func(got map[int][]int) error {
			for i, vs := range got {
				if slices.ContainsFunc(vs, func(v int) bool { return v%instances != i }) {
					return errors.New("an event went elsewhere")
				}
			}
			return nil
		}},
		"custom": {func(s Stream[int]) Stream[int] {
			return Custom(s, func(v, of int) int { return of - 1 - v%of })
		}, 1, func(got map[int][]int) error {
			if got[0][0] != 2 {
				return fmt.Errorf("%d is the first at 0", got[0][0])
			}
			return nil
		}},
		"local or shuffle": {LocalOrShuffle[int], 1, func(map[int][]int) error { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			j := NewJob(name)
			var h heap[seen]
			in := AddSource(j, "numbers", countTo(n))
			To(Apply(c.by(in), "see", mapped(see), Parallelism(instances)), "keep", h.sink)
			run(t, j)
			times, byInstance := map[int]int{}, map[int][]int{}
			for _, s := range h.got {
				times[s.value]++
				byInstance[s.instance] = append(byInstance[s.instance], s.value)
			}
			for v := range n {
				if times[v] != c.copies {
					t.Fatalf("%d came %d times", v, times[v])
				}
			}
			if err := c.check(byInstance); err != nil {
				t.Error(err)
			}
		})
	}
}

// atMost wants the events of a key at no more than a number of instances, and
// every instance to have some.
func atMost(got map[int][]int, key func(int) int, most int) error {
	at := map[int]map[int]bool{}
	for i, vs := range got {
		for _, v := range vs {
			if at[key(v)] == nil {
				at[key(v)] = map[int]bool{}
			}
			at[key(v)][i] = true
		}
	}
	for k, is := range at {
		if len(is) > most {
			return fmt.Errorf("key %d is at %d instances", k, len(is))
		}
	}
	if len(got) < 2 {
		return fmt.Errorf("all keys are at %v", slices.Collect(maps.Keys(got)))
	}
	return nil
}

func TestForkMergeAndParallelSources(t *testing.T) {
	j := NewJob("fork and merge")
	var h heap[int]
	in := AddSource(j, "numbers", countTo(1000), Parallelism(2))
	double := Apply(in, "double", mapped(func(_ *Context, v int) (int, error) { return 2 * v, nil }))
	negate := Apply(Shuffle(in), "negate", mapped(func(_ *Context, v int) (int, error) { return -v, nil }))
	To(Merge(double, negate, in), "keep", h.sink, Parallelism(1))
	run(t, j)
	sum := 0
	for _, v := range h.got {
		sum += v
	}
	if len(h.got) != 3000 || sum != 2*999*1000/2 {
		t.Error(len(h.got), sum)
	}
}

func TestValidateNamesEveryMistake(t *testing.T) {
	j, other := NewJob("wrong"), NewJob("other")
	in := AddSource(j, "a", countTo(1))
	AddSource(j, "a", countTo(1))
	var h heap[int]
	To(Fields(in, func(int) chan int { return nil }), "", h.sink, Parallelism(-1))
	To(AddSource(other, "b", countTo(1)), "b", h.sink)
	To(Merge(in, AddSource(other, "c", countTo(1))), "c", h.sink)
	err := j.Validate()
	for _, want := range []string{`two components are called "a"`, `nobody reads channel "default" of component "a"`, "chan int cannot be a key", "this sink has no name", "parallelism -1", `reads "c" of another job, other`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not %q in\n%v", want, err)
		}
	}
	if err := NewJob("empty").Run(t.Context()); err == nil || !strings.Contains(err.Error(), "no source") {
		t.Error(err)
	}
	if err := NewJob("queue", QueueSize(0)).Validate(); err == nil || !strings.Contains(err.Error(), "QueueSize(0)") {
		t.Error(err)
	}
}

type closing struct {
	upTo
	closed *int
}

func (c *closing) Close() error { *c.closed++; return errors.New("not closed well") }

func TestErrorsPanicsAndClose(t *testing.T) {
	for name, f := range map[string]func(*Context, int) (int, error){
		"error 7": func(_ *Context, v int) (int, error) {
			if v == 7 {
				return 0, errors.New("error 7")
			}
			return v, nil
		},
		"job_test.go": func(_ *Context, v int) (int, error) { return 1 / (v - 7), nil },
	} {
		for _, settings := range [][]Setting{nil, {Apart()}} {
			closed := 0
			j := NewJob("failing")
			var h heap[int]
			in := AddSource(j, "numbers", func() *closing { return &closing{upTo{n: 1e9}, &closed} })
			To(Apply(in, "divide", mapped(f), settings...), "keep", h.sink)
			err := j.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), name) || closed != 1 {
				t.Error(err, closed)
			}
		}
	}
}

func TestACustomGroupingOutOfRangeFails(t *testing.T) {
	j := NewJob("custom")
	var h heap[int]
	To(Custom(AddSource(j, "numbers", countTo(9)), func(v, of int) int { return v }), "keep", h.sink, Parallelism(2))
	if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "picked instance 2 of 2") {
		t.Error(err)
	}
}

// generator gives zeros as fast as it can.
type generator struct{ left int }

func (g *generator) Next(_ context.Context, out *Emitter[int]) error {
	for range min(g.left, 64) {
		out.Emit(g.left)
		g.left--
	}
	if g.left == 0 {
		return io.EOF
	}
	return nil
}

type nothing struct{ n int }

func (d *nothing) Write(*Context, int) error { d.n++; return nil }

type identity struct{}

func (identity) Apply(_ *Context, v int, out *Emitter[int]) error { out.Emit(v); return nil }

func BenchmarkThreeStages(b *testing.B) {
	for _, delivery := range []struct {
		name    string
		options []Option
	}{{"at most once", nil}, {"at least once", []Option{AtLeastOnce()}}} {
		for name, setting := range map[string][]Setting{"called": nil, "apart": {Apart()}} {
			b.Run(delivery.name+"/"+name, func(b *testing.B) {
				j := NewJob("bench", delivery.options...)
				in := AddSource(j, "zeros", func() *generator { return &generator{b.N} })
				To(Apply(in, "identity", func() identity { return identity{} }, setting...), "null", func() *nothing { return &nothing{} }, setting...)
				b.ReportAllocs()
				if err := j.Run(b.Context()); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}
