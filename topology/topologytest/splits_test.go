package topologytest

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// splitLine is what a split gives at a time of the clock, in seconds: an event of
// a time, or its end.
type splitLine struct {
	clock int
	split string
	at    int
	end   bool
}

func (l splitLine) time() time.Time { return Epoch.Add(time.Duration(l.at) * time.Second) }

// twoSplits plays lines of splits a and b.
type twoSplits struct {
	lines  []splitLine
	next   int
	now    func() time.Time
	splits map[string]*topology.Split
}

func (s *twoSplits) Setup(ctx *topology.Context) error {
	s.now = ctx.Now
	s.splits = map[string]*topology.Split{"a": ctx.Split("a"), "b": ctx.Split("b")}
	if again := ctx.Split("b"); again.Name() != "b" { // the same one
		return fmt.Errorf("split %s", again.Name())
	}
	s.splits["b"] = ctx.Split("b")
	return nil
}

func (s *twoSplits) Next(_ context.Context, out *topology.Emitter[splitLine]) error {
	if s.next == len(s.lines) {
		return io.EOF
	}
	l := s.lines[s.next]
	if s.now().Before(s.NextDue()) {
		return nil
	}
	s.next++
	if l.end {
		s.splits[l.split].End()
		return nil
	}
	out.From(s.splits[l.split]).Emit(l)
	return nil
}

func (s *twoSplits) NextDue() time.Time {
	if s.next == len(s.lines) {
		return time.Time{}
	}
	return Epoch.Add(time.Duration(s.lines[s.next].clock) * time.Second)
}

func (s *twoSplits) Position() ([]byte, error) {
	return binary.AppendUvarint(nil, uint64(s.next)), nil
}

func (s *twoSplits) Seek(position []byte) error {
	at, _ := binary.Uvarint(position)
	s.next = int(at)
	return nil
}

// watching tells an event and the watermark at which it came.
type watching struct{}

func (watching) Apply(ctx *topology.Context, l splitLine, out *topology.Emitter[string]) error {
	w := time.Duration(0)
	if at := ctx.Watermark(); !at.IsZero() {
		w = at.Sub(Epoch) + time.Millisecond
	}
	out.Emit(fmt.Sprint(l.split, l.at, ":", w))
	return nil
}

// The watermark of an instance is that of its split that is furthest behind, idle
// and ended ones left out, through crashes too.
func TestWatermarksBySplit(t *testing.T) {
	lines := []splitLine{
		{clock: 0, split: "a", at: 10},
		{clock: 1, split: "b", at: 4},
		{clock: 2, split: "a", at: 20},
		{clock: 3, split: "b", at: 6},
		{clock: 6, split: "a", at: 30},
		{clock: 7, split: "a", at: 30},
		{clock: 9, split: "a", at: 31}, // b is idle since 8
		{clock: 10, split: "b", at: 8}, // and back, behind
		{clock: 11, split: "a", at: 40},
		{clock: 12, split: "b", end: true},
		{clock: 13, split: "a", at: 50},
		{clock: 30, split: "a", at: 50},
	}
	want := strings.Fields("a10:0s a20:4s a30:6s a30:6s a31:30s a40:31s a50:40s a50:50s b4:0s b6:4s b8:31s")
	for seed := range uint64(50) {
		sink, world := NewSink[string](), New(seed)
		options := []topology.Option{topology.QueueSize(1 + int(seed%3))}
		if seed > 0 {
			world.Crash(60, 3)
			options = append(options, topology.ExactlyOnce("checkpoint", topology.Every(time.Second/3)))
		}
		if err := world.Run(t.Context(), func(more ...topology.Option) *topology.Job {
			job := topology.NewJob("splits", append(options, more...)...)
			in := topology.AddSource(job, "lines", func() *twoSplits { return &twoSplits{lines: lines} },
				topology.EventTime(splitLine.time, 0), topology.IdleAfter(5*time.Second))
			topology.To(topology.Apply(in, "watch", func() watching { return watching{} }), "sink", sink.Sink)
			return job
		}); err != nil {
			t.Fatal(err)
		}
		got := slices.Sorted(slices.Values(sink.Shown()))
		if seed == 0 && !slices.Equal(got, want) || len(got) != len(want) {
			t.Fatalf("seed %d: got\n%v\nwant\n%v", seed, got, want)
		}
		for i := range got {
			g, w := parted(t, got[i]), parted(t, want[i])
			if g.event != w.event || g.watermark > w.watermark { // less: what was idle holds again after a crash
				t.Errorf("seed %d: %s, want %s at most", seed, got[i], want[i])
			}
		}
	}
}

// sight is an event and the watermark it saw.
type sight struct {
	event     string
	watermark time.Duration
}

func parted(t *testing.T, s string) sight {
	event, w, _ := strings.Cut(s, ":")
	d, err := time.ParseDuration(w)
	if err != nil {
		t.Fatal(err)
	}
	return sight{event, d}
}
