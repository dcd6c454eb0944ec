package exec_test

import (
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/vfs"
)

// An exchange by hash that lays many rows out by ranges of key groups loses
// none, keeps a key in one task and the rows of a key in order, spilled or not.
func TestFineShelves(t *testing.T) {
	data := random(11, 300_000, 5000, 8192)
	n := int64(0)
	for _, b := range data { // v says when a row came
		v := columnar.Slice[int64](b.Cols[1])
		for i := range v {
			v[i], n = n, n+1
		}
	}
	want := wantRows(data)
	for _, c := range []struct {
		name   string
		p      int
		budget int64
	}{{"one task", 1, 1 << 30}, {"two tasks", 2, 1 << 30}, {"spilled", 1, 3 << 20}} {
		t.Run(c.name, func(t *testing.T) {
			e := dealtByHash(t, data, c.p, c.budget)
			if !slices.Equal(e.sorted(), want) {
				t.Error("rows differ")
			}
			owner, last, turns := map[int64]int{}, map[int64]int64{}, 0
			for k, collector := range e {
				fine := uint32(0)
				for _, b := range collector.Batches() {
					keys, v := columnar.Slice[int64](b.Cols[0]), columnar.Slice[int64](b.Cols[1])
					for i, key := range keys {
						if was, known := owner[key]; known && was != k {
							t.Fatalf("key %d in tasks %d and %d", key, was, k)
						}
						if was, known := last[key]; known && was >= v[i] && c.p == 1 {
							t.Fatalf("key %d: row %d after %d", key, v[i], was)
						}
						owner[key], last[key] = k, v[i]
						if f := hashing.Int64(key, hashing.Seed) >> 27; f != fine {
							fine = f
							turns++
						}
					}
				}
			}
			if c.budget == 1<<30 && turns > len(want)*9/10 {
				t.Errorf("the range changes %d times in %d rows: nothing is laid out", turns, len(want))
			}
		})
	}
}

func dealtByHash(t *testing.T, data []*columnar.Batch, p int, budget int64) ends {
	t.Helper()
	fs, dir := vfs.OS(1), t.TempDir()
	space := func() (memory.Space, error) { return memory.NewSpace(fs, dir), nil }
	first := stage("scan", []task.Input{scan(data)}, task.Hash, []expr.Node{col(pairs, 0)}, func() []task.Operator { return nil })
	last := stage("end", []task.Input{{From: 0}}, task.Forward, nil, func() []task.Operator { return nil })
	var e ends
	b, err := exec.NewRunner(nil, 2, memory.NewBudget(budget), space).Bind(&task.Graph{Stages: []*task.Stage{first, last}}, p, 128, e.outlet)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for range 2 { // shelves are used again
		e.reset()
		if _, err := b.RunEpoch(t.Context(), exec.Epoch{Last: true, Params: task.Params{Evict: eventtime.End}}); err != nil {
			t.Fatal(err)
		}
	}
	return e
}
