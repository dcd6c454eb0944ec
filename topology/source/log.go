package source

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"sync"

	"github.com/spatestream/spate/topology"
)

// Log is events in partitions, in memory: those of a partition keep their order,
// and a source of it can begin again anywhere, which a channel cannot. Any number
// of jobs read it, at once or one after the other. It is safe for concurrent use.
type Log[T any] struct {
	mu         sync.Mutex
	partitions [][]T         // guarded by mu
	closed     bool          // guarded by mu
	more       chan struct{} // guarded by mu: closed, and another, when something changes
}

// NewLog returns an empty log of a number of partitions, at least one.
func NewLog[T any](partitions int) *Log[T] {
	return &Log[T]{partitions: make([][]T, max(1, partitions)), more: make(chan struct{})}
}

// Append adds events to a partition, counted from 0. After Close it panics.
func (l *Log[T]) Append(partition int, events ...T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		panic("source: Append to a Log that is closed")
	}
	l.partitions[partition] = append(l.partitions[partition], events...)
	l.tell()
}

// Close says that there will be no more events: sources end when they have given
// all.
func (l *Log[T]) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.tell()
}

// tell wakes who waits for a change.
func (l *Log[T]) tell() {
	close(l.more)
	l.more = make(chan struct{})
}

// from returns a few events of a partition, not to be changed; whether it has
// ended behind them; and what is closed when there is more.
func (l *Log[T]) from(partition, at int) (events []T, ended bool, more <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.partitions[partition]
	to := min(len(p), at+few)
	return p[min(at, to):to:to], l.closed && to == len(p), l.more
}

// Source returns a source of all events of the log: to be given to
// topology.AddSource. Instances share the partitions; each is a topology.Split, by
// its number, until it has ended. It knows its position, and is Movable.
func (l *Log[T]) Source() topology.Source[T] { return &logged[T]{log: l} }

type logged[T any] struct {
	log   *Log[T]
	parts []*part
	turn  int // of parts
}

type part struct {
	number int
	at     int // next event
	split  *topology.Split
	ended  bool
}

// Setup implements topology.Setup.
func (s *logged[T]) Setup(ctx *topology.Context) error {
	for n := ctx.Instance(); n < len(s.log.partitions); n += ctx.Instances() {
		s.parts = append(s.parts, &part{number: n, split: ctx.Split(strconv.Itoa(n))})
	}
	return nil
}

// Next implements topology.Source.
func (s *logged[T]) Next(ctx context.Context, out *topology.Emitter[T]) error {
	var more <-chan struct{}
	over := true
	for range s.parts {
		p := s.parts[s.turn%len(s.parts)]
		s.turn++
		var events []T
		var ended bool
		seen := more
		if events, ended, more = s.log.from(p.number, p.at); seen != nil {
			more = seen // what changed since the first look counts too
		}
		out.From(p.split)
		for _, v := range events {
			out.Emit(v)
		}
		if p.at += len(events); ended && !p.ended {
			p.ended = true
			p.split.End()
		}
		if over = over && ended; len(events) > 0 {
			return nil
		}
	}
	if over {
		return io.EOF
	}
	select {
	case <-more:
	case <-ctx.Done():
	}
	return nil
}

// Position implements topology.Positioned: of each partition, the next event.
func (s *logged[T]) Position() ([]byte, error) {
	at := map[int]int{}
	for _, p := range s.parts {
		at[p.number] = p.at
	}
	return json.Marshal(at)
}

// Seek implements topology.Positioned.
func (s *logged[T]) Seek(position []byte) error { return s.SeekAll([][]byte{position}) }

// SeekAll implements topology.Movable.
func (s *logged[T]) SeekAll(positions [][]byte) error {
	at, err := furthest[int, int](positions)
	for _, p := range s.parts {
		p.at = at[p.number]
	}
	return err
}

// furthest reads positions by part, of which those furthest ahead count.
func furthest[K comparable, V cmp.Ordered](positions [][]byte) (map[K]V, error) {
	all := map[K]V{}
	for _, p := range positions {
		at := map[K]V{}
		if err := json.Unmarshal(p, &at); err != nil {
			return nil, err
		}
		for part, n := range at {
			all[part] = max(all[part], n)
		}
	}
	return all, nil
}
