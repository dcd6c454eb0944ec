package dstreams

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// wide is batches of many keys.
func wide() [][]count {
	var out [][]count
	for b := range 4 {
		var rows []count
		for i := range 4000 {
			rows = append(rows, rdd.KV(fmt.Sprintf("a key of some length %d", i*(b+1)%6000), i%10))
		}
		out = append(out, rows)
	}
	return out
}

// keeping runs programs with state under a budget. It returns their results and
// how many bytes of state were on disk at most.
func keeping(t *testing.T, budget string) (out []string, onDisk int64) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spate.memory.budget", budget), rdd.TempDir(t.TempDir()), rdd.Workers(2))
	h.Context().Checkpoint(t.TempDir())
	in := dstreamtest.Input(h, wide()...)
	spec := dstream.StateFunction(func(_ string, v rdd.Optional[int], s *dstream.KeyState[int]) count {
		s.Update(s.Lookup().OrElse(0) + v.Value)
		return rdd.KV("", s.Get())
	})
	mapped := dstreamtest.Output(h, dstream.MapWithState(in, spec.Place(rdd.Into(3))).StateSnapshots())
	updated := dstreamtest.Output(h, dstream.UpdateStateByKey(in, total, rdd.Into(3)))
	for range 4 {
		h.Run(1)
		for _, info := range h.Context().RDDContext().PersistedRDDs() {
			onDisk = max(onDisk, info.Disk)
		}
	}
	for _, b := range append(mapped.All(), updated.All()...) {
		var rows []string
		for _, x := range b.Rows {
			rows = append(rows, x.String())
		}
		slices.Sort(rows)
		out = append(out, strings.Join(rows, " "))
	}
	return out, onDisk
}

// State that does not fit in memory lies on disk, and nothing else is different.
func TestStateLargerThanMemory(t *testing.T) {
	want, none := keeping(t, "0")
	got, onDisk := keeping(t, "700k") // the states take 690k, and of a budget three quarters are theirs
	if none != 0 || onDisk == 0 {
		t.Errorf("%d and %d bytes on disk: the test is too small", none, onDisk)
	}
	if !slices.Equal(got, want) || len(want) != 8 || len(want[7]) < 1000 {
		t.Error("state on disk gives other results")
	}
}

type secret struct{ n int }

// A state that cannot lie on disk is an error that names its type, once it must.
func TestStateThatCannotLeaveMemory(t *testing.T) {
	for budget, want := range map[string]string{"0": "", "100k": "dstreams.secret"} {
		h := dstreamtest.New(t, time.Second, rdd.Conf("spate.memory.budget", budget), rdd.TempDir(t.TempDir()))
		h.Context().Checkpoint(t.TempDir())
		d := dstream.UpdateStateByKey(dstreamtest.Input(h, wide()...), func(_ []int, s rdd.Optional[secret]) rdd.Optional[secret] {
			return rdd.Some(secret{s.Value.n + 1})
		})
		d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[rdd.Pair[string, secret]], _ time.Time) error {
			_, err := r.Count(ctx)
			return err
		})
		h.Run(1)
		var err error
		if want != "" {
			err = h.Context().AwaitTermination(context.Background())
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("budget %s: %v", budget, err)
		}
	}
}
