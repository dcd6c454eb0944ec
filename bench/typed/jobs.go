package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
)

// numbers gives 0, 1, ... up to left, each through of, in steps of 256.
type numbers[T any] struct {
	next, end int64
	of        func(int64) T
}

// Next implements topology.Source.
func (s *numbers[T]) Next(_ context.Context, out *topology.Emitter[T]) error {
	for range min(256, s.end-s.next) {
		out.Emit(s.of(s.next))
		s.next++
	}
	if s.next == s.end {
		return io.EOF
	}
	return nil
}

// Position implements topology.Positioned.
func (s *numbers[T]) Position() ([]byte, error) {
	return binary.LittleEndian.AppendUint64(nil, uint64(s.next)), nil
}

// Seek implements topology.Positioned.
func (s *numbers[T]) Seek(p []byte) error {
	s.next = int64(binary.LittleEndian.Uint64(p))
	return nil
}

func itself(i int64) int64 { return i }

// nothing is a sink that adds numbers up.
type nothing struct{ sum *int64 }

// Write implements topology.Sink.
func (n nothing) Write(_ *topology.Context, v int64) error { *n.sum += v; return nil }

// identity passes events on.
type identity struct{}

// Apply implements topology.Operator.
func (identity) Apply(_ *topology.Context, v int64, out *topology.Emitter[int64]) error {
	out.Emit(v)
	return nil
}

// threeStages returns a program that takes n numbers from a source through an
// identity to a sink.
func threeStages(n int64, settings []topology.Setting, options ...topology.Option) program {
	return func(ctx context.Context, _ string) (string, error) {
		sum := int64(0)
		j := topology.NewJob("stages", options...)
		in := topology.AddSource(j, "numbers", func() *numbers[int64] { return &numbers[int64]{end: n, of: itself} })
		same := topology.Apply(in, "identity", func() identity { return identity{} }, settings...)
		topology.To(same, "sum", func() nothing { return nothing{&sum} }, settings...)
		watch := begin()
		err := j.Run(ctx)
		return fmt.Sprintln(sum == n*(n-1)/2) + watch.took(1), err
	}
}

// channels does what threeStages does by goroutines and channels of numbers, as
// one writes it by hand.
func channels(n int64) program {
	return func(context.Context, string) (string, error) {
		a, b := make(chan int64, 1024), make(chan int64, 1024)
		watch := begin()
		go func() { // ends with the numbers
			for i := range n {
				a <- i
			}
			close(a)
		}()
		go func() { // ends with a
			for v := range a {
				b <- v
			}
			close(b)
		}()
		sum := int64(0)
		for v := range b {
			sum += v
		}
		return fmt.Sprintln(sum == n*(n-1)/2) + watch.took(1), nil
	}
}

// countedKeys is how many keys countKeys counts.
const countedKeys = 1 << 20

// counter counts the events of each key.
type counter struct{ n *topology.Value[int64] }

// Setup implements topology.Setup.
func (c *counter) Setup(ctx *topology.Context) error {
	c.n = topology.NewValue[int64](ctx, "n")
	return nil
}

// Apply implements topology.Operator.
func (c *counter) Apply(_ *topology.Context, _ int64, out *topology.Emitter[int64]) error {
	n, _ := c.n.Get()
	c.n.Set(n + 1)
	out.Emit(n + 1)
	return nil
}

// pauses notes how long the sink waits between one event of every 256 and the
// next such one.
type pauses struct {
	gaps *histogram
	n    int
	last time.Time
}

// Write implements topology.Sink.
func (p *pauses) Write(*topology.Context, int64) error {
	if p.n++; p.n%256 != 0 {
		return nil
	}
	now := time.Now()
	if !p.last.IsZero() {
		p.gaps.add(now.Sub(p.last))
	}
	p.last = now
	return nil
}

// Idempotent implements topology.Idempotent.
func (*pauses) Idempotent() {}

// countKeys returns a program that counts n events by a million keys, with a
// checkpoint every second or with none.
func countKeys(n int64, checkpoints bool) program {
	return func(ctx context.Context, _ string) (string, error) {
		var options []topology.Option
		if checkpoints {
			dir, err := os.MkdirTemp("", "spate-bench-count")
			if err != nil {
				return "", err
			}
			defer os.RemoveAll(dir)
			options = append(options, topology.ExactlyOnce(dir))
		}
		var gaps histogram
		j := topology.NewJob("count", options...)
		in := topology.AddSource(j, "keys", func() *numbers[int64] {
			return &numbers[int64]{end: n, of: func(i int64) int64 { return mix(i) & (countedKeys - 1) }}
		})
		counts := topology.Apply(topology.Fields(in, itself), "count", func() *counter { return &counter{} }, topology.Apart())
		topology.To(counts, "pauses", func() *pauses { return &pauses{gaps: &gaps} })
		watch := begin()
		err := j.Run(ctx)
		return "between 256 events at the sink: " + gaps.String() + "\n" + watch.took(1), err
	}
}

// wordCounter counts the words of its instance.
type wordCounter map[string]int64

// Apply implements topology.Operator.
func (c wordCounter) Apply(_ *topology.Context, word string, out *topology.Emitter[int64]) error {
	c[word]++
	out.Emit(c[word])
	return nil
}

// sentences returns n sentences, one of a few by turns of chance.
func sentences(n int64) func() *numbers[string] {
	return func() *numbers[string] {
		r := rand.New(rand.NewPCG(1, 2))
		some := make([]string, 64)
		for i := range some {
			var words []string
			for range 6 {
				words = append(words, fmt.Sprint("word", r.IntN(100)))
			}
			some[i] = strings.Join(words, " ")
		}
		return &numbers[string]{end: n, of: func(int64) string { return some[r.IntN(len(some))] }}
	}
}

// stormWordCount returns a program that counts the words of n lines in the graph
// of Storm's example: sentences, dealt out to splitters, words by fields to
// counters.
func stormWordCount(n int64, options ...topology.Option) program {
	return func(ctx context.Context, _ string) (string, error) {
		j := topology.NewJob("words", options...)
		lines := topology.AddSource(j, "sentences", sentences(n))
		words := topology.FlatMapFunc(topology.Shuffle(lines), "split", strings.Fields, topology.Parallelism(2))
		counts := topology.Apply(topology.Fields(words, func(w string) string { return w }), "count", func() wordCounter { return wordCounter{} }, topology.Parallelism(2))
		topology.Discard(counts)
		watch := begin()
		err := j.Run(ctx)
		return fmt.Sprintln(j.Counts()["count"].Received) + watch.took(1), err
	}
}

// firstEvent is a job of three components and one event: its process is measured
// from start to end.
func firstEvent(ctx context.Context, _ string) (string, error) {
	var watch time.Time
	took := time.Duration(0)
	j := topology.NewJob("first")
	in := topology.AddSource(j, "one", func() *numbers[int64] { return &numbers[int64]{end: 1, of: itself} })
	same := topology.Apply(topology.Fields(in, itself), "identity", func() identity { return identity{} }, topology.Apart())
	topology.To(same, "first", func() arrival { return func() { took = time.Since(watch) } }, topology.Apart())
	watch = time.Now()
	err := j.Run(ctx)
	return fmt.Sprintf("first event %v after Run", took), err
}

// arrival is a sink that tells of an event.
type arrival func()

// Write implements topology.Sink.
func (f arrival) Write(*topology.Context, int64) error { f(); return nil }
