package source

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/spatestream/spate/topology"
)

// Generate returns a source that makes its events: make(0), make(1) and so on,
// until that returns false. There are perSecond of them a second by the job's
// clock, in all, those that were missed at once; 0: as fast as they are taken.
// Of p instances instance i makes events i, i+p, ..., each by a goroutine of its
// own. It knows its position: make must give the same again.
func Generate[T any](perSecond float64, make func(n int64) (T, bool)) func() topology.Source[T] {
	switch {
	case make == nil:
		return refuse[T]("Generate was given nil: a function is needed")
	case !(perSecond >= 0):
		return refuse[T]("Generate cannot make %v events a second; 0 is as fast as they are taken", perSecond)
	}
	return func() topology.Source[T] { return &generated[T]{perSecond: perSecond, make: make} }
}

type generated[T any] struct {
	perSecond float64
	make      func(n int64) (T, bool)
	ctx       *topology.Context
	began     time.Time
	n, step   int64
}

func (g *generated[T]) Setup(ctx *topology.Context) error {
	g.ctx, g.began = ctx, ctx.Now()
	g.n, g.step = int64(ctx.Instance()), int64(ctx.Instances())
	return nil
}

// Next implements topology.Source.
func (g *generated[T]) Next(ctx context.Context, out *topology.Emitter[T]) error {
	ready := few
	if g.perSecond > 0 {
		if ready = g.due(); ready == 0 {
			g.ctx.WaitUntil(ctx, g.at(g.n)) // the next call sees what is due
			return nil
		}
	}
	for range ready {
		v, ok := g.make(g.n)
		if !ok {
			return io.EOF
		}
		out.Emit(v)
		g.n += g.step
	}
	return nil
}

// Position implements topology.Positioned: the number of the next event.
func (g *generated[T]) Position() ([]byte, error) { return strconv.AppendInt(nil, g.n, 10), nil }

// Seek implements topology.Positioned. What is due counts from here on.
func (g *generated[T]) Seek(position []byte) (err error) {
	g.n, err = strconv.ParseInt(string(position), 10, 64)
	if err == nil && g.perSecond > 0 {
		g.began = g.ctx.Now().Add(g.began.Sub(g.at(g.n)))
	}
	return err
}

// due returns how many events are due, at most a few.
func (g *generated[T]) due() int {
	now := g.ctx.Now()
	for i := range int64(few) {
		if g.at(g.n + i*g.step).After(now) {
			return int(i)
		}
	}
	return few
}

// at returns when event n is due.
func (g *generated[T]) at(n int64) time.Time {
	return g.began.Add(time.Duration(float64(n) / g.perSecond * float64(time.Second)))
}
