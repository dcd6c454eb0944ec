package rdd

import (
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/spelling"
	"github.com/spatestream/spate/sparkerr"
)

// conf is configuration under Spark's names, fixed when the context is made.
type conf map[string]string

// defaults are the keys that have an effect here.
var defaults = conf{
	// Partitions of what has no number of its own; "": the workers.
	"spark.default.parallelism": "",
	// Runs of a task that may fail before its job fails.
	"spark.task.maxFailures": "4",
	// Runs of a job's stages when shuffle output is lost, and of a barrier stage
	// when a task fails.
	"spark.stage.maxConsecutiveAttempts": "4",
	// Partitions that Take looks at first, and how many more when too little
	// was found.
	"spark.rdd.limit.initialNumPartitions": "1",
	"spark.rdd.limit.scaleUpFactor":        "4",
	"spark.checkpoint.compress":            "true",
	// Whether files are not saved into a folder that is there already.
	"spark.hadoop.validateOutputSpecs": "true",
	"spark.memory.offHeap.enabled":     "false",
	"spark.memory.offHeap.size":        "0",
	"spark.memory.storageFraction":     "0.5",
	"spark.rdd.compress":               "false",
	"spate.memory.budget":              "0",

	"spark.checkpoint.checkpointAllMarkedAncestors": "false",

	// How jobs share the workers: FIFO, the earlier job first, or FAIR, by pools
	// (see WithPool), which the file describes in Spark's XML form. There is no
	// fairscheduler.xml that is found by itself.
	"spark.scheduler.mode":            "FIFO",
	"spark.scheduler.allocation.file": "",
	// Whether slow tasks are run a second time, of which the faster counts: every
	// interval, in stages of which the quantile is done, those that have run
	// longer than multiplier times the median and than minTaskRuntime. In stages
	// with no more tasks than workers, also those that have run for the
	// threshold, if there is one.
	"spark.speculation":                         "false",
	"spark.speculation.interval":                "100ms",
	"spark.speculation.multiplier":              "3",
	"spark.speculation.quantile":                "0.9",
	"spark.speculation.minTaskRuntime":          "100ms",
	"spark.speculation.task.duration.threshold": "",
	// How long tasks of a barrier stage wait for one another.
	"spark.barrier.sync.timeout": "365d",
}

func (c conf) get(key string) string {
	if v, ok := c[key]; ok {
		return v
	}
	return defaults[key]
}

// streaming are the keys of package dstream that are this engine's own.
var streaming = []string{"spate.streaming.receiver.maxHeld", "spate.streaming.receiverStopTimeout", "spate.streaming.outputStopTimeout"}

// unknown returns a key of this engine's own that there is not, "" for none.
func (c conf) unknown() error {
	for _, key := range slices.Sorted(maps.Keys(c)) {
		if _, ok := defaults[key]; ok || !strings.HasPrefix(key, "spate.") || slices.Contains(streaming, key) {
			continue
		}
		near, _ := spelling.Nearest(key, append(slices.Collect(maps.Keys(defaults)), streaming...))
		return sparkerr.New("", "there is no configuration key "+key+"; did you mean "+near+"?")
	}
	return nil
}

// idle returns the keys that have no effect here, in order. Those of streams are
// for package dstream to judge.
func (c conf) idle() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c)), func(key string) bool {
		_, ok := defaults[key]
		return ok || strings.HasPrefix(key, "spate.") || strings.HasPrefix(key, "spark.streaming.")
	})
}

// check returns the first key that is unknown, or value that is not of its key's
// form.
func (c conf) check() error {
	if err := c.unknown(); err != nil {
		return err
	}
	for _, key := range []string{"spark.task.maxFailures", "spark.stage.maxConsecutiveAttempts",
		"spark.rdd.limit.initialNumPartitions", "spark.rdd.limit.scaleUpFactor"} {
		if n, err := strconv.Atoi(c.get(key)); err != nil || n < 1 {
			return invalidConf(key, c.get(key), "a number from 1")
		}
	}
	if v := c.get("spark.default.parallelism"); v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < 1 {
			return invalidConf("spark.default.parallelism", v, "a number from 1")
		}
	}
	if err := c.checkScheduling(); err != nil {
		return err
	}
	for _, key := range []string{"spate.memory.budget", "spark.memory.offHeap.size"} {
		if _, err := ParseBytes(c.get(key)); err != nil {
			return invalidConf(key, c.get(key), "a size such as 512m")
		}
	}
	const part = "spark.memory.storageFraction"
	if f, err := strconv.ParseFloat(c.get(part), 64); err != nil || f < 0 || f >= 1 {
		return invalidConf(part, c.get(part), "a fraction from 0 to less than 1")
	}
	return nil
}

