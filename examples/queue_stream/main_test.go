package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/examples/printed"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []int{1, 2, 11, 20, 21}, nil), &out)
	h.Run(2)
	printed.Want(t, out.String(), `
-------------------------------------------
Time: 11000 ms
-------------------------------------------
(1,3)
(2,1)
(0,1)

-------------------------------------------
Time: 12000 ms
-------------------------------------------
`)
}
