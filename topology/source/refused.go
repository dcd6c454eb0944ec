package source

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/topology"
)

// refused is a source that cannot be: AddSource asks for what is wrong.
type refused[T any] struct{ why error }

func refuse[T any](format string, args ...any) func() topology.Source[T] {
	return func() topology.Source[T] { return refused[T]{fmt.Errorf(format, args...)} }
}

// Check implements topology.Checked.
func (r refused[T]) Check() error { return r.why }

// Next implements topology.Source.
func (r refused[T]) Next(context.Context, *topology.Emitter[T]) error { return r.why }
