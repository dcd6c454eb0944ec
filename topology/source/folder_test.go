package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/topology"
)

// counting counts the files that are open for reading.
type counting struct {
	files.FS
	open, most, all atomic.Int64
}

func (c *counting) Open(name string) (files.Reader, error) {
	r, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	c.all.Add(1)
	c.most.Store(max(c.most.Load(), c.open.Add(1)))
	return &counted{r, c}, nil
}

type counted struct {
	files.Reader
	by *counting
}

func (c *counted) Close() error { c.by.open.Add(-1); return c.Reader.Close() }

// However many files there are, one is open at a time, and each as often as it has
// to be read.
func TestFolderHoldsOneFileOpen(t *testing.T) {
	dir, fs := t.TempDir(), &counting{FS: vfs.OS(1)}
	want := []string{}
	for i := range 100 {
		var lines []string
		for k := range 1 + i%7*30 {
			lines = append(lines, fmt.Sprint(i, " ", k))
		}
		want = append(want, lines...)
		write(t, filepath.Join(dir, fmt.Sprint(i)), strings.Join(lines, "\n"))
	}
	var k keep[string]
	j := topology.NewJob("test", topology.Files(fs))
	topology.To(topology.AddSource(j, "in", Folder(dir, 0)), "keep", k.sink)
	if err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(k.got)
	slices.Sort(want)
	if !slices.Equal(k.got, want) {
		t.Errorf("%d lines, not %d", len(k.got), len(want))
	}
	if fs.most.Load() != 1 || fs.open.Load() != 0 || fs.all.Load() != 200 { // once for the lines, once for the end
		t.Error(fs.most.Load(), fs.open.Load(), fs.all.Load())
	}
}

// A file that is removed has been read; the others go on.
func TestFolderOfWhichAFileIsRemoved(t *testing.T) {
	in := t.TempDir()
	write(t, filepath.Join(in, "a"), "a1\nhal") // that half is not given
	write(t, filepath.Join(in, "b"), "b1\n")
	synctest.Test(t, func(t *testing.T) {
		k := keep[string]{after: func(got []string) {
			switch len(got) {
			case 2:
				write(t, filepath.Join(in, "b"), "b2\n")
				if err := os.Remove(filepath.Join(in, "a")); err != nil {
					t.Error(err)
				}
			case 3:
				write(t, filepath.Join(in, "b"), "b3\n")
			case 4: // another file of the name, once the first was missed
				write(t, filepath.Join(in, "a"), "a2\na3\n")
			}
		}}
		ctx, cancel := contextUntil(t, &k, 6)
		defer cancel()
		j := topology.NewJob("test")
		topology.To(topology.AddSource(j, "in", Folder(in, time.Second)), "keep", k.sink)
		if err := j.Run(ctx); ctx.Err() == nil {
			t.Error(err)
		}
		wantEvents(t, k.got, nil, `["a1" "b1" "b2" "b3" "a2" "a3"]`)
	})
}

// What waits for the clock is idle.
func TestSourcesThatWaitAreIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var idle float64
		j := topology.NewJob("test", topology.Listen(func(n topology.Notice) {
			if n.Kind == topology.Taken && len(n.Status.Instances) > 0 {
				idle = max(idle, n.Status.Instances[0].Idle)
			}
		}))
		topology.Discard(topology.AddSource(j, "in", Generate(0.1, func(n int64) (int64, bool) { return n, n < 2 })))
		if err := j.Run(t.Context()); err != nil {
			t.Error(err)
		}
		if idle < 999 {
			t.Errorf("a source that waits was idle for %v of 1000", idle)
		}
	})
}
