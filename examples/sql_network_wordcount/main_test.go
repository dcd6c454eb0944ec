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
	want := "========= 11000 =========\n[be,2]\n[to,2]\n[not,1]\n[or,1]\n========= 12000 =========\n========= 13000 =========\n[be,1]\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}
