package jobs

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"go.uber.org/goleak"
)

const (
	events = 4000
	keys   = 7
)

func TestMain(m *testing.M) {
	if root := os.Getenv("SPATE_TEST_LIFE"); root != "" {
		os.Exit(life(root, os.Getenv("SPATE_TEST_GUARANTEE")))
	}
	goleak.VerifyTestMain(m)
}

// life is a process that runs the job below root until it is through, or killed.
func life(root, guarantee string) int {
	if err := job(root, guarantee, killing(os.Getenv("SPATE_FAIL_AT"))).Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// killing kills the process with SIGKILL at "point:nth".
func killing(spec string) env.FailPoint {
	point, digits, _ := strings.Cut(spec, ":")
	left, _ := strconv.Atoi(digits)
	return func(p string) error { // checkpoints meet it one after another
		if p != point {
			return nil
		}
		if left--; left == 0 {
			die()
		}
		return nil
	}
}

func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// feed gives numbers and goes on where it was. Without checkpoints it notes what
// it is about to give, as a consumer that commits before it works.
type feed struct {
	root string
	at   int
	note bool
	dies int // at this number, 0: not
}

func (f *feed) Setup(ctx *topology.Context) error {
	if ctx.Checkpointed() {
		return nil
	}
	f.note = true
	b, err := os.ReadFile(filepath.Join(f.root, "noted"))
	if err == nil {
		f.at, err = strconv.Atoi(string(b))
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (f *feed) Next(_ context.Context, out *topology.Emitter[int]) error {
	if f.at == events {
		return io.EOF
	}
	if f.note && f.at%50 == 0 {
		if err := os.WriteFile(filepath.Join(f.root, "noted"), []byte(strconv.Itoa(f.at+50)), 0o666); err != nil {
			return err
		}
	}
	if f.at == f.dies {
		die()
	}
	out.Emit(f.at)
	f.at++
	return nil
}

func (f *feed) Position() ([]byte, error) { return binary.AppendUvarint(nil, uint64(f.at)), nil }

func (f *feed) Seek(p []byte) error {
	at, _ := binary.Uvarint(p)
	f.at = int(at)
	return nil
}

type count struct{ n *topology.Value[int] }

func (c *count) Setup(ctx *topology.Context) error {
	c.n = topology.NewValue[int](ctx, "n")
	return nil
}

func (c *count) Apply(_ *topology.Context, v int, out *topology.Emitter[string]) error {
	n, _ := c.n.Get()
	c.n.Set(n + 1)
	out.Emit(fmt.Sprint(v, " ", v%keys, "=", n+1))
	return nil
}

// appending is a sink that writes lines at once.
type appending struct {
	root string
	file *os.File
}

func (a *appending) Setup(ctx *topology.Context) (err error) {
	a.file, err = os.OpenFile(filepath.Join(a.root, "out", fmt.Sprint("lines", ctx.Instance())), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	return err
}

func (a *appending) Write(_ *topology.Context, line string) error {
	_, err := a.file.WriteString(line + "\n")
	return err
}

func (a *appending) Close() error { return a.file.Close() }

func job(root, guarantee string, fail env.FailPoint) *topology.Job {
	options := []topology.Option{topology.Inside(fail)}
	checkpoint, every := filepath.ToSlash(filepath.Join(root, "checkpoint")), topology.Every(time.Millisecond)
	switch guarantee {
	case "exactly once":
		options = append(options, topology.ExactlyOnce(checkpoint, every))
	case "at least once":
		options = append(options, topology.AtLeastOnceCheckpointed(checkpoint, every))
	}
	dies, _ := strconv.Atoi(os.Getenv("SPATE_TEST_DIES"))
	parallel, _ := strconv.Atoi(os.Getenv("SPATE_TEST_PARALLEL"))
	j := topology.NewJob("counting", options...)
	in := topology.AddSource(j, "feed", func() *feed { return &feed{root: root, dies: dies} })
	counts := topology.Apply(topology.Fields(in, func(v int) int { return v % keys }), "count", func() *count { return &count{} }, topology.Parallelism(max(1, parallel)))
	if guarantee == "exactly once" {
		topology.To(counts, "files", sink.File(filepath.ToSlash(filepath.Join(root, "out")), func(s string) string { return s }))
	} else {
		topology.To(counts, "lines", func() *appending { return &appending{root: root} })
	}
	return j
}

// shown reads the output: how often each event, and each count of a key, is in it.
func shown(t *testing.T, root string) (byEvent map[string]int, byCount map[string]int) {
	t.Helper()
	byEvent, byCount = map[string]int{}, map[string]int{}
	names, err := filepath.Glob(filepath.Join(root, "out", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasPrefix(filepath.Base(name), ".") {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			event, count, _ := strings.Cut(lines.Text(), " ")
			byEvent[event]++
			byCount[count]++
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return byEvent, byCount
}

var points = []string{"Decide", "CommitSinks", "LogCommit", "Forget"}

// TestKilledJobs prints the table of what the guarantees are worth.
func TestKilledJobs(t *testing.T) {
	cycles := 12
	if os.Getenv("SPATE_LONG") != "" {
		cycles = 501
	}
	for i, guarantee := range []string{"at most once", "at least once", "exactly once"} {
		t.Run(guarantee, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(i), 5))
			kills, lost, repeated, runs := 0, 0, 0, 0
			for ; kills < cycles/3; runs++ {
				root := t.TempDir()
				if err := os.Mkdir(filepath.Join(root, "out"), 0o777); err != nil {
					t.Fatal(err)
				}
				var story []string
				for n := 0; ; n++ {
					at := randomDeath(r, guarantee, n)
					if n == 8 {
						at = nil // let it live
					}
					story = append(story, strings.Join(at, " "))
					if live(t, root, guarantee, at, story) {
						break
					}
					kills++
				}
				l, d := judge(t, root, guarantee, story)
				lost, repeated = lost+l, repeated+d
			}
			t.Logf("| %-13s | %3d jobs | %3d kills | %5d events lost | %5d repeated |", guarantee, runs, kills, lost, repeated)
		})
	}
}

// randomDeath says where the next process dies.
func randomDeath(r *rand.Rand, guarantee string, life int) []string {
	parallel := fmt.Sprint("SPATE_TEST_PARALLEL=", 1+r.IntN(3))
	if guarantee == "at most once" || r.IntN(2) == 0 {
		return []string{parallel, fmt.Sprint("SPATE_TEST_DIES=", 1+r.IntN(events/4)+life*events/8)}
	}
	return []string{parallel, fmt.Sprintf("SPATE_FAIL_AT=%s %s:%d", []string{"before", "after"}[r.IntN(2)], points[r.IntN(len(points))], 1+r.IntN(3))}
}

// live runs a process; it reports whether it was not killed.
func live(t *testing.T, root, guarantee string, at, story []string) bool {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(append(os.Environ(), "SPATE_TEST_LIFE="+root, "SPATE_TEST_GUARANTEE="+guarantee), at...)
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

// judge counts events that are missing and that show more than once, and
// refuses what the guarantee forbids.
func judge(t *testing.T, root, guarantee string, story []string) (lost, repeated int) {
	t.Helper()
	byEvent, byCount := shown(t, root)
	for v := range events {
		switch n := byEvent[strconv.Itoa(v)]; {
		case n == 0:
			lost++
		case n > 1:
			repeated++
		}
	}
	bad := guarantee == "at most once" && repeated > 0 || guarantee == "at least once" && lost > 0
	if guarantee == "exactly once" {
		bad = lost > 0 || repeated > 0
		for v := range events {
			bad = bad || byCount[fmt.Sprint(v%keys, "=", v/keys+1)] != 1
		}
	}
	if bad {
		t.Fatalf("%s: %d events are lost and %d repeated after %s", guarantee, lost, repeated, strings.Join(story, ", "))
	}
	return lost, repeated
}
