package rdd

import (
	"context"
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
