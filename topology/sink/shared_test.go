package sink

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/source"
)

// Two sinks that share a folder fail; neither takes the other's file away.
func TestTwoSinksOfOneFolder(t *testing.T) {
	for name, options := range map[string][]topology.Option{
		"plain":        nil,
		"exactly once": {topology.ExactlyOnce(filepath.Join(t.TempDir(), "checkpoint"))},
	} {
		dir := filepath.Join(t.TempDir(), "out")
		j := topology.NewJob("shared", options...)
		in := topology.AddSource(j, "numbers", source.Values(1, 2, 3))
		topology.To(in, "here", File(dir, strconv.Itoa))
		topology.To(in, "there", File(dir, strconv.Itoa))
		err := j.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "give each File sink a folder of its own") {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := os.ReadFile(filepath.Join(dir, "part-00000-000000")); string(text) != "1\n2\n3\n" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}
