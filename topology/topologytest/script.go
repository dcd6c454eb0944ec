package topologytest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"github.com/spatestream/spate/topology"
)

// Script says what a source gives, and when by the world's clock. It is built
// first and used by any number of sources, each from its beginning or from where
// a checkpoint was.
type Script[T any] struct{ lines []line[T] }

type line[T any] struct {
	at     time.Duration
	values []T
	time   time.Duration // that the source has reached; 0: it does not say
	fail   error
}

// NewScript returns an empty script.
func NewScript[T any]() *Script[T] { return &Script[T]{} }

// At adds events, at a time after Epoch that is not before the one added last.
func (s *Script[T]) At(after time.Duration, values ...T) *Script[T] {
	s.lines = append(s.lines, line[T]{at: after, values: values})
	return s
}

// Idle keeps the source silent, but open, until a time.
func (s *Script[T]) Idle(until time.Duration) *Script[T] { return s.At(until) }

// Reach makes the source say at a time that its event time has come to another,
// after Epoch too, as an event would: the watermark follows (topology.Emitter.Reach).
func (s *Script[T]) Reach(after, eventTime time.Duration) *Script[T] {
	s.lines = append(s.lines, line[T]{at: after, time: eventTime})
	return s
}

// Fail makes the source fail at a time.
func (s *Script[T]) Fail(after time.Duration, err error) *Script[T] {
	s.lines = append(s.lines, line[T]{at: after, fail: err})
	return s
}

// Source returns a source that plays the script: to be given to
// topology.AddSource. It is Positioned.
func (s *Script[T]) Source() *Player[T] { return &Player[T]{script: s} }

// Player plays a script.
type Player[T any] struct {
	script *Script[T]
	at     int // line
	now    func() time.Time
}

// Setup implements topology.Setup.
func (p *Player[T]) Setup(ctx *topology.Context) error {
	p.now = ctx.Now
	return nil
}

// Next implements topology.Source.
func (p *Player[T]) Next(_ context.Context, out *topology.Emitter[T]) error {
	for p.at < len(p.script.lines) {
		l := p.script.lines[p.at]
		if p.now().Before(Epoch.Add(l.at)) {
			return nil
		}
		p.at++
		for _, v := range l.values {
			out.Emit(v)
		}
		if l.time != 0 {
			out.Reach(Epoch.Add(l.time))
		}
		if l.fail != nil || l.time != 0 || len(l.values) > 0 {
			return l.fail
		}
	}
	return io.EOF
}

// NextDue implements topology.Scheduled.
func (p *Player[T]) NextDue() time.Time {
	if p.at == len(p.script.lines) {
		return time.Time{}
	}
	return Epoch.Add(p.script.lines[p.at].at)
}

// Position implements topology.Positioned.
func (p *Player[T]) Position() ([]byte, error) {
	return binary.AppendUvarint(nil, uint64(p.at)), nil
}

// Seek implements topology.Positioned.
func (p *Player[T]) Seek(position []byte) error {
	at, n := binary.Uvarint(position)
	if n <= 0 || at > uint64(len(p.script.lines)) {
		return errors.New("the position is not one of this script")
	}
	p.at = int(at)
	return nil
}