// checkScheduling is check of the keys of pools, speculation and barriers.
func (c conf) checkScheduling() error {
	if v := c.get("spark.scheduler.mode"); !strings.EqualFold(v, "FIFO") && !strings.EqualFold(v, "FAIR") {
		return invalidConf("spark.scheduler.mode", v, "FIFO or FAIR")
	}
	for _, key := range []string{"spark.speculation.interval", "spark.speculation.minTaskRuntime", "spark.barrier.sync.timeout",
		"spark.speculation.task.duration.threshold"} {
		if v := c.get(key); v != "" {
			if d, err := ParseDuration(v); err != nil || d <= 0 {
				return invalidConf(key, v, "a time such as 100ms")
			}
		}
	}
	if _, err := strconv.ParseBool(c.get("spark.speculation")); err != nil {
		return invalidConf("spark.speculation", c.get("spark.speculation"), "true or false")
	}
	if m, err := strconv.ParseFloat(c.get("spark.speculation.multiplier"), 64); err != nil || !(m >= 1) {
		return invalidConf("spark.speculation.multiplier", c.get("spark.speculation.multiplier"), "a number from 1")
	}
	if q, err := strconv.ParseFloat(c.get("spark.speculation.quantile"), 64); err != nil || !(q >= 0 && q <= 1) {
		return invalidConf("spark.speculation.quantile", c.get("spark.speculation.quantile"), "a number from 0 to 1")
	}
	return nil
}

// speculation is what the configuration says of slow tasks, nil for nothing.
func (c conf) speculation() *exec.Speculation {
	if on, _ := strconv.ParseBool(c.get("spark.speculation")); !on {
		return nil
	}
	multiplier, _ := strconv.ParseFloat(c.get("spark.speculation.multiplier"), 64)
	quantile, _ := strconv.ParseFloat(c.get("spark.speculation.quantile"), 64)
	return &exec.Speculation{
		Interval: c.duration("spark.speculation.interval"), Multiplier: multiplier, Quantile: quantile,
		MinRuntime: c.duration("spark.speculation.minTaskRuntime"), Threshold: c.duration("spark.speculation.task.duration.threshold"),
	}
}

// duration returns the value of a key that check has seen, 0 for none.
func (c conf) duration(key string) time.Duration {
	if c.get(key) == "" {
		return 0
	}
	d, _ := ParseDuration(c.get(key))
	return d
}

// fraction returns the value of a key that check has seen.
func (c conf) fraction(key string) float64 {
	f, _ := strconv.ParseFloat(c.get(key), 64)
	return f
}

// offHeap returns the bytes that persisted RDDs have beside the budget.
func (c conf) offHeap() int64 {
	if c.get("spark.memory.offHeap.enabled") != "true" {
		return 0
	}
	n, _ := ParseBytes(c.get("spark.memory.offHeap.size"))
	return n
}

// number returns the value of a key that check has seen.
func (c conf) number(key string) int {
	n, _ := strconv.Atoi(c.get(key))
	return n
}

// defaultParallelism is spark.default.parallelism or the number of workers.
func (c conf) defaultParallelism(workers int) int {
	if c.get("spark.default.parallelism") == "" {
		return workers
	}
	return c.number("spark.default.parallelism")
}

func defaultWorkers() int { return runtime.GOMAXPROCS(0) }

func invalidConf(key, value, want string) error {
	return sparkerr.New("INVALID_CONF_VALUE.DEFAULT_MESSAGE", key+" is "+strconv.Quote(value)+": give "+want, "confName", key, "confValue", value)
}

// ParseBytes reads a size as Spark writes it in configuration: bytes, or with k, m, g, t for
// powers of 1024.
func ParseBytes(s string) (int64, error) {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "b")
	shift := 0
	if i := strings.IndexAny(s, "kmgt"); i >= 0 && i == len(s)-1 {
		shift = 10 * (1 + strings.IndexByte("kmgt", s[i]))
		s = s[:i]
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && (n < 0 || n > int64(1)<<(62-shift)) {
		err = strconv.ErrRange
	}
	return n << shift, err
}

// ParseDuration reads a time as Spark writes it in configuration: milliseconds,
// or a number with ms, s, m, min, h or d.
func ParseDuration(s string) (time.Duration, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	i := strings.IndexFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' })
	unit := "ms"
	if i >= 0 {
		s, unit = s[:i], s[i:]
	}
	units := map[string]time.Duration{"us": time.Microsecond, "ms": time.Millisecond, "s": time.Second,
		"m": time.Minute, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if u, ok := units[unit]; ok && err == nil {
		return time.Duration(n) * u, nil
	}
	return 0, sparkerr.New("INVALID_CONF_VALUE.DEFAULT_MESSAGE", strconv.Quote(s+unit)+" is no duration: write 200, 200ms, 10s, 5min, 2h or 1d")
}
