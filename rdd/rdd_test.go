package rdd

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/sparkerr"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWordCount(t *testing.T) {
	c := NewContext("wordcount", Workers(2))
	defer c.Stop()
	lines := Parallelize(c, []string{"a b a", "b c", "", "a"}, 3)
	ones := Map(FlatMap(lines, strings.Fields), func(w string) Pair[string, int] { return KV(w, 1) })
	counts := ReduceByKey(ones, func(a, b int) int { return a + b }, Into(2))
	for range 2 {
		got, err := counts.Collect(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(got, func(a, b Pair[string, int]) int { return strings.Compare(a.Key, b.Key) })
		if want := []Pair[string, int]{{"a", 3}, {"b", 2}, {"c", 1}}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestShuffleOutputIsUsedAgain(t *testing.T) {
	c := NewContext("stages", Workers(2))
	var stages []int
	c.AddListener(&Listener{JobEnded: func(j JobInfo) { stages = append(stages, j.Stages) }})
	pairs := Map(Parallelize(c, []int{1, 2, 3, 4}), func(x int) Pair[int, int] { return KV(x%2, x) })
	sums := ReduceByKey(pairs, func(a, b int) int { return a + b })
	for range 2 {
		if n, err := sums.Count(context.Background()); n != 2 || err != nil {
			t.Fatal(n, err)
		}
	}
	if !slices.Equal(stages, []int{2, 1}) {
		t.Errorf("jobs ran %v stages, want 2, then 1", stages)
	}
}

func TestBadCallNamesItsLine(t *testing.T) {
	c := NewContext("bad")
	_, err := Parallelize(c, []int{1}, 0).Collect(context.Background())
	var e *sparkerr.Error
	if !errors.As(err, &e) || !strings.HasSuffix(e.Origin.File, "rdd_test.go") {
		t.Errorf("%v", err)
	}
}
