package topology

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// nothings give nil to each exported name that takes a function, or an option, on
// a stream of numbers.
var nothings = map[string]func(j *Job, in Stream[int]){
	"AddSource":    func(j *Job, _ Stream[int]) { Discard(AddSource[int, *upTo](j, "x", nil)) },
	"Apply":        func(_ *Job, in Stream[int]) { Discard(Apply[int, int, *mapping[int, int]](in, "x", nil)) },
	"ApplyWindows": func(_ *Job, in Stream[int]) { Discard(ApplyWindows[int, int, counted](in, "x", Endless(), nil)) },
	"Async":        func(_ *Job, in Stream[int]) { Discard(Async[int, int, asker[int, int]](in, "x", nil)) },
	"AsyncFunc":    func(_ *Job, in Stream[int]) { Discard(AsyncFunc[int, int](in, "x", nil)) },
	"Connect":      func(_ *Job, in Stream[int]) { Discard(Connect[int, int, int, *sums](in, in, "x", nil)) },
	"FilterFunc":   func(_ *Job, in Stream[int]) { Discard(FilterFunc(in, "x", nil)) },
	"FlatMapFunc":  func(_ *Job, in Stream[int]) { Discard(FlatMapFunc[int, int](in, "x", nil)) },
	"MapFunc":      func(_ *Job, in Stream[int]) { Discard(MapFunc[int, int](in, "x", nil)) },
	"To":           func(_ *Job, in Stream[int]) { To[int, heaping[int]](in, "x", nil) },
	"JoinBroadcast": func(_ *Job, in Stream[int]) {
		Discard(JoinBroadcast(in, nil, in, func(v int) int { return v }, "x", InnerJoin))
	},

	"Custom":     func(_ *Job, in Stream[int]) { Discard(Custom(in, nil)) },
	"Direct":     func(_ *Job, in Stream[int]) { Discard(Direct(in, nil)) },
	"DropLeast":  func(_ *Job, in Stream[int]) { Discard(Shed(in, DropLeast[int](nil))) },
	"Fields":     func(_ *Job, in Stream[int]) { Discard(Fields[int, int](in, nil)) },
	"PartialKey": func(_ *Job, in Stream[int]) { Discard(PartialKey[int, int](in, nil)) },

	"Emits":       func(_ *Job, in Stream[int]) { Discard(FilterFunc(in, "x", even, Emits(nil, (*Channel[int])(nil)))) },
	"EventTime":   func(j *Job, _ Stream[int]) { Discard(AddSource(j, "x", countTo(1), EventTime[int](nil, 0))) },
	"Parallelism": func(_ *Job, in Stream[int]) { Discard(FilterFunc(in, "x", even, nil)) }, // and any Setting
	"RetryIf": func(_ *Job, in Stream[int]) {
		Discard(AsyncFunc(in, "x", func(context.Context, int) (int, error) { return 0, nil }, RetryIf(nil)))
	},
	"Select": func(_ *Job, in Stream[int]) { Discard(Select[int, int](in, nil)) },

	"AtLeastOnce":             with1(AtLeastOnce(nil)),
	"AtLeastOnceCheckpointed": with1(AtLeastOnceCheckpointed("c", nil)),
	"Beside":                  with1(Beside(nil)),
	"Clock":                   with1(Clock(nil)),
	"ExactlyOnce":             with1(ExactlyOnce("c", nil)),
	"Files":                   with1(Files(nil)),
	"Listen":                  with1(Listen(nil)),
	"Log":                     with1(Log(nil)),
	"NewJob":                  func(j *Job, _ Stream[int]) { j.mistakes = append(j.mistakes, NewJob("x", nil).mistakes...) },
}

func even(v int) bool { return v%2 == 0 }

func with1(o Option) func(*Job, Stream[int]) { return func(j *Job, _ Stream[int]) { o(j) } }

// sums is an operator of two streams.
type sums struct{}

func (*sums) ApplyLeft(_ *Context, v int, out *Emitter[int]) error  { out.Emit(v); return nil }
func (*sums) ApplyRight(_ *Context, v int, out *Emitter[int]) error { out.Emit(v); return nil }

