package dstream

import (
	"context"
	"fmt"
	"time"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// TopicPartition names a partition of a log.
type TopicPartition struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
}

// String is Spark's: topic-partition.
func (p TopicPartition) String() string { return fmt.Sprintf("%s-%d", p.Topic, p.Partition) }

// OffsetRange is the rows of a partition of a log from offset From to before
// Until.
type OffsetRange struct {
	TopicPartition
	From  int64 `json:"from"`
	Until int64 `json:"until"`
}

// Count is the number of rows.
func (r OffsetRange) Count() int64 { return r.Until - r.From }

// String prints the range.
func (r OffsetRange) String() string {
	return fmt.Sprintf("%v: %d to %d", r.TopicPartition, r.From, r.Until)
}

// Direct is a log that can be read again at any offset, such as Kafka: a stream
// of it needs no receiver, and each row is in exactly one batch, also after a
// crash. Methods may be called on several goroutines at a time.
type Direct[T any] interface {
	// Latest returns the partitions there are and the offset behind the last
	// row of each. It is asked once a batch.
	Latest(ctx context.Context) (map[TopicPartition]int64, error)
	// Start returns where a stream begins to read partitions that it has not
	// seen before.
	Start(ctx context.Context, partitions []TopicPartition) (map[TopicPartition]int64, error)
	// Read pushes the rows of a range to emit, in their order, each time the
	// same. Slices are borrowed until emit returns; its error is returned as it
	// is.
	Read(ctx context.Context, r OffsetRange, emit func([]T) error) error
}

// OffsetCommitter is a Direct that keeps offsets for whoever reads it, as a
// Kafka group does.
type OffsetCommitter interface {
	Commit(ctx context.Context, offsets map[TopicPartition]int64) error
}

// DirectDStream is a stream of a log. The first operation on it sees rows by the
// partitions of the log, one partition each.
type DirectDStream[T any] struct {
	*DStream[T]
	in *directInput[T]
}

// DirectStream makes a stream of a log. A batch has what came since the one
// before: of each partition at most
// spark.streaming.kafka.maxRatePerPartition rows a second, and with
// back-pressure a share, by how much is left there, of what the estimator
// allows (spark.streaming.backpressure.initialRate until it knows), but at least
// spark.streaming.kafka.minRatePerPartition (1). A range that yields fewer or
// more rows than its offsets say fails the batch, unless
// spark.streaming.kafka.allowNonConsecutiveOffsets is true.
func DirectStream[T any](c *Context, source Direct[T]) *DirectDStream[T] {
	in := &directInput[T]{c: c, source: source, next: map[TopicPartition]int64{}, batches: map[instant]directBatch{}, commits: map[TopicPartition]int64{}}
	in.gaps = c.flag("spark.streaming.kafka.allowNonConsecutiveOffsets", false)
	in.clamp = clamp{
		batch:   c.batch,
		most:    c.real("spark.streaming.kafka.maxRatePerPartition", 0),
		least:   int64(c.number("spark.streaming.kafka.minRatePerPartition", 1)),
		initial: c.real("spark.streaming.backpressure.initialRate", 0),
		pressed: c.flag("spark.streaming.backpressure.enabled", false),
	}
	d := newDStream(c, "directStream", c.batch, in.at)
	in.n = d.n
	in.id = addInput(d, in)
	return &DirectDStream[T]{d, in}
}

// OffsetRanges returns what a batch has, in the order of the RDD's partitions;
// nil if the batch is not remembered. Output operations store them with their
// results for exactly-once.
func (d *DirectDStream[T]) OffsetRanges(t time.Time) []OffsetRange {
	d.in.mu.Lock()
	defer d.in.mu.Unlock()
	return d.in.batches[instantOf(t)].ranges
}

// CommitAsync commits the ends of ranges with the next batch, if the log is an
// OffsetCommitter; done, which may be nil, is called with what came of it. What
// is committed after the last batch is lost.
func (d *DirectDStream[T]) CommitAsync(ranges []OffsetRange, done func(map[TopicPartition]int64, error)) {
	in := d.in
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, r := range ranges {
		in.commits[r.TopicPartition] = max(in.commits[r.TopicPartition], r.Until)
	}
	if done != nil {
		in.committed = done
	}
}

// at makes the RDD of a batch.
func (in *directInput[T]) at(t instant) (*rdd.RDD[T], error) {
	in.mu.Lock()
	b := in.batches[t]
	in.mu.Unlock()
	if b.err != nil {
		return nil, b.err
	}
	return rdd.Generate(in.c.sc, "directStream", len(b.ranges), func(t *rdd.Task, part int, emit func([]T) error) error {
		return in.read(t.Context(), b.ranges[part], emit)
	}), nil
}

// read pushes the rows of a range and counts them.
func (in *directInput[T]) read(ctx context.Context, r OffsetRange, emit func([]T) error) error {
	if r.Count() == 0 {
		return nil
	}
	var rows int64
	err := in.source.Read(ctx, r, func(some []T) error {
		rows += int64(len(some))
		return emit(some)
	})
	if err == nil && rows != r.Count() && !in.gaps {
		return sparkerr.Data("", fmt.Sprintf("%v has %d rows, not %d: the log has lost some, or leaves offsets out; in that case set spark.streaming.kafka.allowNonConsecutiveOffsets", r, rows, r.Count()))
	}
	return err
}
