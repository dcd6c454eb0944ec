package faulttest

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// A query with a new checkpoint must not write to a folder that holds batches
// of another: it would take its own first batches for written.
func TestAFolderTakesOneQuery(t *testing.T) {
	d := newDisk(t, 1)
	if err := (life{fs: d}).run(canonical[0].sql); err != nil {
		t.Fatal(err)
	}
	if err := vfs.RemoveAll(d, "/ck"); err != nil {
		t.Fatal(err)
	}
	err := life{fs: d}.run(canonical[0].sql)
	if sparkerr.ClassOf(err) != "STREAMING_SINK_AHEAD_OF_CHECKPOINT" || !strings.Contains(err.Error(), "/out") {
		t.Errorf("got %v", err)
	}
}
