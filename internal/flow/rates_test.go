package flow

import (
	"testing"
	"time"
)

// Of each second the shares add up to 1000, whatever the counters say, and
// estimates stand on the time that there was.
func TestRates(t *testing.T) {
	at := func(lived, blocked, idle time.Duration, n int64) InstanceStatus {
		return InstanceStatus{Lived: lived, Blocked: blocked, Idle: idle, Received: n}
	}
	for _, c := range []struct {
		a, b              InstanceStatus
		want              Rates
		capacity, offered float64
	}{
		{at(0, 0, 0, 0), at(2*time.Second, time.Second, time.Second/2, 100), Rates{50, 250, 500, 250}, 200, 100},
		{at(time.Second, 0, 0, 7), at(time.Second, 0, 0, 9), Rates{}, 0, 0},
		{at(0, 0, 0, 0), at(time.Second, 2*time.Second, time.Second, 10), Rates{10, 0, 1000, 0}, 0, 200},
		{at(0, 0, 0, 0), at(time.Second, 0, 3*time.Second, 0), Rates{0, 0, 0, 1000}, 0, 0},
	} {
		r := c.b.Since(c.a)
		if r != c.want || r.Capacity() != c.capacity || r.Offered() != c.offered {
			t.Errorf("%+v, capacity %v, offered %v; want %+v %v %v", r, r.Capacity(), r.Offered(), c.want, c.capacity, c.offered)
		}
	}
}
