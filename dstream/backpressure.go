package dstream

import (
	"math"

	"github.com/spatestream/spate/sparkerr"
)

// limited is an input that can be told how many rows a second it may bring.
type limited interface {
	limit(rowsPerSecond float64)
}

// EstimateRates makes an estimator for each input whose rate is limited by
// back-pressure (spark.streaming.backpressure.enabled), instead of Spark's. It
// is called before Start.
func (c *Context) EstimateRates(estimator func() RateEstimator) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.estimator = estimator
}

// control starts the back-pressure: after each batch every input gets the rate
// that its estimator finds, before anybody hears of the batch. It runs under the
// graph lock.
func (c *Context) control() error {
	if !c.flag("spark.streaming.backpressure.enabled", false) {
		return nil
	}
	estimators := make([]RateEstimator, len(c.inputs))
	for i := range estimators {
		var err error
		if estimators[i], err = c.newEstimator(); err != nil {
			return err
		}
	}
	inputs := c.inputs
	c.listeners.before(&Listener{BatchCompleted: func(b BatchInfo) { adjust(b, inputs, estimators) }})
	return nil
}

func (c *Context) newEstimator() (RateEstimator, error) {
	if c.estimator != nil {
		return c.estimator(), nil
	}
	if name := c.sc.Conf("spark.streaming.backpressure.rateEstimator"); name != "" && name != "pid" {
		return nil, sparkerr.New("", "Unknown rate estimator: "+name+". Leave spark.streaming.backpressure.rateEstimator out and give your own to Context.EstimateRates")
	}
	return newPID(c)
}

// adjust gives the inputs of a batch new rates, which are whole numbers.
func adjust(b BatchInfo, inputs []input, estimators []RateEstimator) {
	processing, ok := b.ProcessingDelay()
	if !ok {
		return
	}
	scheduling, _ := b.SchedulingDelay()
	for _, info := range b.Inputs {
		in, ok := inputs[info.Stream].(limited)
		if !ok {
			continue
		}
		rate, ok := estimators[info.Stream].Estimate(b.ProcessingEnd, info.Records, processing, scheduling)
		if ok && rate > 0 {
			in.limit(math.Floor(rate))
		}
	}
}
