package dstream

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/internal/spelling"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// number returns a whole number of the configuration, or def.
func (c *Context) number(key string, def int) int {
	if n, err := strconv.Atoi(c.sc.Conf(key)); err == nil {
		return n
	}
	return def
}

// real returns a number of the configuration, or def.
func (c *Context) real(key string, def float64) float64 {
	if x, err := strconv.ParseFloat(c.sc.Conf(key), 64); err == nil {
		return x
	}
	return def
}

// duration returns a time of the configuration, or def.
func (c *Context) duration(key string, def time.Duration) time.Duration {
	if d, err := rdd.ParseDuration(c.sc.Conf(key)); err == nil {
		return d
	}
	return def
}

// flag returns a truth of the configuration, or def.
func (c *Context) flag(key string, def bool) bool {
	if is, err := parseTruth(c.sc.Conf(key)); err == nil {
		return is
	}
	return def
}

// parseTruth takes true and false in any case of letters, as Spark does.
func parseTruth(s string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, strconv.ErrSyntax
}

// kind is what the value of a setting must be.
type kind struct {
	is    string
	valid func(string) bool
}

var (
	aTruth = kind{"true or false", func(s string) bool { _, err := parseTruth(s); return err == nil }}
	aCount = kind{"a whole number, not negative", func(s string) bool { n, err := strconv.Atoi(s); return err == nil && n >= 0 }}
	aRate  = kind{"a number, not negative; 0 for no limit", func(s string) bool { x, err := strconv.ParseFloat(s, 64); return err == nil && x >= 0 }}
	aTime  = kind{"a time such as 200ms or 10s", func(s string) bool { _, err := rdd.ParseDuration(s); return err == nil }}
	aSize  = kind{"a size such as 512m", func(s string) bool { _, err := rdd.ParseBytes(s); return err == nil }}
	aPID   = kind{"pid; one of your own is given to Context.EstimateRates", func(s string) bool { return s == "pid" }}
)

// settings are what a context reads of its configuration, but for those that are
// refused where they are read.
var settings = map[string]kind{
	"spark.streaming.backpressure.enabled":             aTruth,
	"spark.streaming.backpressure.initialRate":         aRate,
	"spark.streaming.backpressure.pid.derived":         aRate,
	"spark.streaming.backpressure.pid.integral":        aRate,
	"spark.streaming.backpressure.pid.minRate":         aRate,
	"spark.streaming.backpressure.pid.proportional":    aRate,
	"spark.streaming.backpressure.rateEstimator":       aPID,
	"spark.streaming.blockInterval":                    aTime,
	"spark.streaming.blockQueueSize":                   aCount,
	"spark.streaming.fileStream.minRememberDuration":   aTime,
	"spark.streaming.gracefulStopTimeout":              aTime,
	"spark.streaming.kafka.allowNonConsecutiveOffsets": aTruth,
	"spark.streaming.kafka.maxRatePerPartition":        aRate,
	"spark.streaming.kafka.minRatePerPartition":        aCount,
	"spark.streaming.receiver.maxRate":                 aRate,
	"spark.streaming.receiver.writeAheadLog.enable":    aTruth,
	"spark.streaming.receiverRestartDelay":             aTime,
	"spark.streaming.stopSparkContextByDefault":        aTruth,
	"spark.streaming.ui.retainedBatches":               aCount,
	"spark.streaming.unpersist":                        aTruth,
	"spate.streaming.outputStopTimeout":                aTime,
	"spate.streaming.receiver.maxHeld":                 aSize,
	"spate.streaming.receiverStopTimeout":              aTime,
}

// elsewhere are the settings that are refused where they are read.
var elsewhere = []string{"spark.streaming.checkpoint.directory", "spark.streaming.concurrentJobs"}

// noteIdle warns of settings of streams that nobody reads.
func (c *Context) noteIdle() {
	known := append(slices.Collect(maps.Keys(settings)), elsewhere...)
	for _, key := range slices.Sorted(maps.Keys(c.sc.Settings())) {
		if strings.HasPrefix(key, "spark.streaming.") && !slices.Contains(known, key) {
			c.env.NoteIdle(key, spelling.Meant(key, known))
		}
	}
}

// checkSettings refuses a value that would be taken for none.
func (c *Context) checkSettings() error {
	for key, k := range settings {
		if v := c.sc.Conf(key); v != "" && !k.valid(v) {
			return sparkerr.New("INVALID_CONF_VALUE.DEFAULT_MESSAGE", key+" is "+v+": it must be "+k.is, "confName", key, "confValue", v)
		}
	}
	return nil
}
