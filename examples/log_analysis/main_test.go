package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"testing"
	"time"
)

const (
	home    = `10.0.0.1 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 100`
	docs    = `10.0.0.2 - ann [21/Nov/2026:10:00:01 +0000] "GET /docs?p=1 HTTP/1.1" 200 2000`
	missing = `10.0.0.3 - - [21/Nov/2026:10:00:02 +0000] "GET /old HTTP/1.0" 404 -`
)

func TestPrints(t *testing.T) {
	dir := t.TempDir()
	h := dstreamtest.New(t, time.Second)
	h.Context().Checkpoint(dir)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []string{home, docs, home, "garbage"}, []string{missing, docs}, nil, nil), time.Second, &out)
	h.Run(4)
	want := `11000 statuses [(200,3)]
11000 wanted of late [(/,2) (/docs?p=1,1)]
11000 bytes so far [(all,2200)]
12000 statuses [(200,1) (404,1)]
12000 wanted of late [(/,2) (/docs?p=1,2) (/old,1)]
12000 bytes so far [(all,4200)]
13000 statuses []
13000 wanted of late [(/,2) (/docs?p=1,2) (/old,1)]
13000 bytes so far [(all,4200)]
14000 statuses []
14000 wanted of late [(/docs?p=1,1) (/old,1)]
14000 bytes so far [(all,4200)]
`
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}