// Whoever is given nil is refused before anything runs, with the line that gave it.
func TestNothingIsGiven(t *testing.T) {
	for name, give := range nothings {
		j := NewJob("nil")
		give(j, AddSource(j, "numbers", countTo(1)))
		for _, err := range []error{j.Validate(), j.Run(t.Context())} {
			if err == nil || !strings.Contains(err.Error(), "was given nil in place of a function or a value") || !strings.Contains(err.Error(), "given_test.go:") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Every exported function of the package that takes a function, or options, is
// among those that are tested.
func TestNobodyIsForgotten(t *testing.T) {
	elsewhere := map[string]bool{
		"AggregateWindows": true, "NewAggregated": true, // the Aggregate is checked by a sentence of its own
		"WindowsOf": true, "JoinInterval": true, "JoinTable": true, "JoinTables": true, "JoinWindows": true, // settings alone
		"Inside": true, // takes any value, and leaves alone what it does not know
	}
	for name, f := range exported(t) {
		takes := false
		for _, p := range f.Type.Params.List {
			takes = takes || takesMore(p.Type)
		}
		if takes && !elsewhere[name] && nothings[name] == nil {
			t.Errorf("%s takes what may be nil: test it", name)
		}
	}
}

// takesMore reports whether a parameter may be nil and is the user's.
func takesMore(p ast.Expr) bool {
	switch p := p.(type) {
	case *ast.FuncType:
		return true
	case *ast.Ellipsis:
		return takesMore(p.Elt)
	case *ast.IndexListExpr:
		return takesMore(p.X)
	case *ast.Ident:
		return slices.Contains([]string{"Aggregate", "Setting", "Option", "DeliveryOption", "Checkpointing", "outlet"}, p.Name)
	}
	return false
}

// exported returns the functions that the package declares for others.
func exported(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	all := map[string]*ast.FuncDecl{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() {
				all[fn.Name.Name] = fn
			}
		}
	}
	return all
}

// A constructor that returns nil is named, wherever it is in a chain.
func TestConstructorsThatReturnNil(t *testing.T) {
	for name, make := range map[string]func(Stream[int]){
		"apply":   func(in Stream[int]) { Discard(Apply(in, "x", func() *mapping[int, int] { return nil })) },
		"connect": func(in Stream[int]) { Discard(Connect(in, in, "x", func() *sums { return nil })) },
		"async":   func(in Stream[int]) { Discard(Async(in, "x", func() asker[int, int] { return nil })) },
		"windows": func(in Stream[int]) {
			Discard(ApplyWindows(in, "x", Count(2).PerInstance(), func() Operator[WindowOf[int], int] { return nil }))
		},
		"to": func(in Stream[int]) { To(in, "x", func() *nothing { return nil }) },
	} {
		j := NewJob("nil")
		make(AddSource(j, "numbers", countTo(1)))
		if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "x") || !strings.Contains(err.Error(), "its constructor returned nil; ") || !strings.Contains(err.Error(), "given_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	j := NewJob("nil") // what is asked for its abilities is asked at once
	To(AddSource(j, "numbers", func() Source[int] { return nil }), "keep", func() Sink[int] { return nil })
	if err := j.Validate(); err == nil || strings.Count(err.Error(), "was given nil") != 2 {
		t.Error(err)
	}
}

func TestTimesOfSources(t *testing.T) {
	j := NewJob("times")
	at := func(int) time.Time { return time.Unix(0, 0) }
	in := AddSource(j, "early", countTo(1), EventTime(at, -time.Second))
	in = Merge(in, AddSource(j, "emitted", countTo(1), EmittedTime(-time.Second), IdleAfter(-1)), AddSource(j, "clock", countTo(1), ClockWatermark(-time.Hour)))
	Discard(FilterFunc(in, "even", even, IngestTime()))
	err := j.Validate()
	for _, want := range []string{
		`source "early": EventTime of -1s; the time cannot be negative`,
		`source "emitted": EmittedTime of -1s`, `source "emitted": IdleAfter of -1ns`, `source "clock": ClockWatermark of -1h0m0s`,
		`IngestTime is a setting of sources, which operator "even" is not`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not %q in %v", want, err)
		}
	}
}

// What may only be done in Setup, or only for an event, is refused elsewhere as a
// mistake of the user's, by the component's name.
func TestStateOutOfPlace(t *testing.T) {
	key := func(v int) int { return v % 2 }
	for want, c := range map[string]struct{ setup, apply func(*Context) }{
		`state "n" is declared outside of Setup`:              {apply: func(ctx *Context) { NewValue[int](ctx, "n") }},
		`state "l" is declared outside of Setup`:              {apply: func(ctx *Context) { NewList[int](ctx, "l") }},
		`state "m" is declared outside of Setup`:              {apply: func(ctx *Context) { NewMap[int, int](ctx, "m") }},
		`state by key is used in Setup`:                       {setup: func(ctx *Context) { NewValue[int](ctx, "n").Get() }},
		`state by key is used in Setup, where`:                {setup: func(ctx *Context) { _, _ = Key[int](ctx) }},
		`it has no channel "odd"; name it with Emits`:         {apply: func(ctx *Context) { Out(ctx, NewChannel[int]("odd")) }},
		`Release was given nil`:                               {apply: func(ctx *Context) { ctx.Release(nil, nil) }},
		`the Aggregate of the state "a" needs Add and Result`: {setup: func(ctx *Context) { NewAggregated(ctx, "a", Aggregate[int, int, int]{}) }},
	} {
		j := NewJob("places")
		Discard(Apply(Fields(AddSource(j, "numbers", countTo(3)), key), "strange", func() *placed { return &placed{c.setup, c.apply} }))
		err := j.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "strange") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "bug") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

type placed struct{ setup, apply func(*Context) }

func (p *placed) Setup(ctx *Context) error {
	if p.setup != nil {
		p.setup(ctx)
	}
	return nil
}

func (p *placed) Apply(ctx *Context, v int, out *Emitter[int]) error {
	if p.apply != nil {
		p.apply(ctx)
	}
	return nil
}

// borrower hands what is the instance's to the test once an event has come.
type borrower struct {
	n    *Value[int]
	lent chan<- borrowed
}

type borrowed struct {
	ctx *Context
	n   *Value[int]
}

func (b *borrower) Setup(ctx *Context) error { b.n = NewValue[int](ctx, "n"); return nil }

func (b *borrower) Apply(ctx *Context, v int, out *Emitter[int]) error {
	b.n.Set(v)
	b.lent <- borrowed{ctx, b.n}
	return nil
}

// Who uses an instance's state from a goroutine of its own, while the
// instance waits for something to do, is stopped before it breaks anything.
func TestOtherGoroutinesAreStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	j := NewJob("strange")
	lent := make(chan borrowed, 1)
	in := AddSource(j, "numbers", func() fromFunc { return oneThenSilence() })
	Discard(Apply(Fields(in, func(v int) int { return v }), "count", func() *borrower { return &borrower{lent: lent} }, Apart()))
	ran := make(chan error, 1)
	go func() { ran <- j.Run(ctx) }()
	select {
	case b := <-lent:
		for !b.ctx.usage.Waits() { // the source is silent, so it comes to that
			select {
			case err := <-ran:
				t.Fatal(err)
			default:
				runtime.Gosched()
			}
		}
		for what, use := range map[string]func(){
			"Get": func() { b.n.Get() }, "Set": func() { b.n.Set(1) }, "Clear": b.n.Clear,
			"Key": func() { _, _ = Key[int](b.ctx) },
		} {
			if e, ok := recovered(use).(error); !ok || !strings.Contains(e.Error(), `component "count", instance 0: its state or timers are used while none of its calls is under way`) {
				t.Errorf("%s: %v", what, e)
			}
		}
		cancel()
		if err := <-ran; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case err := <-ran:
		t.Error(err)
	}
	cancel()
}

func recovered(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// oneThenSilence gives one event, and waits.
func oneThenSilence() fromFunc {
	given := false
	return func(ctx context.Context, out *Emitter[int]) error {
		if !given {
			given = true
			out.Emit(1)
			return nil
		}
		<-ctx.Done()
		return nil
	}
}
