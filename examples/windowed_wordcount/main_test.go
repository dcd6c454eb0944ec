package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/examples/printed"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	dir := t.TempDir()
	h := dstreamtest.New(t, time.Second)
	h.Context().Checkpoint(dir)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []string{"to be or", "not to be"}, nil, []string{"be"}), &out)
	h.Run(12)
	printed.Want(t, out.String(), `
-------------------------------------------
Time: 12000 ms
-------------------------------------------
(to,2)
(be,2)
(or,1)
(not,1)

-------------------------------------------
Time: 14000 ms
-------------------------------------------
(to,2)
(be,3)
(or,1)
(not,1)

-------------------------------------------
Time: 16000 ms
-------------------------------------------
(to,2)
(be,3)
(or,1)
(not,1)

-------------------------------------------
Time: 18000 ms
-------------------------------------------
(to,2)
(be,3)
(or,1)
(not,1)

-------------------------------------------
Time: 20000 ms
-------------------------------------------
(to,2)
(be,3)
(or,1)
(not,1)

-------------------------------------------
Time: 22000 ms
-------------------------------------------
(be,1)
`)
}
