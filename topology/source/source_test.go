package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/topology"
)

// keep is a sink that keeps events and calls after each, with all so far.
type keep[T any] struct {
	mu    sync.Mutex
	got   []T
	after func(got []T)
}

func (k *keep[T]) sink() *keep[T] { return k }

func (k *keep[T]) Write(_ *topology.Context, v T) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.got = append(k.got, v)
	if k.after != nil {
		k.after(k.got)
	}
	return nil
}

// run runs a job of a source until it ends, or, if that is not 0, until it gave
// n events, and returns them.
func run[T any](t *testing.T, n int, create func() topology.Source[T], settings ...topology.Setting) ([]T, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	k := keep[T]{after: func(got []T) {
		if len(got) == n {
			cancel()
		}
	}}
	j := topology.NewJob("test")
	topology.To(topology.AddSource(j, "in", create, settings...), "keep", k.sink)
	err := j.Run(ctx)
	if errors.Is(err, context.Canceled) && len(k.got) == n {
		err = nil
	}
	return k.got, err
}

func wantEvents(t *testing.T, got []string, err error, want string) {
	t.Helper()
	if err != nil || fmt.Sprintf("%q", got) != want {
		t.Errorf("%v, %q; want %s", err, got, want)
	}
}

// serve listens and gives each connection in turn a text, then closes it.
func serve(t *testing.T, texts ...string) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for _, text := range texts {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, text)
			_ = c.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return l.Addr().String()
}

func TestDialGivesLinesUntilTheConnectionEnds(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	got, err := run(t, 0, Dial(serve(t, "car\r\n\ntruck\n"+long+"\nlast")))
	wantEvents(t, got, err, fmt.Sprintf("%q", []string{"car", "", "truck", long, "last"}))
}

func TestDialAgain(t *testing.T) {
	address := serve(t, "a\nb", "c\n", "d\n")
	got, err := run(t, 4, Dial(address, Redial(time.Nanosecond)))
	wantEvents(t, got, err, `["a" "b" "c" "d"]`)
}

func TestDialNobody(t *testing.T) {
	refuse := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
	if _, err := run(t, 0, Dial("nowhere:1", Dialer(refuse))); err == nil || !strings.Contains(err.Error(), "cannot connect; start what listens there first") || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
	for _, address := range []string{"localhost", "localhost:x", "localhost:-1", "localhost:65536"} {
		if _, err := run(t, 0, Dial(address)); err == nil || !strings.Contains(err.Error(), "localhost") {
			t.Error(address, err)
		}
	}
}

func TestInstancesHavePortsOfTheirOwn(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	dial := func(_ context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, network+" "+address)
		here, there := net.Pipe()
		_ = there.Close()
		return here, nil
	}
	if _, err := run(t, 0, Dial("book:9990", Dialer(dial)), topology.Parallelism(3)); err != nil {
		t.Error(err)
	}
	slices.Sort(asked)
	if fmt.Sprint(asked) != "[tcp book:9990 tcp book:9991 tcp book:9992]" {
		t.Error(asked)
	}
	if got, err := portOf("h:0", 7); got != "h:0" || err != nil {
		t.Error(got, err)
	}
	if _, err := portOf("h:65535", 1); err == nil {
		t.Error("there is no port 65536")
	}
}

