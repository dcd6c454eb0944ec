package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/examples/printed"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPrints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weights.txt")
	weights := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h := dstreamtest.New(t, time.Second)
	var out bytes.Buffer
	define(dstreamtest.Input(h, []string{"good bad good", "plain"}, []string{"bad"}), path, &out)
	weights("good 3\nbad -2\n")
	h.Run(1)
	weights("bad -5\n")
	h.Run(1)
	printed.Want(t, out.String(), `
-------------------------------------------
Time: 11000 ms
-------------------------------------------
(good,6)
(bad,-2)

-------------------------------------------
Time: 12000 ms
-------------------------------------------
(bad,-5)
`)
}
