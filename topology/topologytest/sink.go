package topologytest

import (
	"encoding/binary"
	"slices"

	"github.com/spatestream/spate/topology"
)

// Sink keeps what a job shows, through crashes. Given to topology.To it is a
// Committer: what it shows is what was committed.
type Sink[T any] struct {
	shown    []T
	prepared map[uint64][]T
	next     uint64
}

// NewSink returns an empty sink.
func NewSink[T any]() *Sink[T] { return &Sink[T]{prepared: map[uint64][]T{}} }

// Sink returns an instance: to be given to topology.To.
func (s *Sink[T]) Sink() *Till[T] { return &Till[T]{of: s} }

// Shown returns what has been shown, in order.
func (s *Sink[T]) Shown() []T { return slices.Clone(s.shown) }

// Till is an instance of a Sink.
type Till[T any] struct {
	of   *Sink[T]
	held []T
	now  bool
}

// Setup implements topology.Setup.
func (t *Till[T]) Setup(ctx *topology.Context) error {
	t.now = !ctx.Checkpointed()
	return nil
}

// Write implements topology.Sink.
func (t *Till[T]) Write(_ *topology.Context, v T) error {
	if t.now {
		t.of.shown = append(t.of.shown, v)
		return nil
	}
	t.held = append(t.held, v)
	return nil
}

// Prepare implements topology.Committer.
func (t *Till[T]) Prepare(*topology.Context) ([]byte, error) {
	if len(t.held) == 0 {
		return nil, nil
	}
	t.of.next++
	t.of.prepared[t.of.next], t.held = t.held, nil
	return binary.AppendUvarint(nil, t.of.next), nil
}

// Commit implements topology.Committer. What has been committed already is no
// longer prepared, so that doing it again does nothing.
func (t *Till[T]) Commit(_ *topology.Context, receipts [][]byte) error {
	for _, r := range receipts {
		id, _ := binary.Uvarint(r)
		t.of.shown = append(t.of.shown, t.of.prepared[id]...)
		delete(t.of.prepared, id)
	}
	return nil
}
