package dstream

import (
	"fmt"
	"testing"
	"time"
)

func TestClampKeepsSparksRule(t *testing.T) {
	lag := func(n ...int64) (out []OffsetRange) {
		for i, n := range n {
			out = append(out, OffsetRange{TopicPartition{"t", i}, 100, 100 + n})
		}
		return out
	}
	for name, x := range map[string]struct {
		clamp clamp
		lag   []OffsetRange
		want  string // rows of each
	}{
		"no limit":            {clamp{}, lag(10, 1000), "[10 1000]"},
		"maximum":             {clamp{most: 5}, lag(3, 1000), "[3 10]"},
		"minimum":             {clamp{most: 0.1, least: 4}, lag(3, 1000), "[3 4]"},
		"estimate by lag":     {clamp{pressed: true, estimated: 50}, lag(100, 300), "[25 75]"},
		"estimate, maximum":   {clamp{pressed: true, estimated: 50, most: 20}, lag(100, 300), "[25 40]"},
		"initial":             {clamp{pressed: true, initial: 50}, lag(100, 300), "[25 75]"},
		"initial, unpressed":  {clamp{initial: 50}, lag(100, 300), "[100 300]"},
		"estimate, no lag":    {clamp{pressed: true, estimated: 50}, lag(0, 0), "[0 0]"},
		"estimate, least one": {clamp{pressed: true, estimated: 2, least: 1}, lag(1000, 1), "[3 1]"},
	} {
		x.clamp.batch = 2 * time.Second
		x.clamp.shorten(x.lag)
		var got []int64
		for _, r := range x.lag {
			got = append(got, r.Count())
		}
		if fmt.Sprint(got) != x.want {
			t.Errorf("%s: %v, want %s", name, got, x.want)
		}
	}
}
