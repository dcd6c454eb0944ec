package rdd

import (
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/sparkerr"
)

// conf is configuration under Spark's names, fixed when the context is made.
type conf map[string]string

// defaults are the keys that have an effect here.
var defaults = conf{
	"spark.default.parallelism":            "",
	"spark.task.maxFailures":               "4",
	"spark.stage.maxConsecutiveAttempts":   "4",
	"spark.rdd.limit.initialNumPartitions": "1",
	"spark.rdd.limit.scaleUpFactor":        "4",
	"spark.checkpoint.compress":            "true",
	"spate.memory.budget":                  "0",

	"spark.checkpoint.checkpointAllMarkedAncestors": "false",
}

func (c conf) get(key string) string {
	if v, ok := c[key]; ok {
		return v
	}
	return defaults[key]
}

// check returns the first value that is not of its key's form.
func (c conf) check() error {
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
	if _, err := parseBytes(c.get("spate.memory.budget")); err != nil {
		return invalidConf("spate.memory.budget", c.get("spate.memory.budget"), "a size such as 512m")
	}
	return nil
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

// parseBytes reads a size as Spark writes it: bytes, or with k, m, g, t for
// powers of 1024.
func parseBytes(s string) (int64, error) {
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