// What waits ends with its context, and loses nothing: bytes that are there
// already come with the next call.
func TestInterruptible(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var lines cutter
	fill := func(ctx context.Context) error {
		return interruptible(ctx, here.SetReadDeadline, func() error { return lines.fill(here) })
	}
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { _, _ = there.Write([]byte("a\nb")); cancel() })
	for ctx.Err() == nil {
		if err := fill(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := fill(ctx); err != nil {
		t.Fatal(err)
	}
	all.Go(func() { _, _ = there.Write([]byte("c\n")) })
	if err := fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, _ := lines.cut()
	if string(a) != "a" {
		t.Errorf("%q", a)
	}
	if bc, ok := lines.cut(); string(bc) != "bc" || !ok {
		t.Errorf("%q", bc)
	}
}

func TestALineTooLong(t *testing.T) {
	var lines cutter
	r := io.LimitReader(zeros{}, MaxLine+1)
	for {
		if err := lines.fill(r); err != nil {
			if !strings.Contains(err.Error(), "longer than") {
				t.Error(err)
			}
			return
		}
		if _, ok := lines.cut(); ok {
			t.Fatal("there is no line")
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// noting is a listener on any port that tells its address.
func noting() (ListenOption, <-chan string) {
	at := make(chan string, 4)
	return Listener(func(context.Context, string, string) (net.Listener, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			at <- l.Addr().String()
		}
		return l, err
	}), at
}

func TestListenTakesLinesOfManyClients(t *testing.T) {
	option, at := noting()
	var all sync.WaitGroup
	all.Go(func() {
		address := <-at
		for c := range 3 {
			all.Go(func() {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprintf(conn, "%d first\r\n%d last", c, c)
				_ = conn.Close()
			})
		}
	})
	got, err := run(t, 6, Listen("any:0", option))
	all.Wait()
	for c := range 3 {
		a, z := slices.Index(got, fmt.Sprint(c, " first")), slices.Index(got, fmt.Sprint(c, " last"))
		if a < 0 || z < a {
			t.Errorf("client %d: %q", c, got)
		}
	}
	if len(got) != 6 || err != nil {
		t.Error(got, err)
	}
}

// A client that says nothing does not keep the job from ending.
func TestListenEndsWithOpenConnections(t *testing.T) {
	option, at := noting()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		defer cancel()
		conn, err := net.Dial("tcp", <-at)
		if err == nil {
			_, _ = conn.Write([]byte("half a li"))
			defer conn.Close()
		}
	})
	j := topology.NewJob("test")
	var k keep[string]
	topology.To(topology.AddSource(j, "in", Listen("any:0", option)), "keep", k.sink)
	if err := j.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	all.Wait()
}

func TestHTTP(t *testing.T) {
	option, at := noting()
	type reading struct{ Zone, Degrees int }
	var answers []string
	var all sync.WaitGroup
	all.Go(func() {
		url := "http://" + <-at
		transport := &http.Transport{}
		defer transport.CloseIdleConnections()
		client := http.Client{Transport: transport}
		for _, body := range []string{`{"Zone":1,"Degrees":60} {"Zone":2}`, `{"Zone":`, "", `{"Zone":3}`} {
			r, err := client.Post(url, "application/json", strings.NewReader(body))
			if err != nil {
				answers = append(answers, "cut") // the job ends with the last event
				continue
			}
			text, _ := io.ReadAll(r.Body)
			_ = r.Body.Close()
			answers = append(answers, fmt.Sprint(r.StatusCode, " ", strings.TrimSpace(string(text))))
			if r, err := client.Get(url); err == nil {
				_ = r.Body.Close()
				if r.StatusCode != http.StatusMethodNotAllowed {
					t.Error(r.Status)
				}
			}
		}
	})
	got, err := run(t, 3, HTTP("any:0", JSON[reading], option))
	all.Wait()
	if err != nil || fmt.Sprint(got) != "[{1 60} {2 0} {3 0}]" {
		t.Error(got, err)
	}
	if want := []string{"204 ", "400 value 0: unexpected EOF", "204 "}; !slices.Equal(answers[:3], want) {
		t.Errorf("%q", answers)
	}
}

func TestLinesOfABody(t *testing.T) {
	r, _ := http.NewRequest(http.MethodPost, "/", strings.NewReader("a\r\n\nb"))
	got, err := Lines(r)
	wantEvents(t, got, err, `["a" "" "b"]`)
}

func TestChanAndValues(t *testing.T) {
	c := make(chan string, 200)
	for i := range 200 {
		c <- fmt.Sprint(i)
	}
	close(c)
	if got, err := run(t, 0, Chan(c)); len(got) != 200 || err != nil || got[199] != "199" {
		t.Error(got, err)
	}
	got, err := run(t, 0, Values("a", "b", "c"), topology.Parallelism(2))
	slices.Sort(got)
	wantEvents(t, got, err, `["a" "b" "c"]`)
}

func TestGenerateKeepsItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		create := Generate(2, func(n int64) (int64, bool) {
			at = append(at, time.Since(began))
			return n, n < 4
		})
		got, err := run(t, 0, create)
		if err != nil || fmt.Sprint(got) != "[0 1 2 3]" || fmt.Sprint(at) != "[0s 500ms 1s 1.5s 2s]" {
			t.Error(got, at, err)
		}
	})
	if _, err := run(t, 0, Generate(-1, func(n int64) (int64, bool) { return n, true })); err == nil || !strings.Contains(err.Error(), "-1 events a second") {
		t.Error(err)
	}
}

func TestInstancesOfAGeneratorShareItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got, err := run(t, 0, Generate(1000, func(n int64) (int64, bool) { return n, n < 3000 }), topology.Parallelism(3))
		slices.Sort(got)
		if err != nil || len(got) != 3000 || got[2999] != 2999 || time.Since(began) != 3002*time.Millisecond {
			t.Error(len(got), time.Since(began), err)
		}
	})
}

