package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/examples/printed"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	h := dstreamtest.New(t, 5*time.Second)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []string{"soho,2,8", "harlem,1,10.5"}, []string{"harlem,3,9.5", "not a ride"}), &out)
	h.Run(8)
	printed.Want(t, out.String(), `
-------------------------------------------
Time: 20000 ms
-------------------------------------------
(harlem,2 rides, 4 passengers, mean fare 10.00)
(soho,1 rides, 2 passengers, mean fare 8.00)

-------------------------------------------
Time: 30000 ms
-------------------------------------------
(harlem,2 rides, 4 passengers, mean fare 10.00)
(soho,1 rides, 2 passengers, mean fare 8.00)

-------------------------------------------
Time: 40000 ms
-------------------------------------------
(harlem,2 rides, 4 passengers, mean fare 10.00)
(soho,1 rides, 2 passengers, mean fare 8.00)

-------------------------------------------
Time: 50000 ms
-------------------------------------------
`)
}
