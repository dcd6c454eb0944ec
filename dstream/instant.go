package dstream

import (
	"strconv"
	"time"
)

// instant is a batch time in milliseconds since 1970, as Spark counts.
type instant int64

func instantOf(t time.Time) instant { return instant(t.UnixMilli()) }

// time is the instant in UTC.
func (t instant) time() time.Time { return time.UnixMilli(int64(t)).UTC() }

func (t instant) plus(d time.Duration) instant  { return t + instant(d.Milliseconds()) }
func (t instant) minus(d time.Duration) instant { return t - instant(d.Milliseconds()) }

// floor is the latest multiple of d after zero that is not after t.
func (t instant) floor(d time.Duration, zero instant) instant {
	ms := instant(d.Milliseconds())
	n := (t - zero) / ms
	if (t-zero)%ms < 0 {
		n--
	}
	return zero + n*ms
}

// String is what Spark prints: "1700000000000 ms".
func (t instant) String() string { return strconv.FormatInt(int64(t), 10) + " ms" }

// printed is a duration as Spark prints it: "2000 ms".
func printed(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + " ms" }
