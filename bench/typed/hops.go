package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/spatestream/spate/topology"
)

// pace gives an event every ten microseconds, that is 100,000 a second, each
// with the time at which it was due: an event that is late because the one before
// it was counts as late. It does not sleep, as the system's timers are coarser
// than that.
type pace struct {
	begun time.Time
	next  time.Duration // of the next event
	end   time.Duration
}

const interval = 10 * time.Microsecond

// wait returns when the next event is due, once that is past; false: there are no
// more.
func (p *pace) wait() (time.Duration, bool) {
	if p.begun.IsZero() {
		p.begun = time.Now()
	}
	due := p.next
	for time.Since(p.begun) < due {
		runtime.Gosched()
	}
	p.next += interval
	return due, due < p.end
}

// ticking is a source of paced events.
type ticking struct{ *pace }

// Next implements topology.Source.
func (t ticking) Next(_ context.Context, out *topology.Emitter[int64]) error {
	due, ok := t.wait()
	if !ok {
		return io.EOF
	}
	out.Emit(int64(due))
	return nil
}

// mostHops is the largest parallelism of the hops.
const mostHops = 2

// warm is how long latencies do not count at first.
const warm = time.Second

// arrivals is a sink that measures how late events are.
type arrivals struct {
	p    *pace
	all  []histogram // by instance
	late *histogram
}

// Setup implements topology.Setup.
func (a *arrivals) Setup(ctx *topology.Context) error {
	a.late = &a.all[ctx.Instance()]
	return nil
}

// Write implements topology.Sink.
func (a *arrivals) Write(_ *topology.Context, due int64) error {
	if d := time.Duration(due); d > warm {
		a.late.add(time.Since(a.p.begun) - d)
	}
	return nil
}

// hops returns a program that sends 100,000 events a second through three
// operators by keys, for a time. The same rate through one channel is what the
// machine gives and takes. procs is GOMAXPROCS, 0 as it is: on a virtual machine
// a processor that must be woken, or is taken away, costs milliseconds, and the
// load fits one.
func hops(duration time.Duration, procs int, settings ...topology.Setting) program {
	return func(ctx context.Context, _ string) (string, error) {
		runtime.GOMAXPROCS(procs)
		floor := throughChannel(duration)
		p := &pace{end: duration}
		late := make([]histogram, mostHops)
		j := topology.NewJob("hops")
		s := topology.AddSource(j, "ticks", func() ticking { return ticking{p} })
		for i := range 3 {
			s = topology.Apply(topology.Fields(s, itself), fmt.Sprint("hop ", i), func() identity { return identity{} }, settings...)
		}
		topology.To(s, "arrivals", func() *arrivals { return &arrivals{p: p, all: late} })
		err := j.Run(ctx)
		for i := range late[1:] {
			late[0].merge(&late[i+1])
		}
		return fmt.Sprintf("due to sink: %v; one Go channel: %v", &late[0], &floor), err
	}
}

// throughChannel measures the same pace through one channel.
func throughChannel(duration time.Duration) (late histogram) {
	p := &pace{end: duration, begun: time.Now()}
	c := make(chan time.Duration, 4096)
	go func() { // ends with the pace
		defer close(c)
		for due, ok := p.wait(); ok; due, ok = p.wait() {
			c <- due
		}
	}()
	for due := range c {
		if due > warm {
			late.add(time.Since(p.begun) - due)
		}
	}
	return late
}

// histogram counts times by the microsecond, up to a second.
type histogram struct {
	counts  [1 << 20]uint32
	n       int
	longest time.Duration
}

func (h *histogram) add(d time.Duration) {
	h.counts[min(max(0, d.Microseconds()), int64(len(h.counts)-1))]++
	h.n++
	h.longest = max(h.longest, d)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.n += o.n
	h.longest = max(h.longest, o.longest)
}

func (h *histogram) quantile(q float64) time.Duration {
	rank, below := int(q*float64(h.n)), 0
	for us, n := range h.counts {
		if below += int(n); below > rank {
			return time.Duration(us+1) * time.Microsecond
		}
	}
	return h.longest
}

// String gives milliseconds.
func (h *histogram) String() string {
	ms := func(d time.Duration) float64 { return d.Seconds() * 1e3 }
	return fmt.Sprintf("p50 %.3f, p99 %.3f, p99.9 %.3f, longest %.1f ms", ms(h.quantile(0.5)), ms(h.quantile(0.99)), ms(h.quantile(0.999)), ms(h.longest))
}
