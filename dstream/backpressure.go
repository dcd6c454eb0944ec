package dstream

import (
	"math"

	"github.com/spatestream/spate/internal/exec"
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

// estimators makes one for each input, none without back-pressure. It holds no
// lock while it calls the program.
func (c *Context) estimators() ([]RateEstimator, error) {
	c.mu.Lock()
	inputs, own := len(c.inputs), c.estimator
	c.mu.Unlock()
	if !c.flag("spark.streaming.backpressure.enabled", false) {
		return nil, nil
	}
	out := make([]RateEstimator, inputs)
	for i := range out {
		var err error
		if own == nil {
			out[i], err = newPID(c)
		} else if out[i] = own(); out[i] == nil {
			err = sparkerr.New("", "the function of EstimateRates returned nil: return an estimator").At(exec.CallSite())
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// control starts the back-pressure: after each batch every input gets the rate
// that its estimator finds, before anybody hears of the batch. It runs under the
// graph lock.
func (c *Context) control(estimators []RateEstimator) {
	if inputs := c.inputs; estimators != nil {
		c.listeners.before(&Listener{BatchCompleted: func(b BatchInfo) { adjust(b, inputs, estimators) }})
	}
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
