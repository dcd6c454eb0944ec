package sink

import (
	"fmt"

	"github.com/spatestream/spate/topology"
)

// refused is a sink that cannot be: To asks for what is wrong.
type refused[T any] struct{ why error }

func refuse[T any](format string, args ...any) func() topology.Sink[T] {
	return func() topology.Sink[T] { return refused[T]{fmt.Errorf(format, args...)} }
}

// Check implements topology.Checked.
func (r refused[T]) Check() error { return r.why }

// Write implements topology.Sink.
func (r refused[T]) Write(*topology.Context, T) error { return r.why }
