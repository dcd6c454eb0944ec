package operator

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/task/optest"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sqltype"
)

var wideRow = sqltype.NewStruct(sqltype.F("k", sqltype.String), sqltype.F("id", sqltype.Long), sqltype.F("text", sqltype.String))

// wideRows are rows of wideRow, n of about 100 bytes, a key twice on average,
// now and then null.
func wideRows(r *rand.Rand, n, keys int) []columnar.Row {
	rows := make([]columnar.Row, n)
	for i := range rows {
		rows[i] = columnar.Row{"key" + strings.Repeat("x", r.IntN(20)) + string(rune('a'+r.IntN(26))) + string(rune('a'+r.IntN(keys))), int64(i), strings.Repeat("y", r.IntN(150))}
		if r.IntN(20) == 0 {
			rows[i][0] = nil
		}
	}
	return rows
}

// A join whose built side is four times the budget gives the rows that it gives
// without a budget, whatever its type, and leaves nothing behind.
func TestJoinSpills(t *testing.T) {
	for kind := Inner; kind <= Existence; kind++ {
		for _, nullAware := range []bool{false, true}[:1+int(b2i(kind == LeftAnti))] {
			r := rand.New(rand.NewPCG(uint64(kind), 9))
			left, right := wideRows(r, 3000, 4), wideRows(r, 12000, 4)
			if nullAware {
				for _, rows := range [][]columnar.Row{right} {
					for _, row := range rows {
						if row[0] == nil {
							row[0] = "none"
						}
					}
				}
			}
			j := func() *Join {
				return &Join{Type: kind, Left: wideRow, Right: wideRow, NullAware: nullAware, BuildLeft: kind == RightOuter || kind == LeftOuter && nullAware,
					LeftKeys: cols(wideRow, 1), RightKeys: cols(wideRow, 1)}
			}
			want, _ := joinWithin(t, j(), left, right, 0)
			got, spilled := joinWithin(t, j(), left, right, 400<<10)
			if !slices.Equal(got, want) {
				t.Errorf("type %d: %d rows, want %d", kind, len(got), len(want))
			}
			if !spilled && kind != RightOuter {
				t.Errorf("type %d: nothing was spilled", kind)
			}
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// watched is a space that knows how many files were made and are left.
type watched struct {
	memory.Space
	made, left int
}

func (w *watched) Create(hint string) (memory.File, error) {
	f, err := w.Space.Create(hint)
	w.made, w.left = w.made+1, w.left+1
	return &watchedFile{f, w}, err
}

type watchedFile struct {
	memory.File
	in *watched
}

func (f *watchedFile) Close() error {
	f.in.left--
	return f.File.Close()
}

// joinWithin runs two epochs of a join inside a budget and returns what the
// second one gave, and whether rows went to disk.
func joinWithin(t *testing.T, j *Join, left, right []columnar.Row, budget int64) ([]string, bool) {
	t.Helper()
	var out texts
	var params task.Params
	b := memory.NewBudget(budget)
	space := &watched{Space: memory.NewSpace(vfs.OS(1), t.TempDir())}
	defer space.Close()
	c := &task.Context{Params: &params, Groups: store.Groups{Hi: 128, Of: 128}, Memory: b.Account("test", 0), Spill: space, Stats: &task.Stats{}}
	ch := task.NewChain(c, &out)
	ref, err := ch.Add(j, task.ToOutlet, 0)
	if err != nil {
		t.Fatal(err)
	}
	ch.Input(ref, 0)
	ch.Input(ref, 1)
	first, second := right, left
	if j.BuildLeft {
		first, second = left, right
	}
	for range 2 {
		params.Epoch++
		out = out[:0]
		for in, rows := range [][]columnar.Row{first, second} {
			for part := range slices.Chunk(rows, 500) {
				if err := ch.Push(in, batchOf(wideRow, part)); err != nil {
					t.Fatal(err)
				}
			}
			if err := ch.End(in); err != nil {
				t.Fatal(err)
			}
		}
		if err := ch.Advance(eventtime.End); err != nil {
			t.Fatal(err)
		}
		if err := ch.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := ch.Close(); err != nil || space.left != 0 || b.Used() != 0 {
		t.Errorf("after the end: %v, %d files, %d bytes", err, space.left, b.Used())
	}
	slices.Sort(out)
	return out, space.made > 0
}

// What waits before the join may come after Advance: a stream's batch joins a
// static side that is on disk.
func TestSpilledJoinServesFlush(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	left, right := wideRows(r, 100, 4), wideRows(r, 12000, 4)
	for _, budget := range []int64{0, 400 << 10} {
		space := &watched{Space: memory.NewSpace(vfs.OS(1), t.TempDir())}
		var params task.Params
		j := &Join{Type: Inner, Left: wideRow, Right: wideRow, LeftKeys: cols(wideRow, 1), RightKeys: cols(wideRow, 1)}
		c := &task.Context{Params: &params, Memory: memory.NewBudget(budget).Account("test", 0), Spill: space, Stats: &task.Stats{}}
		if err := j.Open(c); err != nil {
			t.Fatal(err)
		}
		var out collected
		step := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for part := range slices.Chunk(right, 500) {
			step(j.Push(0, batchOf(wideRow, part), &out))
		}
		step(j.Push(1, batchOf(wideRow, left[:50]), &out))
		step(j.Advance(0, &out))
		step(j.Push(1, batchOf(wideRow, left[50:]), &out))
		step(j.Flush(&out))
		slices.Sort(out)
		if want := oracleOf(left, right); !slices.Equal(out, want) {
			t.Errorf("budget %d: %d rows, want %d", budget, len(out), len(want))
		}
		step(j.Close())
		if err := space.Close(); err != nil {
			t.Error(err)
		}
	}
}

// collected is an Out that keeps rows as text.
type collected []string

func (o *collected) Emit(b *columnar.Batch) error { return (*texts)(o).Write(b) }
func (o *collected) Late(*columnar.Batch) error   { return nil }

// oracleOf is the inner join of wide rows on their first columns.
func oracleOf(left, right []columnar.Row) []string {
	by := map[any][]columnar.Row{}
	for _, r := range right {
		by[r[0]] = append(by[r[0]], r)
	}
	var out []string
	for _, l := range left {
		if l[0] == nil {
			continue
		}
		for _, r := range by[l[0]] {
			out = append(out, optest.Text(slices.Concat(l, r)))
		}
	}
	slices.Sort(out)
	return out
}
