package exec

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

// smallScan is up to how many bytes several splits are read by one goroutine.
const smallScan = 64 << 10

// queue is the splits of one scan in one epoch, which the tasks of its stage
// take in turn. plan is called before the tasks run.
type queue struct {
	scan   *task.Scan
	splits []connector.Split // immutable while tasks run
	next   atomic.Int64
}

func (q *queue) plan(ctx context.Context, ranges []Range) (err error) {
	q.next.Store(0)
	q.splits, err = q.find(ctx, ranges)
	return err
}

func (q *queue) find(ctx context.Context, ranges []Range) ([]connector.Split, error) {
	s := q.scan
	if s.Ordinal < 0 {
		b, ok := s.Source.(connector.Bounded)
		if !ok {
			return nil, sparkerr.Internalf("source %s of a batch scan cannot be read as a batch", s.Name)
		}
		return b.Now(ctx, s.Want)
	}
	if s.Ordinal >= len(ranges) {
		return nil, sparkerr.Internalf("the epoch has no offsets for source %d (%s)", s.Ordinal, s.Name)
	}
	r := ranges[s.Ordinal]
	if len(r.To) == 0 || bytes.Equal(r.From, r.To) {
		return nil, nil
	}
	return s.Source.Splits(ctx, r.From, r.To)
}

// small reports whether the splits are better read by one goroutine.
func (q *queue) small() bool {
	total := int64(0)
	for _, s := range q.splits {
		if s.Size <= 0 {
			return len(q.splits) <= 1
		}
		total += s.Size
	}
	return len(q.splits) <= 1 || total <= smallScan
}

// scanner reads splits for one task into a batch that lives with the task.
type scanner struct {
	queue *queue
	batch *columnar.Batch
	rows  int64 // of this epoch
}

func newScanner(q *queue) *scanner {
	return &scanner{queue: q, batch: columnar.NewBatch(connector.Columns(q.scan.Source, q.scan.Want))}
}

// drain pushes the rows of every split it gets hold of.
func (s *scanner) drain(ctx context.Context, push func(*columnar.Batch) error) error {
	for {
		i := int(s.queue.next.Add(1)) - 1
		if i >= len(s.queue.splits) {
			return nil
		}
		if err := s.split(ctx, s.queue.splits[i], push); err != nil {
			return err
		}
	}
}

func (s *scanner) split(ctx context.Context, split connector.Split, push func(*columnar.Batch) error) (err error) {
	r, err := s.queue.scan.Source.Open(ctx, split, s.queue.scan.Want)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, r.Close()) }()
	skipper, _ := r.(connector.Skipper)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := r.Read(ctx, s.batch)
		if skipper != nil {
			s.rows += skipper.Skipped()
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if s.batch.Rows() == 0 {
			continue
		}
		s.rows += int64(s.batch.Rows())
		if err := push(s.batch); err != nil {
			return err
		}
	}
}
