package rdd

import (
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestKeysOfOurOwnAreKnown(t *testing.T) {
	c := NewContext("typo", Conf("spate.memory.budgt", "1g"))
	defer c.Stop()
	if _, err := Parallelize(c, []int{1}, 1).Count(context.Background()); err == nil || !strings.Contains(err.Error(), "spate.memory.budgt; did you mean spate.memory.budget?") {
		t.Error(err)
	}
	ok := NewContext("fine", Conf("spate.streaming.receiver.maxHeld", "1g"), Conf("spark.some.other", "x"))
	defer ok.Stop()
	if n, err := Parallelize(ok, []int{1}, 1).Count(context.Background()); n != 1 || err != nil {
		t.Error(n, err)
	}
}

// Keys that have no effect are noted, those that one reads are not.
func TestIdleKeysAreNoted(t *testing.T) {
	var log strings.Builder
	c := NewContext("idle", Log(slog.New(slog.NewTextHandler(&log, nil))), Conf("spark.rdd.compres", "true"),
		Conf("spark.task.maxFailures", "1"), Conf("spark.hadoop.validateOutputSpecs", "false"), Conf("spark.streaming.blockIntervall", "1s"))
	c.Stop()
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "key=spark.rdd.compres meant=spark.rdd.compress") {
		t.Error(got)
	}
}

func TestNumbersOfWorkersAreChecked(t *testing.T) {
	for _, n := range []int{0, -1} {
		c := NewContext("none", Workers(n))
		_, err := Parallelize(c, []int{1}, 1).Count(context.Background())
		if err == nil || !strings.Contains(err.Error(), "rdd.Workers was given") || !strings.Contains(err.Error(), "conf_test.go:") {
			t.Errorf("%d workers: %v", n, err)
		}
		c.Stop()
	}
}
