package faulttest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
)

// cycles is how many times a process is killed, over all queries.
func cycles() int {
	if long {
		return 510
	}
	return 12
}

// The real binary is killed with SIGKILL at random named points of random
// micro-batches, life after life, until it gets through; the folder that other
// programs read then holds what an undisturbed run puts there.
func TestKilledProcesses(t *testing.T) {
	bin := build(t)
	for qi, q := range canonical {
		t.Run(q.name, func(t *testing.T) {
			calm := newFolder(t, q.sql)
			calm.mustRun(t, bin)
			want := calm.flushed(t, bin)
			if want == "" {
				t.Fatal("the query puts nothing out")
			}
			rng := rand.New(rand.NewPCG(uint64(qi), 11))
			for kills := 0; kills < cycles()/len(canonical); {
				f := newFolder(t, q.sql)
				var story []string
				for f.run(t, bin, fmt.Sprintf("%s:%d", points[rng.IntN(len(points))], 1+rng.IntN(3)), &story) {
					kills++
				}
				if got := f.flushed(t, bin); got != want {
					t.Fatalf("killed %s: the output is\n%s\nwant\n%s", strings.Join(story, ", "), got, want)
				}
			}
		})
	}
}

func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "spate")
	out, err := exec.Command("go", "build", "-o", bin, "github.com/spatestream/spate/cmd/spate").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// folder is a query on the real disk.
type folder struct{ dir, script string }

func newFolder(t *testing.T, sql string) *folder {
	t.Helper()
	f := &folder{dir: t.TempDir()}
	moved := &under{vfs.OS(1), filepath.ToSlash(f.dir)}
	if err := input(moved); err != nil {
		t.Fatal(err)
	}
	f.script = filepath.Join(f.dir, "q.sql")
	text := strings.ReplaceAll(declare+sql, "path '/", "path '"+filepath.ToSlash(f.dir)+"/")
	if err := os.WriteFile(f.script, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return f
}

// under is a file system in which / is a folder.
type under struct {
	vfs.FS
	root string
}

func (u *under) MkdirAll(dir string) error            { return u.FS.MkdirAll(u.root + dir) }
func (u *under) Create(name string) (vfs.File, error) { return u.FS.Create(u.root + name) }
func (u *under) Rename(from, to string, m vfs.Mode) error {
	return u.FS.Rename(u.root+from, u.root+to, m)
}
func (u *under) Remove(name string) error { return u.FS.Remove(u.root + name) }
func (u *under) SyncDir(dir string) error { return u.FS.SyncDir(u.root + dir) }

// run is one life; it reports whether the process was killed.
func (f *folder) run(t *testing.T, bin, failAt string, story *[]string) (killed bool) {
	t.Helper()
	c := exec.Command(bin, "run", "--available-now", "--checkpoint", filepath.Join(f.dir, "ck"), "--conf", "spark.sql.session.timeZone=UTC", f.script)
	c.Env = append(os.Environ(), "SPATE_FAIL_AT="+failAt)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && !exit.Exited(): // a signal
		*story = append(*story, failAt)
		return true
	}
	t.Fatalf("after %v: %v\n%s", *story, err, out)
	return false
}

func (f *folder) mustRun(t *testing.T, bin string) {
	t.Helper()
	var story []string
	if f.run(t, bin, "", &story) {
		t.Fatal("killed without being told to")
	}
}

// flushed processes a last file and returns the output.
func (f *folder) flushed(t *testing.T, bin string) string {
	t.Helper()
	if err := lastInput(&under{vfs.OS(2), filepath.ToSlash(f.dir)}); err != nil {
		t.Fatal(err)
	}
	f.mustRun(t, bin)
	return f.output(t, bin)
}

// output reads the folder as a batch query does, sorted.
func (f *folder) output(t *testing.T, bin string) string {
	t.Helper()
	c := exec.Command(bin, "sql", "--output", "tsv", "--conf", "spark.sql.session.timeZone=UTC", "-e", "SELECT * FROM json.`"+filepath.ToSlash(filepath.Join(f.dir, "out"))+"` ORDER BY ALL")
	var out, errOut bytes.Buffer
	c.Stdout, c.Stderr = &out, &errOut
	if err := c.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errOut.String())
	}
	return out.String()
}
