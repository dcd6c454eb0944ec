package sink

import "github.com/spatestream/spate/topology"

// Func returns the sink that calls f with every event. Instances call it
// concurrently. An error fails the job.
func Func[T any](f func(ctx *topology.Context, v T) error) func() topology.Sink[T] {
	if f == nil {
		return refuse[T]("Func was given nil: a function is needed")
	}
	return func() topology.Sink[T] { return called[T](f) }
}

type called[T any] func(ctx *topology.Context, v T) error

// Write implements topology.Sink.
func (f called[T]) Write(ctx *topology.Context, v T) error { return f(ctx, v) }

// Chan returns the sink that sends events on c. It does not close it.
func Chan[T any](c chan<- T) func() topology.Sink[T] {
	if c == nil {
		return refuse[T]("Chan was given nil: a channel is needed")
	}
	return Func(func(ctx *topology.Context, v T) error {
		select {
		case c <- v:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}
