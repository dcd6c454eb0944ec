package dstream

import (
	"context"
	"math"
)

// Store is where a receiver puts what it gets. It is safe for concurrent use.
//
// Every method that stores waits while blocks whose batches have not ended take
// spate.streaming.receiver.maxHeld bytes (2g) or more: a program that is slower
// than its source slows it down, it does not fill the memory.
//
// An unreliable receiver calls Store or StoreAll: the system makes the blocks
// and holds back a receiver that is faster than the rate limit; rows that are
// in no block yet are lost in a crash. A reliable one calls StoreMany and then
// acknowledges to its source, and limits its own rate.
type Store[T any] struct {
	ctx context.Context // ends when the receiver should
	in  *receiverInput[T]
}

// Store adds a row to the block that is being gathered. It waits for the rate
// limit, and while spark.streaming.blockQueueSize (10) blocks wait for the
// write-ahead log. The error is that the receiver should end.
func (s *Store[T]) Store(row T) error {
	if err := s.in.limiter.take(s.ctx, 1); err != nil {
		return err
	}
	if err := s.in.held.wait(s.ctx, s.ctx); err != nil {
		return err
	}
	return s.in.gathering.add(row)
}

// StoreAll is Store for several rows, which are copied.
func (s *Store[T]) StoreAll(rows []T) error {
	return s.put(slab[T](append([]T(nil), rows...)))
}

// put adds a piece, which becomes the store's, in parts that the rate limit
// allows at a time.
func (s *Store[T]) put(p divisible[T]) error {
	for p.size() > 0 {
		head, n := p, s.in.limiter.portion(s.in.interval)
		if n < p.size() {
			head, p = p.divide(n)
		} else {
			p = slab[T](nil)
		}
		if err := s.in.limiter.take(s.ctx, head.size()); err != nil {
			return err
		}
		if err := s.in.held.wait(s.ctx, s.ctx); err != nil {
			return err
		}
		if err := s.in.gathering.put(head); err != nil {
			return err
		}
	}
	return nil
}

// StoreMany stores rows, which become the store's, as a block of their own and
// returns when the block is kept: when the write-ahead log is on, durable. Then
// the source may be told. It waits for no rate limit.
func (s *Store[T]) StoreMany(ctx context.Context, rows []T) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if len(rows) == 0 {
		return nil
	}
	return s.keep(ctx, newBlock([]piece[T]{slab[T](rows)}))
}

// keep keeps a block when there is room for it.
func (s *Store[T]) keep(ctx context.Context, b *block[T]) error {
	if err := s.in.held.wait(ctx, s.ctx); err != nil {
		return err
	}
	return s.in.keep(b)
}

// Rate is the limit that Store holds to now, in rows a second, +Inf for none: for receivers
// that limit themselves.
func (s *Store[T]) Rate() float64 {
	if rate := s.in.limiter.limit(); rate > 0 {
		return rate
	}
	return math.Inf(1)
}

// ReportError tells the listeners of trouble; the receiver goes on.
func (s *Store[T]) ReportError(message string, err error) { s.in.reportError(message, err) }
