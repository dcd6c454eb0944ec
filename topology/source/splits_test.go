package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/topology"
)

// seen is a sink that may see events again.
type seen struct{ keep[string] }

func (*seen) Idempotent() {}

func (s *seen) sink() *seen { return s }

// again runs a job of a source, with a checkpoint in dir, and returns its events,
// sorted.
func again(t *testing.T, dir string, create func() topology.Source[string], settings ...topology.Setting) []string {
	t.Helper()
	var s seen
	j := topology.NewJob("test", topology.ExactlyOnce(dir))
	topology.To(topology.AddSource(j, "in", create, settings...), "keep", s.sink)
	if err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(s.got)
	return s.got
}

func write(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
}

func TestFolderGoesOnInEachFile(t *testing.T) {
	dir := t.TempDir()
	in, checkpoint := filepath.Join(dir, "in"), filepath.Join(dir, "checkpoint")
	if err := os.MkdirAll(filepath.Join(in, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(in, "a.txt"), "a1\na2\n")
	write(t, filepath.Join(in, "b.txt"), "b1\nb2")
	write(t, filepath.Join(in, ".hidden"), "no\n")
	two := topology.Parallelism(2)
	wantEvents(t, again(t, checkpoint, Folder(in, 0), two), nil, `["a1" "a2" "b1" "b2"]`)
	wantEvents(t, again(t, checkpoint, Folder(in, 0), two), nil, `[]`)
	write(t, filepath.Join(in, "a.txt"), "a3\n")
	write(t, filepath.Join(in, "c.txt"), strings.Repeat("c1\n", 3))
	wantEvents(t, again(t, checkpoint, Folder(in, 0), two), nil, `["a3" "c1" "c1" "c1"]`)
	write(t, filepath.Join(in, "b.txt"), "b3\n") // b2 had no end
	wantEvents(t, again(t, checkpoint, Folder(in, 0), topology.Parallelism(5)), nil, `["b3"]`)
	write(t, filepath.Join(in, "c.txt"), "c2\n")
	wantEvents(t, again(t, checkpoint, Folder(in, 0)), nil, `["c2"]`)
	wantEvents(t, again(t, checkpoint, Folder(in, 0), two), nil, `[]`)
	if err := os.WriteFile(filepath.Join(in, "b.txt"), []byte("b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j := topology.NewJob("test", topology.ExactlyOnce(checkpoint))
	topology.To(topology.AddSource(j, "in", Folder(in, 0), two), "keep", new(seen).sink)
	if err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "b.txt has 2 bytes") {
		t.Errorf("a file that was shortened: %v", err)
	}
	if _, err := run(t, 0, Folder(filepath.Join(in, "none"), 0)); err == nil {
		t.Error("a folder that is not there")
	}
	if _, err := run(t, 0, Folder(in, -1)); err == nil || !strings.Contains(err.Error(), "cannot look every -1ns") {
		t.Error(err)
	}
}

func TestFolderSeesFilesThatComeLater(t *testing.T) {
	in := t.TempDir()
	write(t, filepath.Join(in, "a.txt"), "a1\n")
	synctest.Test(t, func(t *testing.T) {
		k := keep[string]{after: func(got []string) {
			switch len(got) {
			case 1:
				write(t, filepath.Join(in, "b.txt"), "b1\n")
			case 2:
				write(t, filepath.Join(in, "a.txt"), "a2\n")
			}
		}}
		ctx, cancel := contextUntil(t, &k, 3)
		defer cancel()
		j := topology.NewJob("test")
		topology.To(topology.AddSource(j, "in", Folder(in, time.Second)), "keep", k.sink)
		_ = j.Run(ctx)
		wantEvents(t, k.got, nil, `["a1" "b1" "a2"]`)
	})
}

// lagging tells how far the watermark is behind each event, in seconds, if there is
// one.
type lagging struct{}

func (lagging) Apply(ctx *topology.Context, n int, out *topology.Emitter[string]) error {
	lag := 0
	if w := ctx.Watermark(); !w.IsZero() {
		lag = n - int(w.Add(time.Millisecond).Unix())
	}
	out.Emit(fmt.Sprint(n, " ", lag))
	return nil
}

// Of a log whose partitions are far apart no event is late.
func TestLogWaitsForThePartitionThatIsBehind(t *testing.T) {
	log := NewLog[int](3)
	for n := range 200 {
		log.Append(0, 10_000+n)
		log.Append(1, 20_000+n)
		log.Append(2, 1000+n)
	}
	log.Append(2, 1200, 1201)
	log.Close()
	var k keep[string]
	j := topology.NewJob("test")
	in := topology.AddSource(j, "log", log.Source, topology.EventTime(func(n int) time.Time { return time.Unix(int64(n), 0) }, 0))
	topology.To(topology.Apply(in, "lag", func() lagging { return lagging{} }), "keep", k.sink)
	if err := j.Run(t.Context()); err != nil || len(k.got) != 602 {
		t.Fatal(err, len(k.got))
	}
	for _, s := range k.got {
		var n, lag int
		if _, err := fmt.Sscan(s, &n, &lag); err != nil || lag < 0 || n < 2000 && lag > 64 {
			t.Errorf("event and lag %s %v", s, err)
		}
	}
}

func TestLogGoesOn(t *testing.T) {
	log := NewLog[string](2)
	log.Append(0, "a", "b")
	dir := filepath.Join(t.TempDir(), "checkpoint")
	first := &seen{}
	ctx, cancel := contextUntil(t, &first.keep, 2)
	defer cancel()
	j := topology.NewJob("test")
	topology.To(topology.AddSource(j, "in", log.Source), "keep", first.sink)
	if err := j.Run(ctx); ctx.Err() == nil {
		t.Fatal(err)
	}
	log.Append(1, "c")
	log.Close()
	wantEvents(t, again(t, dir, log.Source), nil, `["a" "b" "c"]`)
	wantEvents(t, again(t, dir, log.Source), nil, `[]`)
	wantEvents(t, again(t, dir, log.Source, topology.Parallelism(3)), nil, `[]`)
	wantEvents(t, again(t, dir, log.Source, topology.Parallelism(2)), nil, `[]`)
	defer func() {
		if recover() == nil {
			t.Error("Append after Close")
		}
	}()
	log.Append(0, "d")
}

// contextUntil ends when a sink has n events.
func contextUntil[T any](t *testing.T, k *keep[T], n int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	after := k.after
	k.after = func(got []T) {
		if after != nil {
			after(got)
		}
		if len(got) == n {
			cancel()
		}
	}
	return ctx, cancel
}
