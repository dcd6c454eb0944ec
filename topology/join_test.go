package topology

import (
	"fmt"
	"strings"
	"testing"
)

func two() (left, right Stream[item]) {
	j := NewJob("joins")
	source := func(name string) Stream[item] {
		return Fields(AddSource(j, name, func() items { return items{} }), byKey)
	}
	return source("lefts"), source("rights")
}

// String shows a pair for time lines.
func (j Joined[L, R]) String() string {
	side := func(v any, has bool) string {
		if !has {
			return "-"
		}
		return fmt.Sprint(v)
	}
	return side(j.Left, j.HasLeft) + " & " + side(j.Right, j.HasRight)
}

// Deleted is for tables: a row of no value is gone.
func (i item) Deleted() bool { return i.Value < 0 }

func TestJoinTable(t *testing.T) {
	const script = `
		1 a=1
		5 r a=10
		2 a=2
		> a=2 & a=10 @2
		6 r a=20
		3 b=3
		3 a=4
		> a=4 & a=20 @3
		7 r a=-1
		4 a=5`
	l, r := two()
	newTimeline(t, JoinTable(l, r, "join", InnerJoin)).run(script)
	l, r = two()
	newTimeline(t, JoinBroadcast(l, byKey, r, byKey, "join", InnerJoin)).run(script)
	l, r = two()
	const left = `
		1 a=1
		> a=1 & - @1
		5 r a=10
		2 a=2
		> a=2 & a=10 @2`
	newTimeline(t, JoinTable(l, r, "join", LeftJoin)).run(left)
	l, r = two()
	newTimeline(t, JoinBroadcast(l, byKey, r, byKey, "join", LeftJoin)).run(left)
}

func TestJoinTables(t *testing.T) {
	l, r := two()
	newTimeline(t, JoinTables(l, r, "join", InnerJoin)).run(`
		1 a=1
		2 r a=10
		> {a=1 & a=10 false} @2
		3 r b=20
		4 a=2
		> {a=1 & a=10 true} @4
		> {a=2 & a=10 false} @4
		5 r a=-1
		> {a=2 & a=10 true} @5`)
	for kind, want := range map[Join][4]string{
		LeftJoin:  {"> {a=1 & - false} @1", "> {a=1 & - true} @2\n> {a=1 & a=10 false} @2", "> {a=1 & a=10 true} @3", ""},
		RightJoin: {"", "> {a=1 & a=10 false} @2", "> {a=1 & a=10 true} @3\n> {- & a=10 false} @3", "> {- & a=10 true} @4"},
		FullJoin: {"> {a=1 & - false} @1", "> {a=1 & - true} @2\n> {a=1 & a=10 false} @2",
			"> {a=1 & a=10 true} @3\n> {- & a=10 false} @3", "> {- & a=10 true} @4"},
	} {
		l, r := two()
		newTimeline(t, JoinTables(l, r, "join", kind)).run(strings.Join([]string{
			"1 a=1", want[0], "2 r a=10", want[1], "3 a=-1", want[2], "4 r a=-1", want[3], "5 r a=-1"}, "\n"))
	}
}

func TestJoinWindows(t *testing.T) {
	for kind, want := range map[Join]string{
		InnerJoin: `> a=1 & a=10 @9.999
			> a=2 & a=10 @9.999`,
		LeftJoin: `> a=1 & a=10 @9.999
			> a=2 & a=10 @9.999
			> b=3 & - @9.999`,
		RightJoin: `> a=1 & a=10 @9.999
			> a=2 & a=10 @9.999
			> - & c=20 @9.999`,
		FullJoin: `> a=1 & a=10 @9.999
			> a=2 & a=10 @9.999
			> b=3 & - @9.999
			> - & c=20 @9.999`,
	} {
		l, r := two()
		newTimeline(t, JoinWindows(l, r, "join", Fixed(secs(10)), kind)).run(`
			1 a=1
			9 r a=10
			2 a=2
			3 b=3
			4 r c=20
			11 r b=30
			wm 10
			` + want + `
			4 a=9
			> late a=9 @4
			4 r a=9
			> late a=9 @4`)
	}
	l, r := two()
	newTimeline(t, JoinWindows(l, r, "join", Session(secs(5)), FullJoin)).run(`
		1 a=1
		9 r a=10
		5 r a=20
		wm 14
		> a=1 & a=10 @13.999
		> a=1 & a=20 @13.999
		20 a=2
		end
		> a=2 & - @24.999`)
}

func TestJoinInterval(t *testing.T) {
	l, r := two()
	newTimeline(t, JoinInterval(l, r, "join", -secs(2), secs(5), FullJoin)).run(`
		10 a=1
		15 r a=10
		> a=1 & a=10 @15
		15.001 r a=11
		8 r a=12
		> a=1 & a=12 @10
		8 r b=13
		7.999 r a=14
		wm 9.999
		wm 10
		> - & a=14 @9.999
		wm 10.001
		> - & b=13 @10
		10 a=2
		> late a=2 @10
		17 a=3
		> a=3 & a=10 @17
		> a=3 & a=11 @17
		18 b=4
		wm 23
		wm 23.001
		> b=4 & - @23
		end`)
	l, r = two()
	newTimeline(t, JoinInterval(l, r, "join", -secs(5), -secs(3), LeftJoin)).run(`
		wm 8
		10 a=1
		> a=1 & - @10
		12 a=2
		7.5 r a=9
		> late a=9 @7.5
		8 r a=10
		> a=2 & a=10 @12
		wm 9.001
		wm 10
		11 a=3
		> a=3 & a=10 @11
		end`)
}

func TestJoinsThatCannotBe(t *testing.T) {
	l, r := two()
	j := l.job
	JoinTable(l, All(r), "unkeyed", InnerJoin)
	JoinTable(l, r, "rows", RightJoin)
	JoinBroadcast(l, byKey, r, byKey, "copies", FullJoin)
	JoinTable(l, Fields(r, func(i item) int { return i.Value }), "types", InnerJoin)
	JoinWindows(l, r, "count", Count(3), InnerJoin)
	JoinInterval(l, r, "interval", 1, 0, InnerJoin)
	err := j.Validate()
	for _, want := range []string{`"unkeyed" joins by key`, `a right join of stream and table cannot be`, `"copies": a row of a table waits for no event, so a full join`, `of different types, string and bigint`, `"count": windows of a join`, `"interval" joins from`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not %q in\n%v", want, err)
		}
	}
}
