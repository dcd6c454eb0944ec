package dstream

import (
	"strconv"
	"time"

	"github.com/spatestream/spate/rdd"
)

// number returns a whole number of the configuration, or def.
func (c *Context) number(key string, def int) int {
	if n, err := strconv.Atoi(c.sc.Conf(key)); err == nil {
		return n
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
