package operator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	aggs "github.com/spatestream/spate/internal/expr/fn/aggregate"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sqltype"
)

var measured = sqltype.NewStruct(sqltype.F("k", sqltype.Long), sqltype.F("d", sqltype.Double), sqltype.F("n", sqltype.Long), sqltype.F("s", sqltype.String))

// calls are all aggregate functions of one operand, over each column that
// admits them.
func everyCall(t *testing.T) (calls []AggregateCall) {
	for _, f := range aggs.All() {
		for i := 1; i < 4; i++ {
			arg := col(measured, i)
			sig, err := f.Resolve(&expr.Session{ANSI: true, Zone: "UTC"}, expr.ArgsOf([]expr.Node{arg}))
			if err != nil || len(sig.Args) != 1 || !sqltype.SameShape(sig.Args[0], arg.Type()) {
				continue
			}
			calls = append(calls, AggregateCall{Name: f.Name, Sig: sig, Args: []expr.Node{arg}})
		}
	}
	if len(calls) < 8 {
		t.Fatalf("%d calls only", len(calls))
	}
	return calls
}

// grouped runs Partials, each over some of the batches, into a Final.
func grouped(t *testing.T, m *memory.Budget, space memory.Space, parts [][]*columnar.Batch, calls []AggregateCall) []string {
	t.Helper()
	keys := cols(measured, 1)
	var out texts
	account := m.Account("test", 0)
	context := func() *task.Context {
		return &task.Context{Params: &task.Params{Last: true}, Groups: store.Groups{Hi: 128, Of: 128}, Memory: account, Spill: space}
	}
	last := task.NewChain(context(), &out)
	f, err := last.Line(task.ToOutlet, 0, &Final{Keys: keys, Calls: calls})
	if err != nil {
		t.Fatal(err)
	}
	last.Input(f, 0)
	for _, p := range parts {
		first := task.NewChain(context(), through{last})
		ref, err := first.Line(task.ToOutlet, 0, &Partial{Keys: keys, Calls: calls})
		if err != nil {
			t.Fatal(err)
		}
		first.Input(ref, 0)
		for _, b := range p {
			if err := first.Push(0, b); err != nil {
				t.Fatal(err)
			}
		}
		if err := first.End(0); err != nil {
			t.Fatal(err)
		}
		first.Close()
	}
	if err := last.End(0); err != nil {
		t.Fatal(err)
	}
	last.Close()
	slices.Sort(out)
	return out
}

// near reports whether two rows are equal but for the rounding of numbers:
// moments merge with other rounding than they are updated with.
func near(a, b string) bool {
	x, y := strings.Split(a, ","), strings.Split(b, ",")
	return slices.EqualFunc(x, y, func(a, b string) bool {
		f, err1 := strconv.ParseFloat(a, 64)
		g, err2 := strconv.ParseFloat(b, 64)
		return a == b || err1 == nil && err2 == nil && math.Abs(f-g) <= 1e-9*math.Abs(f)
	})
}

// through hands what leaves one chain to the next.
type through struct{ to *task.Chain }

func (w through) Write(b *columnar.Batch) error { return w.to.Push(0, b) }

// Every aggregate function gives the same however its rows are spread over
// tasks, batches and spilled runs. Doubles are whole numbers, so that their
// sums do not depend on the order of rows.
func TestAggregatesMerge(t *testing.T) {
	calls := everyCall(t)
	r := rand.New(rand.NewPCG(4, 4))
	var rows []columnar.Row
	for range 3000 {
		row := columnar.Row{int64(r.IntN(300)), float64(r.IntN(1000)), int64(r.IntN(1000)), fmt.Sprint("text ", r.IntN(1000))}
		if i := 1 + r.IntN(12); i < 4 {
			row[i] = nil
		}
		rows = append(rows, row)
	}
	calls = slices.DeleteFunc(calls, func(c AggregateCall) bool { return dependsOnOrder[c.Name] })
	plain := slices.DeleteFunc(slices.Clone(calls), func(c AggregateCall) bool { return c.Name != "count" && c.Name != "sum" })
	space := &countedSpace{Space: memory.NewSpace(vfs.OS(1), t.TempDir())}
	defer space.Close()
	for _, c := range []struct {
		calls  []AggregateCall
		budget int64 // 0: none
	}{{calls, 0}, {plain, 100 << 10}} {
		want := grouped(t, memory.NewBudget(0), nil, [][]*columnar.Batch{{batchOf(measured, rows)}}, c.calls)
		var parts [][]*columnar.Batch
		for at := 0; at < len(rows); {
			n := min(len(rows)-at, 1+r.IntN(400))
			parts = append(parts, []*columnar.Batch{batchOf(measured, rows[at:at+n])})
			at += n
		}
		got := grouped(t, memory.NewBudget(c.budget), space, parts, c.calls)
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || !near(got[i], want[i]) {
				t.Fatalf("budget %d, row %d: got\n%s\nwant\n%s", c.budget, i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
			}
		}
		if (space.made > 0) != (c.budget > 0) {
			t.Errorf("budget %d: %d spill files", c.budget, space.made)
		}
	}
}

// countedSpace counts the files made.
type countedSpace struct {
	memory.Space
	made int
}

func (s *countedSpace) Create(hint string) (memory.File, error) {
	s.made++
	return s.Space.Create(hint)
}

// dependsOnOrder are functions whose result depends on the order of rows.
var dependsOnOrder = map[string]bool{"first": true, "last": true, "any_value": true, "collect_list": true}
