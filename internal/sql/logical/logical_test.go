package logical_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/sqltest"
	"github.com/spatestream/spate/sqltype"
)

// joinOf analyses a join of the two streams of the test world.
func joinOf(t *testing.T, on string) *logical.Join {
	t.Helper()
	n, err := sqltest.New().Run("SELECT 1 FROM STREAM events WATERMARK ts DELAY OF INTERVAL 1 SECOND AS e JOIN STREAM clicks WATERMARK at DELAY OF INTERVAL 1 SECOND AS c ON " + on)
	if err != nil {
		t.Fatal(err)
	}
	var j *logical.Join
	logical.Visit(n, func(m logical.Node) bool {
		if x, ok := m.(*logical.Join); ok {
			j = x
		}
		return j == nil
	})
	return j
}

// TestStateBound reads "left due +shift, right due +shift" in milliseconds out
// of conditions.
func TestStateBound(t *testing.T) {
	for on, want := range map[string]string{
		"e.k = c.k": "-, -",
		"e.k = c.k AND c.at >= e.ts AND c.at <= e.ts + INTERVAL 1 HOUR":          "ts 3600001, at 1",
		"e.ts < c.at + INTERVAL 10 SECONDS AND c.at - INTERVAL 5 SECONDS < e.ts": "ts 5000, at 10000",
		"e.ts > c.at":                                      "ts 0, -",
		"e.ts BETWEEN c.at AND c.at":                       "ts 1, at 1",
		"e.ts >= c.at + INTERVAL 1 MONTH":                  "-, -",
		"e.ts > c.at OR e.k = c.k":                         "-, -",
		"e.ts > c.at AND e.ts > c.at - INTERVAL 2 SECONDS": "ts 2000, -",
	} {
		j := joinOf(t, on)
		got := bound(j, j.Left, j.Right) + ", " + bound(j, j.Right, j.Left)
		if got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
}

func bound(j *logical.Join, of, by logical.Node) string {
	due, shift, ok := logical.StateBound(j.Cond, of.Output(), by.Output())
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%s %d", due.Name, shift/1000)
}

func TestEquiKeys(t *testing.T) {
	keys, rest := joinOf(t, "c.k = e.k AND e.v <=> c.n + 1 AND e.v > 1 AND e.ts > c.at").EquiKeys()
	var got []string
	for _, k := range keys {
		got = append(got, fmt.Sprintf("%s~%s %v", k.Left, k.Right, k.NullSafe))
	}
	want := "k~k false; v~(n + 1) true"
	if s := strings.Join(got, "; "); s != want || len(rest) != 2 {
		t.Errorf("%s and %d more, want %s and 2 more", s, len(rest), want)
	}
}

func TestCheckFindsWhatNobodyPutsOut(t *testing.T) {
	var ids logical.IDs
	a, b := logical.NewAttr(&ids, "a", sqltype.Int, false), logical.NewAttr(&ids, "b", sqltype.Int, false)
	in := &logical.Values{Out: []*logical.Attr{a}}
	if err := logical.Check(&logical.Project{List: []expr.Node{a}, Child: in}); err != nil {
		t.Error(err)
	}
	if err := logical.Check(&logical.Project{List: []expr.Node{b}, Child: in}); err == nil {
		t.Error("a column that no input puts out passes")
	}
	if err := logical.Check(&logical.Join{Left: in, Right: in}); err == nil {
		t.Error("a join that puts a column out twice passes")
	}
}

func TestKeyTellsExpressionsApart(t *testing.T) {
	var ids logical.IDs
	a, b := logical.NewAttr(&ids, "a", sqltype.Int, true), logical.NewAttr(&ids, "a", sqltype.Int, true)
	for _, c := range []struct {
		x, y expr.Node
		same bool
	}{
		{a, a.Renamed("other").Qualified([]string{"t"}), true},
		{a, b, false},
		{expr.Lit(int32(1), sqltype.Int), expr.Lit(int64(1), sqltype.Long), false},
		{&expr.Cast{Arg: a, T: sqltype.Long}, &expr.Cast{Arg: a, T: sqltype.Long, Implicit: true}, true},
		{&expr.Logic{Left: a, Right: b}, &expr.Logic{Or: true, Left: a, Right: b}, false},
		{&logical.Alias{Arg: a, Name: "x"}, a, true},
	} {
		if got := logical.Key(c.x) == logical.Key(c.y); got != c.same {
			t.Errorf("%s and %s: same is %v, want %v", logical.Text(c.x), logical.Text(c.y), got, c.same)
		}
	}
}
