package rdd

import (
	"context"
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
