package operator

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/task/optest"
	"github.com/spatestream/spate/sqltype"
)

var joinRow = sqltype.NewStruct(sqltype.F("k", sqltype.Long), sqltype.F("b", sqltype.Boolean), sqltype.F("id", sqltype.Long))

// randomRows are rows of joinRow whose keys are few and sometimes null.
func randomRows(r *rand.Rand, n int) []columnar.Row {
	rows := make([]columnar.Row, n)
	for i := range rows {
		rows[i] = columnar.Row{int64(r.IntN(6)), r.IntN(2) == 0, int64(i)}
		if r.IntN(5) == 0 {
			rows[i][0] = nil
		}
	}
	return rows
}

func batchOf(s *sqltype.Struct, rows []columnar.Row) *columnar.Batch {
	b := columnar.NewBatch(s)
	for _, r := range rows {
		for i, v := range r {
			b.Cols[i].AppendValue(v)
		}
		b.Len++
	}
	return b
}

// oracle is the join as its definition reads: every pair is tried. The
// condition is the left row's boolean.
func oracle(t JoinType, left, right []columnar.Row, condition bool) []string {
	var out []string
	hit := make([]bool, len(right))
	none := columnar.Row{nil, nil, nil}
	for _, l := range left {
		found := false
		for i, r := range right {
			if l[0] == nil || l[0] != r[0] || condition && l[1] == false {
				continue
			}
			found, hit[i] = true, true
			if t <= FullOuter {
				out = append(out, optest.Text(slices.Concat(l, r)))
			}
		}
		switch {
		case t == Existence:
			out = append(out, optest.Text(append(slices.Clone(l), found)))
		case t == LeftSemi && found, t == LeftAnti && !found:
			out = append(out, optest.Text(l))
		case !found && (t == LeftOuter || t == FullOuter):
			out = append(out, optest.Text(slices.Concat(l, none)))
		}
	}
	for i, r := range right {
		if !hit[i] && (t == RightOuter || t == FullOuter) {
			out = append(out, optest.Text(slices.Concat(none, r)))
		}
	}
	slices.Sort(out)
	return out
}

// texts is an outlet that keeps rows as text.
type texts []string

func (w *texts) Write(b *columnar.Batch) error {
	for k := range b.Rows() {
		r := make(columnar.Row, len(b.Cols))
		for i, c := range b.Cols {
			r[i] = c.Value(b.RowAt(k))
		}
		*w = append(*w, optest.Text(r))
	}
	return nil
}

// twoInputs runs an operator of two inputs alone.
func twoInputs(t *testing.T, op task.Operator, drive func(*task.Chain, *task.Params) error) []string {
	t.Helper()
	var out texts
	var params task.Params
	c := &task.Context{Params: &params, Groups: store.Groups{Hi: 128, Of: 128}, Memory: memory.NewBudget(0).Account("test", 0), Stats: &task.Stats{}}
	ch := task.NewChain(c, &out)
	ref, err := ch.Add(op, task.ToOutlet, 0)
	ch.Input(ref, 0)
	ch.Input(ref, 1)
	if err == nil {
		err = drive(ch, &params)
	}
	if err != nil {
		t.Fatal(err)
	}
	ch.Close()
	slices.Sort(out)
	return out
}