func TestFileAndTail(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	put := func(flag int, text string) {
		f, err := os.OpenFile(name, flag|os.O_WRONLY|os.O_CREATE, 0o666)
		if err == nil {
			_, err = f.WriteString(text)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Error(err)
		}
	}
	// Whatever each stage appends makes the lines that let the next one go on.
	stages := []struct {
		upTo int
		do   func()
	}{
		{1, func() { put(os.O_APPEND, "b\nhal") }},
		{2, func() { put(os.O_APPEND, "f\n") }},
		{3, func() { put(os.O_TRUNC, "new\n") }},
		{4, func() {
			_ = os.Rename(name, name+".1")
			put(os.O_APPEND, "another, longer\nno end")
		}},
		{5, func() { put(os.O_TRUNC, "x\n") }},
	}
	put(os.O_APPEND, "a\n")
	ctx, cancel := context.WithCancel(t.Context())
	k := keep[string]{after: func(got []string) {
		for _, s := range stages {
			if len(got) == s.upTo {
				s.do()
			}
		}
		if len(got) == 7 {
			cancel()
		}
	}}
	synctest.Test(t, func(t *testing.T) {
		j := topology.NewJob("test")
		topology.To(topology.AddSource(j, "in", Tail(name, time.Second), topology.Parallelism(2)), "keep", k.sink)
		if err := j.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	wantEvents(t, k.got, nil, `["a" "b" "half" "new" "another, longer" "no end" "x"]`)

	if err := os.WriteFile(name, []byte("1\n2"), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := run(t, 0, File(name))
	wantEvents(t, got, err, `["1" "2"]`)
	if _, err := run(t, 0, File(name+"?")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := run(t, 0, Tail(name, 0)); err == nil || !strings.Contains(err.Error(), "every 0s") {
		t.Error(err)
	}
}

func FuzzCutter(f *testing.F) {
	f.Add([]byte("a\nb\r\n\n\rc"), 3)
	f.Fuzz(func(t *testing.T, text []byte, chunk int) {
		var lines cutter
		var got []byte
		r := &slowly{bytes.NewReader(text), max(chunk, 1)}
		for {
			err := lines.fill(r)
			for line, ok := lines.cut(); ok; line, ok = lines.cut() {
				got = append(append(got, line...), '\n')
			}
			if err != nil {
				break
			}
		}
		if line, ok := lines.rest(); ok {
			got = append(append(got, line...), '\n')
		}
		var want []byte
		for line := range bytes.Lines(text) {
			line, _ = bytes.CutSuffix(line, []byte("\n"))
			line, _ = bytes.CutSuffix(line, []byte("\r"))
			want = append(append(want, line...), '\n')
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// slowly reads a few bytes at a time.
type slowly struct {
	r     io.Reader
	chunk int
}

func (s *slowly) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.chunk)]) }

// positioned is a source that can go on where it was.
type positioned interface {
	topology.Source[string]
	Position() ([]byte, error)
	Seek([]byte) error
}

// resumed stops a source behind n events, and has another go on there.
type resumed struct {
	first, then positioned
	n           int
	k           keep[string]
}

func (r *resumed) Setup(ctx *topology.Context) error {
	return errors.Join(r.first.(topology.Setup).Setup(ctx), r.then.(topology.Setup).Setup(ctx))
}

func (r *resumed) Next(ctx context.Context, out *topology.Emitter[string]) error {
	if len(r.k.got) < r.n {
		return r.first.Next(ctx, out)
	}
	if r.n > 0 {
		r.n = 0
		at, err := r.first.Position()
		if err = errors.Join(err, r.then.Seek(at)); err != nil {
			return err
		}
	}
	return r.then.Next(ctx, out)
}

func (r *resumed) Close() error {
	var errs []error
	for _, s := range []any{r.first, r.then} {
		if c, ok := s.(topology.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

func TestSourcesGoOnWhereTheyWere(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lines")
	const lines = 3*few + 7
	var text strings.Builder
	for i := range lines {
		fmt.Fprintf(&text, "%d\r\n", i)
	}
	if err := os.WriteFile(name, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	number := func(n int64) (string, bool) { return fmt.Sprint(n), n < lines }
	for _, create := range []func() topology.Source[string]{File(name), Generate(0, number), Generate(1e6, number)} {
		for _, n := range []int{1, few + 1, lines} {
			j := topology.NewJob("test")
			r := &resumed{first: create().(positioned), then: create().(positioned), n: n}
			topology.To(topology.AddSource(j, "in", func() *resumed { return r }), "keep", r.k.sink)
			if err := j.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(r.k.got) != lines || r.k.got[0] != "0" || r.k.got[lines-1] != fmt.Sprint(lines-1) {
				t.Errorf("%T, %d: %q", r.first, n, r.k.got)
			}
		}
	}
}

// A line of a connection costs its text, and no more.
func BenchmarkCutter(b *testing.B) {
	const rows = 1 << 16
	r := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for range rows {
		text = fmt.Appendf(text, "%d,%d\r\n", r.Uint32(), r.Uint64())
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var lines cutter
		in := bytes.NewReader(text)
		n := 0
		for lines.fill(in) == nil {
			for line, ok := lines.cut(); ok; line, ok = lines.cut() {
				n += len(string(line)) & 1
			}
		}
	}
}
