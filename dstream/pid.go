package dstream

import (
	"time"

	"github.com/spatestream/spate/sparkerr"
)

// RateEstimator says how many rows a second an input may bring, from how fast
// its batches were. It is used by one goroutine at a time.
type RateEstimator interface {
	// Estimate is told of a batch that completed at now, which had rows of the
	// input, waited for scheduling and took processing. It returns the new
	// limit in rows a second; ok is false if the limit stays as it is.
	Estimate(now time.Time, rows int64, processing, scheduling time.Duration) (rowsPerSecond float64, ok bool)
}

// pid is Spark's estimator: a controller (proportional, integral, derivative)
// of the difference between the limit and the rate of processing.
type pid struct {
	batch                             time.Duration
	proportional, integral, derivated float64
	least                             float64 // rows a second

	begun                bool
	latest               time.Time
	latestRate, latestBy float64 // rows a second
}

// newPID takes the factors of the configuration.
func newPID(c *Context) (RateEstimator, error) {
	p := &pid{batch: c.batch}
	for key, f := range map[string]struct {
		to  *float64
		def float64
	}{
		"proportional": {&p.proportional, 1}, "integral": {&p.integral, 0.2}, "derived": {&p.derivated, 0}, "minRate": {&p.least, 100},
	} {
		key = "spark.streaming.backpressure.pid." + key
		*f.to = c.real(key, f.def)
		if *f.to < 0 || f.to == &p.least && *f.to == 0 {
			return nil, sparkerr.New("INVALID_CONF_VALUE.DEFAULT_MESSAGE", key+" is "+c.sc.Conf(key)+": it must not be negative, and minRate must be positive", "confName", key, "confValue", c.sc.Conf(key))
		}
	}
	return p, nil
}

// Estimate implements RateEstimator.
func (p *pid) Estimate(now time.Time, rows int64, processing, scheduling time.Duration) (float64, bool) {
	if !now.After(p.latest) || rows <= 0 || processing <= 0 {
		return 0, false
	}
	passed := now.Sub(p.latest).Seconds()
	rate := float64(rows) / processing.Seconds()
	p.latest = now
	if !p.begun {
		p.begun, p.latestRate = true, rate
		return 0, false
	}
	by := p.latestRate - rate
	// What waited while the batch was to be scheduled, spread over a batch.
	behind := scheduling.Seconds() * rate / p.batch.Seconds()
	turn := (by - p.latestBy) / passed
	p.latestRate = max(p.latestRate-p.proportional*by-p.integral*behind-p.derivated*turn, p.least)
	p.latestBy = by
	return p.latestRate, true
}
