package vault

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
)

// What fits stays, and what says nothing; what does not is refused, or left out if it
// is dropped.
func TestFit(t *testing.T) {
	layout := func(name string) (cells.Layout, bool) { return cells.Layout{Keys: "string"}, name != "gone" }
	stage := func(id, layout string) checkpoint.StageState {
		return checkpoint.StageState{Stage: id, Layout: []byte(layout)}
	}
	good := []checkpoint.StageState{stage("same", `{"keys":"string"}`), stage("old@2", ""), stage("gone", `{"keys":"int"}`)}
	if fit, err := Fit(good, "dir", nil, layout); err != nil || len(fit) != 3 {
		t.Error(fit, err)
	}
	bad := append(good, stage("changed", `{"keys":"int"}`))
	if _, err := Fit(bad, "dir", nil, layout); err == nil || !strings.Contains(err.Error(), `the state of "changed" in the checkpoint dir does not fit: its keys were int, and are string`) {
		t.Error(err)
	}
	if fit, err := Fit(bad, "dir", []string{"changed"}, layout); err != nil || len(fit) != 3 {
		t.Error(fit, err)
	}
}
