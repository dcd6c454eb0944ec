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
	define(dstreamtest.Input(h, []string{"to be or", "not to be"}, nil, []string{"be"}), &out)
	h.Run(3)
	printed.Want(t, out.String(), `
-------------------------------------------
Time: 11000 ms
-------------------------------------------
(to,2)
(be,2)
(or,1)
(not,1)

-------------------------------------------
Time: 12000 ms
-------------------------------------------

-------------------------------------------
Time: 13000 ms
-------------------------------------------
(be,1)
`)
}
