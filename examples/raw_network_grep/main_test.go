package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []string{"the one", "other", "none"}, nil), &out)
	h.Run(2)
	if want := "Grep count: 2\nGrep count: 0\n"; out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}
