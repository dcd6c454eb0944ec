package dstreamtest

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/spatestream/spate/dstream"
)

// Log is a log in memory, for streams that read ranges of offsets
// (dstream.DirectStream). It outlives the contexts that read it, as a broker
// does. It is safe for concurrent use.
type Log[T any] struct {
	topic string

	mu        sync.Mutex
	parts     [][]T                            // guarded by mu
	committed map[dstream.TopicPartition]int64 // guarded by mu
}

// NewLog returns an empty log of n partitions.
func NewLog[T any](topic string, n int) *Log[T] {
	return &Log[T]{topic: topic, parts: make([][]T, n), committed: map[dstream.TopicPartition]int64{}}
}

// Append adds rows to a partition; the one behind the last is new.
func (l *Log[T]) Append(part int, rows ...T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if part == len(l.parts) {
		l.parts = append(l.parts, nil)
	}
	l.parts[part] = append(l.parts[part], rows...)
}

// Committed returns the offsets that were committed.
func (l *Log[T]) Committed() map[dstream.TopicPartition]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.committed)
}

// Latest implements dstream.Direct.
func (l *Log[T]) Latest(context.Context) (map[dstream.TopicPartition]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[dstream.TopicPartition]int64{}
	for i, rows := range l.parts {
		out[dstream.TopicPartition{Topic: l.topic, Partition: i}] = int64(len(rows))
	}
	return out, nil
}

// Start implements dstream.Direct: at what was committed, else at the
// beginning.
func (l *Log[T]) Start(_ context.Context, partitions []dstream.TopicPartition) (map[dstream.TopicPartition]int64, error) {
	committed := l.Committed()
	out := map[dstream.TopicPartition]int64{}
	for _, p := range partitions {
		out[p] = committed[p]
	}
	return out, nil
}

// Read implements dstream.Direct.
func (l *Log[T]) Read(_ context.Context, r dstream.OffsetRange, emit func([]T) error) error {
	l.mu.Lock()
	var rows []T
	if r.Topic == l.topic && r.Partition < len(l.parts) {
		rows = l.parts[r.Partition]
	}
	l.mu.Unlock()
	if r.From < 0 || r.From > r.Until || r.Until > int64(len(rows)) {
		return fmt.Errorf("the log has no rows %v", r)
	}
	return emit(rows[r.From:r.Until:r.Until])
}

// Commit implements dstream.OffsetCommitter.
func (l *Log[T]) Commit(_ context.Context, offsets map[dstream.TopicPartition]int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.Copy(l.committed, offsets)
	return nil
}
