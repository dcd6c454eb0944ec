package acks

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Latencies counts times by the power of two of nanoseconds they reach. It is safe
// for concurrent use.
type Latencies [64]atomic.Int64

// Observe counts a time.
func (l *Latencies) Observe(d time.Duration) { l[bits.Len64(uint64(max(0, d)))].Add(1) }

// Quantile returns quantile q in [0, 1], at most twice the true value; zero if
// nothing was observed.
func (l *Latencies) Quantile(q float64) time.Duration {
	var counts [len(l)]int64
	total := int64(0)
	for i := range l {
		counts[i] = l[i].Load()
		total += counts[i]
	}
	rank, below := int64(q*float64(total-1)), int64(0)
	for i, n := range counts {
		if below += n; n > 0 && below > rank {
			return time.Duration(1)<<i - 1
		}
	}
	return 0
}
