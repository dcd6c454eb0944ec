package dstream

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spatestream/spate/sparkerr"
)

// directInput gives ranges of a log to batches.
type directInput[T any] struct {
	c      *Context
	id     int
	n      *node
	source Direct[T]
	gaps   bool // ranges may have fewer rows than offsets
	ctx    context.Context

	mu        sync.Mutex
	clamp     clamp                    // guarded by mu
	next      map[TopicPartition]int64 // guarded by mu: what the next batch begins with
	batches   map[instant]directBatch  // guarded by mu
	commits   map[TopicPartition]int64 // guarded by mu: to commit with the next batch
	committed func(map[TopicPartition]int64, error)
}

// directBatch is what a batch has, or why it cannot have it.
type directBatch struct {
	ranges []OffsetRange
	err    error
}

func (in *directInput[T]) start(ctx context.Context, _ instant) error {
	in.ctx = ctx
	return nil
}

func (*directInput[T]) stop(context.Context) error { return nil }
func (*directInput[T]) pending() bool              { return false }

// allocate gives a batch what came since the last, as far as it may. The log is
// asked without the graph lock.
func (in *directInput[T]) allocate(t instant) error {
	in.mu.Lock()
	_, known := in.batches[t]
	in.mu.Unlock()
	if known {
		return nil
	}
	var ranges []OffsetRange
	var err error
	if failed := in.n.outside(func() { ranges, err = in.ranges() }); failed != nil {
		return failed
	}
	if err != nil {
		err = fmt.Errorf("directStream at %v: %w", in.n.site, err)
	}
	in.mu.Lock()
	in.batches[t] = directBatch{ranges, err}
	for _, r := range ranges {
		in.next[r.TopicPartition] = r.Until
	}
	in.mu.Unlock()
	return in.n.outside(in.commit)
}

// ranges asks the log.
func (in *directInput[T]) ranges() ([]OffsetRange, error) {
	latest, err := in.source.Latest(in.ctx)
	if err != nil {
		return nil, err
	}
	if err := in.begin(latest); err != nil {
		return nil, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	var out []OffsetRange
	for p, from := range in.next {
		until, ok := latest[p]
		switch {
		case !ok:
			return nil, fmt.Errorf("partition %v, which the stream reads, is gone: was its topic removed, or given to another reader?", p)
		case until < from:
			return nil, fmt.Errorf("partition %v ends at offset %d, before %d, up to which it has been read: the log has lost rows", p, until, from)
		}
		out = append(out, OffsetRange{p, from, until})
	}
	slices.SortFunc(out, func(a, b OffsetRange) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	in.clamp.shorten(out)
	return out, nil
}

// begin asks where new partitions begin.
func (in *directInput[T]) begin(latest map[TopicPartition]int64) error {
	var fresh []TopicPartition
	in.mu.Lock()
	for p := range latest {
		if _, ok := in.next[p]; !ok {
			fresh = append(fresh, p)
		}
	}
	in.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	from, err := in.source.Start(in.ctx, fresh)
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, p := range fresh {
		at, ok := from[p]
		if !ok {
			return fmt.Errorf("the log does not say where partition %v starts", p)
		}
		in.next[p] = at
	}
	return nil
}

// commit commits what was asked for.
func (in *directInput[T]) commit() {
	in.mu.Lock()
	offsets, done := in.commits, in.committed
	if len(offsets) > 0 {
		in.commits = map[TopicPartition]int64{}
	}
	in.mu.Unlock()
	keeper, ok := in.source.(OffsetCommitter)
	if len(offsets) == 0 || !ok {
		return
	}
	err := keeper.Commit(in.ctx, offsets)
	if done != nil {
		done(offsets, err)
	} else if err != nil {
		in.c.env.Log.Warn("offsets could not be committed", "stream", in.name(), "error", err)
	}
}

func (in *directInput[T]) name() string { return fmt.Sprintf("Direct stream [%d]", in.id) }

func (in *directInput[T]) info(t instant) (InputInfo, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	b := in.batches[t]
	out := InputInfo{Stream: in.id, Name: in.name(), Metadata: map[string]any{"offsets": b.ranges}}
	var lines []string
	for _, r := range b.ranges {
		out.Records += r.Count()
		if r.Count() > 0 {
			lines = append(lines, r.String())
		}
	}
	out.Metadata["Description"] = strings.Join(lines, "\n")
	return out, true
}

func (in *directInput[T]) limit(rowsPerSecond float64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.clamp.estimated = rowsPerSecond
}

func (in *directInput[T]) forget(t instant) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for at := range in.batches {
		if at < t {
			delete(in.batches, at)
		}
	}
}

// directSnapshot is what a checkpoint keeps of a log's stream.
type directSnapshot struct {
	Next    []OffsetRange             `json:"next"` // empty ranges
	Batches map[instant][]OffsetRange `json:"batches"`
}

func (in *directInput[T]) snapshot() (json.RawMessage, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := directSnapshot{Batches: map[instant][]OffsetRange{}}
	for p, at := range in.next {
		s.Next = append(s.Next, OffsetRange{p, at, at})
	}
	for t, b := range in.batches {
		if b.err == nil {
			s.Batches[t] = b.ranges
		}
	}
	return json.Marshal(s)
}

func (in *directInput[T]) restore(data json.RawMessage) error {
	var s directSnapshot
	if err := json.Unmarshal(data, &s); err != nil {
		return sparkerr.Corrupt(in.name(), "what the checkpoint has of the stream cannot be read: %v", err).At(in.n.site)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, r := range s.Next {
		in.next[r.TopicPartition] = r.From
	}
	for t, ranges := range s.Batches {
		in.batches[t] = directBatch{ranges: ranges}
	}
	return nil
}
