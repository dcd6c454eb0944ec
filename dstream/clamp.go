package dstream

import "time"

// clamp limits how much of a log a batch gets, by Spark's rule.
type clamp struct {
	batch     time.Duration
	most      float64 // rows a second of a partition, 0 for no limit
	least     int64   // rows of a partition, whatever the limit
	pressed   bool    // back-pressure is on
	initial   float64 // rows a second of all, until there is an estimate
	estimated float64 // rows a second of all, 0 for none yet
}

// shorten ends ranges earlier so that they keep the limits.
func (c clamp) shorten(ranges []OffsetRange) {
	limits, sum := c.limits(ranges)
	if sum <= 0 {
		return
	}
	for i := range ranges {
		rows := max(int64(c.batch.Seconds()*limits[i]), c.least)
		ranges[i].Until = min(ranges[i].Until, ranges[i].From+rows)
	}
}

// limits returns the rows a second of each partition, and their sum: 0 for no
// limit.
func (c clamp) limits(ranges []OffsetRange) (limits []float64, sum float64) {
	rate := 0.0
	if c.pressed {
		if rate = c.estimated; rate <= 0 {
			rate = c.initial
		}
	}
	var lag float64
	for _, r := range ranges {
		lag += float64(r.Count())
	}
	limits = make([]float64, len(ranges))
	for i, r := range ranges {
		limits[i] = c.most
		if rate > 0 && lag > 0 {
			limits[i] = float64(r.Count()) / lag * rate
			if c.most > 0 {
				limits[i] = min(limits[i], c.most)
			}
		}
		sum += limits[i]
	}
	return limits, sum
}
