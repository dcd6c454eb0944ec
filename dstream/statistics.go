package dstream

import (
	"slices"
	"sync"
	"time"
)

// Statistics is what a context has done, as Spark's streaming page shows it.
// Averages are over the retained batches and 0 without any.
type Statistics struct {
	BatchDuration time.Duration
	Completed     []BatchInfo // the last spark.streaming.ui.retainedBatches, newest first
	Running       []BatchInfo // newest first
	Waiting       []BatchInfo // newest first

	TotalCompleted   int64 // batches
	ReceivedRecords  int64 // of batches that were submitted
	ProcessedRecords int64 // of batches that have completed

	AvgInputRate       float64 // records per second of batch time
	AvgSchedulingDelay time.Duration
	AvgProcessingTime  time.Duration
	AvgTotalDelay      time.Duration
}

// statistics gathers Statistics. It is safe for concurrent use.
type statistics struct {
	mu        sync.Mutex
	retain    int      // guarded by mu, as is what follows
	open      []*batch // submitted and not completed
	done      []*batch // completed: a ring of retain
	next      int      // of done
	total     int64
	received  int64
	processed int64
}

func (s *statistics) submitted(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, b)
	s.received += b.records()
}

func (s *statistics) completed(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.open, b); i >= 0 { // mostly 0
		s.open = slices.Delete(s.open, i, i+1)
	}
	s.total++
	s.processed += b.records()
	switch {
	case len(s.done) < s.retain:
		s.done = append(s.done, b)
	case s.retain > 0:
		s.done[s.next] = b
		s.next = (s.next + 1) % s.retain
	}
}

func (b *batch) records() (n int64) {
	for _, in := range b.inputs {
		n += in.Records
	}
	return n
}

// Statistics returns what the context has done so far.
func (c *Context) Statistics() Statistics {
	s := &c.statistics
	s.mu.Lock()
	out := Statistics{BatchDuration: c.batch, TotalCompleted: s.total, ReceivedRecords: s.received, ProcessedRecords: s.processed}
	done := append(slices.Clone(s.done[s.next:]), s.done[:s.next]...)
	open := slices.Clone(s.open)
	s.mu.Unlock()
	for _, b := range slices.Backward(done) {
		out.Completed = append(out.Completed, b.info())
	}
	for _, b := range slices.Backward(open) {
		if info := b.info(); info.ProcessingStart.IsZero() {
			out.Waiting = append(out.Waiting, info)
		} else {
			out.Running = append(out.Running, info)
		}
	}
	out.average()
	return out
}

func (s *Statistics) average() {
	all := slices.Concat(s.Completed, s.Running, s.Waiting)
	if len(all) == 0 {
		return
	}
	var records int64
	for _, b := range all {
		records += b.NumRecords()
	}
	s.AvgInputRate = float64(records) / (s.BatchDuration.Seconds() * float64(len(all)))
	s.AvgSchedulingDelay = mean(all, BatchInfo.SchedulingDelay)
	s.AvgProcessingTime = mean(all, BatchInfo.ProcessingDelay)
	s.AvgTotalDelay = mean(all, BatchInfo.TotalDelay)
}

// mean is that of the batches that have the figure.
func mean(all []BatchInfo, of func(BatchInfo) (time.Duration, bool)) time.Duration {
	var sum time.Duration
	var n int
	for _, b := range all {
		if d, ok := of(b); ok {
			sum += d
			n++
		}
	}
	return sum / time.Duration(max(n, 1))
}
