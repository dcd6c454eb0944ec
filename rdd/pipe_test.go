package rdd

import (
	"context"
	"strconv"
	"strings"
	"testing"
)

func TestPipe(t *testing.T) {
	c := NewContext("pipe", Workers(2), Conf("spark.task.maxFailures", "1"))
	defer c.Stop()
	words := Parallelize(c, []string{"b", "a", "c"}, 2)
	if got := collected(t, Pipe(words, "sort -r")); got != "[b] [c a]" {
		t.Error(got)
	}
	if got := collected(t, PipeArgs(words, []string{"sh", "-c", "cat >/dev/null; echo $WORD"}, PipeEnv("WORD", "x y"))); got != "[x y] [x y]" {
		t.Error(got)
	}
	for command, want := range map[string]string{"sh -c exit 3": "", "no-such-program-here": "could not start", "": "needs a command"} {
		_, err := Pipe(words, command).Collect(context.Background())
		if command == "sh -c exit 3" { // sh takes "exit" as the script and 3 as its name
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", command, err)
		}
	}
	_, err := PipeArgs(words, []string{"sh", "-c", "echo why >&2; exit 3"}).Collect(context.Background())
	if err == nil || !strings.Contains(err.Error(), "why") || !strings.Contains(err.Error(), "exit status 3") {
		t.Error(err)
	}
}

// What feeds a process and what takes its lines are called one after the other, and
// name their own rows; a process that writes before it reads on stops nobody.
func TestPipeCallsTheProgramOnOneGoroutine(t *testing.T) {
	c := NewContext("pipe", Workers(2), Conf("spark.task.maxFailures", "1"))
	defer c.Stop()
	const rows = 40_000
	fed, taken := LongAccumulator(c, "fed"), LongAccumulator(c, "taken")
	in := TryMap(Parallelize(c, numbers(rows), 2), func(t *Task, x int) (int, error) { fed.Add(t, 1); return x, nil })
	out := TryMap(Pipe(in, "cat"), func(t *Task, line string) (int, error) { taken.Add(t, 1); return len(line), nil })
	if n, err := out.Count(t.Context()); n != rows || err != nil || fed.Value().Count != rows || taken.Value().Count != rows {
		t.Error(n, err, fed.Value(), taken.Value())
	}
	if some, err := out.Take(t.Context(), 3); len(some) != 3 || err != nil {
		t.Error(some, err)
	}
	bad := func(at int) func(int) int {
		return func(x int) int {
			if x == at {
				panic("bad")
			}
			return x
		}
	}
	for where, err := range map[string]error{
		"feeding": erring(Pipe(Map(in, bad(rows/2+15_000)), "cat").Count(t.Context())),
		"taking":  erring(Map(Map(Pipe(in, "cat"), func(s string) int { n, _ := strconv.Atoi(s); return n }), bad(rows/2+15_000)).Count(t.Context())),
	} {
		if err == nil || !strings.Contains(err.Error(), "(row 15000 of partition 1,") {
			t.Errorf("%s: %v", where, err)
		}
	}
	for script, want := range map[string]int64{"head -n 3": 3, "exec <&-; echo one; echo two": 2, "true": 0} {
		if n, err := PipeArgs(Parallelize(c, numbers(rows), 1), []string{"sh", "-c", script}).Count(t.Context()); n != want || err != nil {
			t.Errorf("%s: %d, %v", script, n, err)
		}
	}
}
