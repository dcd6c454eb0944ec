package dstream

import (
	"testing"
	"time"
)

func TestPIDEstimatesAsSpark(t *testing.T) {
	type step struct {
		at, rows, processing, scheduling int64
		want                             int64 // 0: none
	}
	for name, x := range map[string]struct {
		derived float64
		steps   []step
	}{
		"defaults": {0, []step{{1000, 10000, 500, 0, 0}, {2000, 10000, 2000, 0, 5000}, {3000, 10000, 2000, 1000, 4000},
			{4000, 0, 10, 0, 0}, {5000, 50, 1000, 5000, 100}, {5000, 500, 100, 0, 0}, {6000, 4000, 800, 200, 4800}}},
		"derived 0.5": {0.5, []step{{1000, 10000, 500, 0, 0}, {2000, 10000, 2000, 0, 100}, {4000, 9000, 1500, 300, 10865}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &pid{batch: time.Second, proportional: 1, integral: 0.2, derivated: x.derived, least: 100}
			for _, s := range x.steps {
				rate, ok := p.Estimate(time.UnixMilli(s.at), s.rows, time.Duration(s.processing)*time.Millisecond, time.Duration(s.scheduling)*time.Millisecond)
				if int64(rate) != s.want || ok != (s.want > 0) {
					t.Errorf("%+v: got %v %v", s, rate, ok)
				}
			}
		})
	}
}
