package rdd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sparkerr"
)

// onSim is a context on a simulated disk with faults.
func onSim(t *testing.T, faults *simfs.Faults, opts ...Option) *Context {
	disk := simfs.New(1, func() time.Time { return time.Unix(0, 0) })
	e := &env.Env{Clock: env.System{}, Seed: 1, FS: faults.Wrap(disk)}
	c := NewContext("sim", append([]Option{Workers(2), TempDir("/temp"), Inside(e)}, opts...)...)
	t.Cleanup(c.Stop)
	return c
}

func checkpointing(t *testing.T) *Context {
	c := NewContext("checkpoint", Workers(2))
	t.Cleanup(c.Stop)
	if err := c.SetCheckpointDir(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return c
}

func gather[T any](t *testing.T, r *RDD[T]) []T {
	t.Helper()
	got, err := r.Collect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// endOf is what an RDD is computed from, if that ends the lineage.
func endOf[T any](r *RDD[T]) string {
	p := r.n.parents()
	if len(p) != 1 || len(p[0].on.parents()) != 0 {
		return ""
	}
	return p[0].on.kind
}

func TestCheckpointCutsTheLineage(t *testing.T) {
	c := checkpointing(t)
	var calls atomic.Int64
	var jobs []string
	c.AddListener(&Listener{JobEnded: func(j JobInfo) { jobs = append(jobs, strings.Fields(j.Name)[0]) }})
	words := Map(Parallelize(c, numbers(100), 3), func(i int) Pair[int, int] { calls.Add(1); return KV(i%7, i) })
	sums := ReduceByKey(words, func(a, b int) int { return a + b }, Into(4)).Checkpoint()
	doubled := MapValues(sums, func(x int) int { return 2 * x })
	if sums.IsCheckpointed() || sums.CheckpointFile() != "" {
		t.Error("checkpointed before an action")
	}
	want := gather(t, doubled)
	if !slices.Equal(jobs, []string{"collect", "checkpoint"}) || !sums.IsCheckpointed() || doubled.IsCheckpointed() {
		t.Errorf("jobs %v", jobs)
	}
	if endOf(sums) != "ReliableCheckpointRDD" || filepath.Base(sums.CheckpointFile()) != "rdd-2" {
		t.Errorf("lineage %v, file %q", sums.n.parents(), sums.CheckpointFile())
	}
	before := calls.Load()
	if got := gather(t, doubled); !slices.Equal(got, want) || calls.Load() != before {
		t.Errorf("got %v, want %v; %d calls", got, want, calls.Load()-before)
	}
	other := NewContext("other")
	defer other.Stop()
	back := FromCheckpoint[Pair[int, int]](other, sums.CheckpointFile())
	if got := gather(t, MapValues(back, func(x int) int { return 2 * x })); !slices.Equal(got, want) {
		t.Errorf("another program reads %v, want %v", got, want)
	}
	if !equalPartitioners(back.Partitioner(), HashPartitioner[int](4)) || !back.IsCheckpointed() {
		t.Error("the partitioner is lost")
	}
	joined := Join(back, back)
	if joined.Partitioner() == nil || len(gather(t, joined)) != 7 {
		t.Error("rows of a checkpoint are joined wrongly")
	}
	if _, ok := joined.Partitioner().(KeyPartitioner[int]); !ok {
		t.Error("a partitioner without a type")
	}
}

// Of several in one lineage the last is written, or each if that is asked for.
func TestMarkedAncestors(t *testing.T) {
	for _, every := range []bool{false, true} {
		c := checkpointing(t)
		ctx := context.Background()
		if every {
			ctx = CheckpointEvery(ctx)
		}
		first := Map(Parallelize(c, numbers(5)), func(x int) int { return x }).Checkpoint()
		second := Map(first, func(x int) int { return x }).Checkpoint()
		if _, err := second.Count(ctx); err != nil {
			t.Fatal(err)
		}
		if !second.IsCheckpointed() || first.IsCheckpointed() != every {
			t.Errorf("every %v: %v, %v", every, first.IsCheckpointed(), second.IsCheckpointed())
		}
	}
}

// What only the lineage held is free once it is cut.
func TestCheckpointFreesMemory(t *testing.T) {
	for _, local := range []bool{false, true} {
		c := checkpointing(t)
		freed := make(chan bool)
		r := func() *RDD[int] {
			data := make([]int, 1000)
			runtime.AddCleanup(&data[0], func(freed chan bool) { close(freed) }, freed)
			r := Map(Parallelize(c, data, 2), func(x int) int { return x + 1 })
			return Repartition(r, 3)
		}()
		if local {
			r.LocalCheckpoint()
		} else {
			r.Checkpoint()
		}
		gather(t, r)
		collectUntil(t, func() bool {
			select {
			case <-freed:
				return true
			default:
				return false
			}
		})
		if got := gather(t, r); len(got) != 1000 || got[0] != 1 {
			t.Errorf("local %v: %d rows", local, len(got))
		}
	}
}

func TestLocalCheckpoint(t *testing.T) {
	c := NewContext("local", Workers(2))
	defer c.Stop()
	var calls atomic.Int64
	r := Map(Parallelize(c, numbers(9), 3), func(x int) int { calls.Add(1); return x }).LocalCheckpoint()
	if _, err := r.Take(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	if !r.IsCheckpointed() || r.CheckpointFile() != "" || calls.Load() != 9 || endOf(r) != "LocalCheckpointRDD" {
		t.Errorf("%v %q, %d calls", r.IsCheckpointed(), r.CheckpointFile(), calls.Load())
	}
	if got := gather(t, r); !slices.Equal(got, numbers(9)) || calls.Load() != 9 {
		t.Errorf("%v, %d calls", got, calls.Load())
	}
	_, err := r.Unpersist().Collect(context.Background())
	if sparkerr.ClassOf(err) != "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND" || !strings.Contains(err.Error(), "checkpoint_test.go") {
		t.Error(err)
	}
}

func TestCheckpointMisuse(t *testing.T) {
	c := NewContext("misuse")
	defer c.Stop()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.SetCheckpointDir(file); err == nil || !strings.Contains(err.Error(), "file") {
		t.Error("a file is no directory:", err)
	}
	_, err := Parallelize(c, []int{1}).Checkpoint().Collect(context.Background())
	if err == nil || !strings.Contains(err.Error(), "SetCheckpointDir") {
		t.Error("no directory was set:", err)
	}
	if err := c.SetCheckpointDir(dir); err != nil {
		t.Fatal(err)
	}
	r := Parallelize(c, numbers(10), 3).Checkpoint()
	gather(t, r)
	good := r.CheckpointFile()
	damaged := func(what string, change func(dir string) error, want string) {
		t.Helper()
		bad := filepath.Join(t.TempDir(), "rdd")
		if err := errors.Join(os.CopyFS(bad, os.DirFS(good)), change(bad)); err != nil {
			t.Fatal(err)
		}
		got, err := FromCheckpoint[int](c, bad).Collect(context.Background())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	damaged("absent", func(dir string) error { return os.RemoveAll(dir) }, "no checkpoint directory")
	damaged("a file", func(dir string) error {
		return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, []byte("x"), 0o600))
	}, "no checkpoint directory")
	damaged("one part gone", func(dir string) error { return os.Remove(filepath.Join(dir, "part-00001")) }, "part-00001")
	damaged("last part gone", func(dir string) error { return os.Remove(filepath.Join(dir, "part-00002")) }, "3 partitions were written, 2 are there")
	damaged("cut short", func(dir string) error { return os.Truncate(filepath.Join(dir, "part-00001"), 60) }, "part-00001")
	damaged("no rows", func(dir string) error { return os.WriteFile(filepath.Join(dir, "part-00000"), []byte("hello"), 0o600) }, "part-00000")
	damaged("partitioner", func(dir string) error { return os.WriteFile(filepath.Join(dir, placementFile), []byte("{}"), 0o600) }, placementFile)
	if _, err := FromCheckpoint[[]string](c, good).Collect(context.Background()); err == nil {
		t.Error("numbers were read as lists")
	}
}

// A disk that is full fails the action, leaves nothing, and the next run of the
// action tries again.
func TestCheckpointOnAFullDisk(t *testing.T) {
	for _, op := range []simfs.Op{simfs.OpCreate, simfs.OpWrite, simfs.OpSync, simfs.OpRename, simfs.OpSyncDir} {
		faults := simfs.NewFaults()
		c := onSim(t, faults)
		if err := c.SetCheckpointDir("/ckpt"); err != nil {
			t.Fatal(err)
		}
		r := Parallelize(c, numbers(10), 3).Checkpoint()
		for i := range 4 { // as often as a task may fail
			faults.Add(simfs.Rule{Op: op, N: i + 1, Path: "/ckpt/*/rdd-0/_temporary/part-00001.?", Err: vfs.ErrNoSpace})
		}
		if op == simfs.OpRename || op == simfs.OpSyncDir {
			faults.Add(simfs.Rule{Op: op, Path: "/ckpt/*/rdd-0*", Err: vfs.ErrNoSpace})
			faults.Add(simfs.Rule{Op: op, Path: "/ckpt/*/rdd-0/part-00001", Err: vfs.ErrNoSpace})
		}
		if _, err := r.Collect(context.Background()); !errors.Is(err, vfs.ErrNoSpace) {
			t.Errorf("%s: %v", op, err)
		}
		if _, err := c.env.FS.Stat(c.CheckpointDir() + "/rdd-0"); !errors.Is(err, vfs.ErrNotExist) || r.IsCheckpointed() {
			t.Errorf("%s: half a checkpoint is left (%v)", op, err)
		}
		if got := gather(t, r); !slices.Equal(got, numbers(10)) || !r.IsCheckpointed() {
			t.Errorf("%s: %v", op, got)
		}
	}
}

type unsaved struct{ a int }

func TestCheckpointNeedsAnEncoder(t *testing.T) {
	c := checkpointing(t)
	_, err := Map(Parallelize(c, numbers(3)), func(x int) unsaved { return unsaved{x} }).Checkpoint().Collect(context.Background())
	if err == nil || !strings.Contains(err.Error(), "unsaved") {
		t.Error(err)
	}
}
