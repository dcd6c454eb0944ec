package sink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/topology"
)

// upTo gives the numbers from 0 to n-1, each by one of the instances.
type upTo struct{ n, at, step int }

func (u *upTo) Setup(ctx *topology.Context) error {
	u.at, u.step = ctx.Instance(), ctx.Instances()
	return nil
}

func (u *upTo) Next(_ context.Context, out *topology.Emitter[int]) error {
	if u.at >= u.n {
		return io.EOF
	}
	out.Emit(u.at)
	u.at += u.step
	return nil
}

// run sends 0 to n-1 to a sink.
func run(ctx context.Context, n int, create func() topology.Sink[int], settings ...topology.Setting) error {
	j := topology.NewJob("test")
	topology.To(topology.AddSource(j, "in", func() *upTo { return &upTo{n: n} }, settings...), "out", create)
	return j.Run(ctx)
}

func text(n int) string { return fmt.Sprint("number ", n) }

func TestLinesAreWhole(t *testing.T) {
	var writes writes
	if err := run(t.Context(), 1000, Lines(&writes, text), topology.Parallelism(3)); err != nil {
		t.Fatal(err)
	}
	want := make([]string, 1000)
	for i := range want {
		want[i] = text(i) + "\n"
	}
	slices.Sort(want)
	slices.Sort(writes)
	if !slices.Equal(writes, want) {
		t.Errorf("%q", writes)
	}
}

// writes keeps what each Write was given; it is no writer for two at a time.
type writes []string

func (w *writes) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

func TestChanAndErrors(t *testing.T) {
	c := make(chan int, 10)
	if err := run(t.Context(), 10, Chan(c)); err != nil || len(c) != 10 {
		t.Error(len(c), err)
	}
	err := run(t.Context(), 10, Func(func(_ *topology.Context, v int) error {
		if v == 7 {
			return errors.New("seven")
		}
		return nil
	}))
	if err == nil || !strings.Contains(err.Error(), "seven") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	full := make(chan int)
	var all sync.WaitGroup
	all.Go(func() { <-full; cancel() })
	if err := run(ctx, 10, Chan(full)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	all.Wait()
}

func TestFilesHaveNamesWhenTheyAreComplete(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	for run_, n := range []int{100, 10} {
		if err := run(t.Context(), n, File(dir, text), topology.Parallelism(2)); err != nil {
			t.Fatal(err)
		}
		var want [2]string
		for i := range n {
			want[i%2] += text(i) + "\n"
		}
		for i, w := range want {
			if got, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("part-%05d-%06d", i, run_))); string(got) != w || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		}
	}
	wantNames(t, dir, "[part-00000-000000 part-00000-000001 part-00001-000000 part-00001-000001]")
}

// A job that fails again and again writes every event once.
func TestFilesOfAJobWithCheckpoints(t *testing.T) {
	const n = 3000
	dir, checkpoint := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "checkpoint")
	for failAt := int64(500); ; failAt += 500 {
		j := topology.NewJob("test", topology.ExactlyOnce(checkpoint, topology.Every(time.Millisecond)))
		in := topology.AddSource(j, "in", func() *failing { return &failing{upTo: n, failAt: failAt} })
		topology.To(in, "out", File(dir, text))
		err := j.Run(t.Context())
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), "it fails") {
			t.Fatal(err)
		}
	}
	seen := map[string]int{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || e.Name()[0] == '.' {
			t.Error(e.Name(), err)
		}
		for line := range strings.Lines(string(b)) {
			seen[line]++
		}
	}
	for i := range n {
		if seen[text(i)+"\n"] != 1 {
			t.Fatalf("%q is there %d times", text(i), seen[text(i)+"\n"])
		}
	}
	if len(entries) < 2 || len(seen) != n {
		t.Error(len(entries), len(seen))
	}
}

// failing gives numbers, and fails at one of them when a checkpoint is complete.
type failing struct {
	upTo, failAt, at int64
	asked            int
}

