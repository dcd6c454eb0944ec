package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	dir := t.TempDir()
	h := dstreamtest.New(t, time.Second)
	h.Context().Checkpoint(dir)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []string{"a b c d", "d c d"}, []string{"a a a"}), &out)
	h.Run(2)
	want := "11000 [(d,3) (c,2) (a,1)]\n12000 [(a,4) (d,3) (c,2)]\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}
