package dstreams

import (
	"os"
	"strings"
	"testing"

	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/vfs"
)

// A checkpoint directory that is moved between two runs is found again with all
// that is in it, also by programs that read whole paths in it.
func TestAMovedCheckpointIsFound(t *testing.T) {
	fs := vfs.OS(1)
	for _, p := range programs {
		if p.name == "receiver" {
			continue // its first life would wait for the last row
		}
		for _, old := range []bool{false, true} {
			t.Run(map[bool]string{false: p.name, true: p.name + " of an old version"}[old], func(t *testing.T) {
				t.Parallel()
				want, _ := undisturbed(t, p)
				root, clock := newRoot(t), dstreamtest.NewClock(begin)
				first := living(p, fs, clock)
				first.root, first.until = root, begin.Add(5*interval)
				if err := first.run(); err != nil {
					t.Fatal(err)
				}
				if old && !makeAbsolute(t, fs, root) && p.name == "state" {
					t.Error("no data checkpoint is named in the metadata")
				}
				if err := os.Rename(root+"/ck", root+"/moved"); err != nil {
					t.Fatal(err)
				}
				second := living(p, fs, clock)
				second.root, second.ck = root, "/moved"
				if err := second.run(); err != nil {
					t.Fatal(err)
				}
				if err := p.compare(results(t, fs, root), want); err != nil {
					t.Error(err)
				}
				if _, err := os.Stat(root + "/ck"); !os.IsNotExist(err) {
					t.Errorf("something is where the checkpoint was: %v", err)
				}
			})
		}
	}
}

// makeAbsolute gives data checkpoints the whole paths that metadata once had, and
// reports whether there are any.
func makeAbsolute(t *testing.T, fs vfs.FS, root string) (any bool) {
	t.Helper()
	entries, err := fs.List(root + "/ck")
	for _, e := range entries {
		if !strings.HasPrefix(e.Name, "checkpoint-") {
			continue
		}
		rewrite(t, fs, root+"/ck/"+e.Name, func(file []byte) []byte {
			plain, err := vfs.CheckLines(file)
			if err != nil {
				t.Fatal(err)
			}
			any = any || strings.Contains(string(plain), `"rdds/`)
			return vfs.WithChecksum([]byte(strings.ReplaceAll(string(plain), `"rdds/`, `"`+root+`/ck/rdds/`)))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return any
}