func (f *failing) Next(_ context.Context, out *topology.Emitter[int]) error {
	switch f.at {
	case f.upTo:
		return io.EOF
	case f.failAt:
		if f.asked < 2 {
			return nil // a checkpoint is not complete before the next one begins
		}
		return errors.New("it fails")
	}
	out.Emit(int(f.at))
	f.at++
	return nil
}

func (f *failing) Position() ([]byte, error) {
	f.asked++
	return fmt.Append(nil, f.at), nil
}

func (f *failing) Seek(p []byte) (err error) {
	f.at, err = strconv.ParseInt(string(p), 10, 64)
	return err
}

func TestAFailedJobLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	err := run(t.Context(), 100, File(dir, func(n int) string {
		if n == 50 {
			panic("fifty")
		}
		return text(n)
	}))
	if err == nil || !strings.Contains(err.Error(), "fifty") {
		t.Error(err)
	}
	wantNames(t, dir, "[]")
	if err := run(t.Context(), 1, File(filepath.Join(dir, "a\x00b"), text)); err == nil {
		t.Error("that is no directory")
	}
}

func wantNames(t *testing.T, dir, want string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || fmt.Sprint(names) != want {
		t.Error(names, err)
	}
}

// answers is an HTTP server in this process: it gives each request the next
// answer, an error for 0, and keeps the bodies.
type answers struct {
	status []int
	bodies []string
	at     []time.Time
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	a.bodies = append(a.bodies, fmt.Sprintf("%s %s %s", r.Method, r.Header.Get("Content-Type"), body))
	a.at = append(a.at, time.Now())
	status := a.status[0]
	if len(a.status) > 1 {
		a.status = a.status[1:]
	}
	if status == 0 {
		return nil, errors.New("no route")
	}
	w := httptest.NewRecorder()
	http.Error(w, "as it is", status)
	return w.Result(), nil
}

func TestPostTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &answers{status: []int{0, 503, 429, 200}}
		client := Client(&http.Client{Transport: server})
		if err := run(t.Context(), 2, Post("http://there", JSON[int], client, ContentType("text/plain"))); err != nil {
			t.Fatal(err)
		}
		if want := "[POST text/plain 0 POST text/plain 0 POST text/plain 0 POST text/plain 0 POST text/plain 1]"; fmt.Sprint(server.bodies) != want {
			t.Error(server.bodies)
		}
		if d := server.at[3].Sub(server.at[0]); d != 700*time.Millisecond {
			t.Error(d)
		}
	})
}

func TestPostGivesUp(t *testing.T) {
	for status, tries := range map[int]int{500: 3, 404: 1, 0: 3} {
		synctest.Test(t, func(t *testing.T) {
			server := &answers{status: []int{status}}
			err := run(t.Context(), 2, Post("http://there", JSON[int], Client(&http.Client{Transport: server}), Tries(3, time.Second)))
			if err == nil || len(server.bodies) != tries || status != 0 && !strings.Contains(err.Error(), fmt.Sprintf("http://there answered %d %s: as it is", status, http.StatusText(status))) {
				t.Error(server.bodies, err)
			}
		})
	}
}

func TestPostToAServer(t *testing.T) {
	var mu sync.Mutex
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, string(body))
	}))
	defer s.Close()
	if err := run(t.Context(), 20, Post(s.URL, JSON[int]), topology.Parallelism(2)); err != nil || len(got) != 20 {
		t.Error(got, err)
	}
}

// What instances that are no more had begun is removed, and nothing else.
func TestFilesOfInstancesThatAreNoMore(t *testing.T) {
	dir := t.TempDir()
	stay := []string{".other", ".part-", ".part-x-1", ".parts-00009-000000", "part-00009-000000"}
	for _, name := range append([]string{".part-00001-000004.a", ".part-00002-000000.b", ".part-00009-000007.c"}, stay...) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(t.Context(), 4, File(dir, text), topology.Parallelism(2)); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := slices.Sorted(slices.Values(append(stay, "part-00000-000000", "part-00001-000000")))
	if slices.Sort(left); err != nil || !slices.Equal(left, want) {
		t.Errorf("left %q, want %q, %v", left, want, err)
	}
}
