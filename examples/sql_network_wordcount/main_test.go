package main

import (
	"bytes"
	"github.com/spatestream/spate"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	session := spate.NewSession()
	defer session.Stop(t.Context())
	var out bytes.Buffer
	define(session, dstreamtest.Input(h, []string{"to be or", "not to be"}, nil, []string{"be"}), &out)
	h.Run(3)
	want := "========= 11000 =========\nRow(word='be', total=2)\nRow(word='to', total=2)\nRow(word='not', total=1)\nRow(word='or', total=1)\n========= 12000 =========\n========= 13000 =========\nRow(word='be', total=1)\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}
