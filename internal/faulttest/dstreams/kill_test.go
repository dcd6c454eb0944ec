package dstreams

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
)

// killable is a process that runs a program below root, until it gets through or
// to the place where it kills itself.
func killable(root string) int {
	fs, at := vfs.OS(env.RandomSeed()), begin
	entries, _ := fs.List(root + "/ck")
	for _, e := range entries {
		if digits, ok := strings.CutPrefix(e.Name, "checkpoint-"); ok {
			if ms, err := strconv.ParseInt(digits, 10, 64); err == nil && time.UnixMilli(ms).After(at) {
				at = time.UnixMilli(ms)
			}
		}
	}
	which, _ := strconv.Atoi(os.Getenv("SPATE_TEST_PROGRAM"))
	l := living(programs[which], fs, dstreamtest.NewClock(at))
	l.root, l.fail = root, killing(os.Getenv("SPATE_FAIL_AT"))
	err := l.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// killing kills the process with SIGKILL at "point:nth".
func killing(spec string) env.FailPoint {
	point, digits, _ := strings.Cut(spec, ":")
	nth, _ := strconv.Atoi(digits)
	left := make(chan int, 1) // fail points are met on several goroutines
	left <- nth
	return func(p string) error {
		if p != point {
			return nil
		}
		n := <-left - 1
		left <- n
		if n == 0 && os.Getenv("SPATE_TEST_HOLD") != "" {
			fmt.Println("holding")
			_, _ = os.Stdin.Read(make([]byte, 1)) // nothing comes until the end
		}
		if n == 0 {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {}
		}
		return nil
	}
}

// Real processes on the real disk are killed with SIGKILL in random phases of
// random batches, life after life, until one gets through; the results are those
// of an undisturbed run.
func TestKilledProcesses(t *testing.T) {
	cycles := 16
	if long {
		cycles = 240
	}
	for i, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			want, _ := undisturbed(t, p)
			rng := rand.New(rand.NewPCG(uint64(i), 11))
			kills := 0
			for kills < cycles/len(programs) {
				root := newRoot(t)
				var story []string
				for lived := false; !lived; {
					at := fmt.Sprintf("%s %s:%d", []string{"before", "after"}[rng.IntN(2)], phases[rng.IntN(len(phases))], 1+rng.IntN(4+len(story)))
					if lived = live(t, root, i, at, story); !lived {
						story = append(story, at)
						kills++
					}
				}
				if err := p.compare(results(t, vfs.OS(1), root), want); err != nil {
					t.Fatalf("killed %s: %v", strings.Join(story, ", "), err)
				}
			}
			t.Logf("%d processes were killed", kills)
		})
	}
}

// newRoot is newDisk below a folder of the real disk.
func newRoot(t *testing.T) string {
	t.Helper()
	root := filepath.ToSlash(t.TempDir())
	for _, dir := range folders {
		if err := os.Mkdir(root+dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for batch := range batches + 1 {
		name, text, changed := file(batch)
		if err := os.WriteFile(root+name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(root+name, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// live is one process; it reports whether it was not killed.
func live(t *testing.T, root string, program int, failAt string, story []string) bool {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "SPATE_TEST_LIFE="+root, "SPATE_TEST_PROGRAM="+strconv.Itoa(program), "SPATE_FAIL_AT="+failAt)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return true
	case errors.As(err, &exit) && !exit.Exited(): // a signal
		return false
	}
	t.Fatalf("after %v: %v\n%s", story, err, out)
	return false
}

// What a live process runs on is refused, and free when it is dead.
func TestALiveProcessHasTheLock(t *testing.T) {
	root := newRoot(t)
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "SPATE_TEST_LIFE="+root, "SPATE_FAIL_AT=before Job:1", "SPATE_TEST_HOLD=1")
	out, err := other.StdoutPipe()
	in, err2 := other.StdinPipe()
	if err = errors.Join(err, err2); err == nil {
		err = other.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it holds
		t.Error(err)
	}
	l := living(programs[0], vfs.OS(1), dstreamtest.NewClock(end))
	l.root = root
	if _, err := l.open(); !errors.Is(err, vfs.ErrLocked) || !strings.Contains(err.Error(), root+"/ck") {
		t.Errorf("while the other lives: %v", err)
	}
	_ = other.Process.Kill()
	_ = other.Wait() // says that it was killed
	_ = in.Close()
	c, err := l.open()
	if err != nil {
		t.Fatal(err)
	}
	stop(t, c)
}
