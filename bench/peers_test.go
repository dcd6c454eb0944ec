package main

import (
	"slices"
	"testing"
)

// What peers make stands beside a lane that there is.
func TestPeersStandBesideLanes(t *testing.T) {
	for name := range graphs {
		if !slices.ContainsFunc(jobLanes(), func(l jobLane) bool { return l.name == name }) {
			t.Errorf("there is no lane %s", name)
		}
	}
	if got := (*peers)(nil).beside("topology-apart"); got != "-" {
		t.Error(got)
	}
}
