package source

import (
	"context"
	"io"

	"github.com/spatestream/spate/topology"
)

// Chan returns the source of what is sent on c; it ends when c is closed. Its
// instances share c.
func Chan[T any](c <-chan T) func() topology.Source[T] {
	if c == nil {
		return refuse[T]("Chan was given nil: a channel is needed")
	}
	return func() topology.Source[T] { return received[T]{c} }
}

type received[T any] struct{ c <-chan T }

// Next implements topology.Source.
func (r received[T]) Next(ctx context.Context, out *topology.Emitter[T]) error {
	select {
	case v, ok := <-r.c:
		if !ok {
			return io.EOF
		}
		out.Emit(v)
	case <-ctx.Done():
		return nil
	}
	for range few - 1 {
		select {
		case v, ok := <-r.c:
			if !ok {
				return io.EOF
			}
			out.Emit(v)
		default:
			return nil
		}
	}
	return nil
}

// Values returns the source of some values, which then ends. Of several
// instances each has its share, in turn.
func Values[T any](values ...T) func() topology.Source[T] {
	return Generate(0, func(n int64) (v T, ok bool) {
		if n >= int64(len(values)) {
			return v, false
		}
		return values[n], true
	})
}