// pushAll pushes rows in random batches.
func pushAll(r *rand.Rand, ch *task.Chain, in int, rows []columnar.Row) error {
	for len(rows) > 0 {
		n := 1 + r.IntN(len(rows))
		if err := ch.Push(in, batchOf(joinRow, rows[:n])); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func TestJoinProperty(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		left, right := randomRows(r, r.IntN(40)), randomRows(r, r.IntN(40))
		kind := JoinType(seed % 7)
		condition := r.IntN(2) == 0
		j := &Join{Type: kind, Left: joinRow, Right: joinRow, BuildLeft: kind < Existence && r.IntN(2) == 0}
		j.LeftKeys, j.RightKeys = cols(joinRow, 1), cols(joinRow, 1)
		if condition {
			j.Condition = col(joinRow, 1)
		}
		got := twoInputs(t, j, func(ch *task.Chain, _ *task.Params) error {
			first, second := right, left
			if j.BuildLeft {
				first, second = left, right
			}
			for in, rows := range [][]columnar.Row{first, second} {
				if err := pushAll(r, ch, in, rows); err != nil {
					return err
				}
				if err := ch.End(in); err != nil {
					return err
				}
			}
			return ch.Advance(eventtime.End)
		})
		if want := oracle(kind, left, right, condition); !slices.Equal(got, want) {
			t.Fatalf("seed %d, type %d, build left %v:\ngot\n%s\nwant\n%s", seed, kind, j.BuildLeft, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// Two streams joined epoch by epoch, then let go, are the join of all their
// rows.
func TestStreamJoinProperty(t *testing.T) {
	due := &expr.Literal{Value: eventtime.Time(1e9), T: sqltype.Timestamp}
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 6))
		left, right := randomRows(r, r.IntN(40)), randomRows(r, r.IntN(40))
		kind := JoinType(seed % 5)
		side := JoinSide{Schema: joinRow, Keys: cols(joinRow, 1), Due: due}
		j := &StreamJoin{Type: kind, Left: side, Right: side, Table: "j"}
		condition := r.IntN(2) == 0
		if condition {
			j.Condition = col(joinRow, 1)
			if r.IntN(2) == 0 { // it is about left columns only
				j.Left.Only = j.Condition
			}
		}
		got := twoInputs(t, j, func(ch *task.Chain, p *task.Params) error {
			l, q := left, right
			for len(l)+len(q) > 0 {
				a, b := r.IntN(len(l)+1), r.IntN(len(q)+1)
				if err := pushAll(r, ch, 0, l[:a]); err != nil {
					return err
				}
				if err := pushAll(r, ch, 1, q[:b]); err != nil {
					return err
				}
				l, q = l[a:], q[b:]
				if err := ch.Advance(0); err != nil {
					return err
				}
				ch.Store().Seal(0)
				if _, err := ch.Store().Save(dropChanges{}, 1<<30); err != nil {
					return err
				}
			}
			return ch.Advance(1 << 40)
		})
		if want := oracle(kind, left, right, condition); !slices.Equal(got, want) {
			t.Fatalf("seed %d, type %d:\ngot\n%s\nwant\n%s", seed, kind, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

type dropChanges struct{}

func (dropChanges) Rows(string, *columnar.Batch, bool) error { return nil }

func (dropChanges) Drop(string, eventtime.Watermark) error { return nil }

// A key with more rows than a batch is paired in pieces, in order.
func TestJoinLongList(t *testing.T) {
	const built = 2*columnar.MaxRows + 77
	j := &Join{Type: Inner, Left: joinRow, Right: joinRow, LeftKeys: cols(joinRow, 1), RightKeys: cols(joinRow, 1)}
	right := make([]columnar.Row, built)
	for i := range right {
		right[i] = columnar.Row{int64(i % 50 / 49), true, int64(i)} // one in fifty has key 1
	}
	left := []columnar.Row{{int64(1), true, int64(7)}, {int64(0), true, int64(8)}, {int64(2), true, int64(9)}, {int64(0), true, int64(10)}}
	got := twoInputs(t, j, func(ch *task.Chain, _ *task.Params) error {
		r := rand.New(rand.NewPCG(1, 1))
		for len(right) > 0 {
			n := min(len(right), 5000)
			if err := pushAll(r, ch, 0, right[:n]); err != nil {
				return err
			}
			right = right[n:]
		}
		return ch.Push(1, batchOf(joinRow, left))
	})
	if want := built/50 + 2*(built-built/50); len(got) != want {
		t.Fatalf("%d rows, want %d", len(got), want)
	}
	if !slices.IsSorted(got) || len(slices.Compact(got)) != built/50+2*(built-built/50) {
		t.Error("a pair came twice")
	}
}
