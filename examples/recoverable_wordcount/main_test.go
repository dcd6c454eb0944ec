package main

import (
	"bytes"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAppends(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var out bytes.Buffer
	path := filepath.Join(t.TempDir(), "counts.txt")
	if err := define(dstreamtest.Input(h, []string{"x a b a", "x"}, []string{"c"}), path, &out); err != nil {
		t.Fatal(err)
	}
	h.Run(2)
	text, err := os.ReadFile(path)
	if want := "Counts at time 11000 ms [(x,2)]\nCounts at time 12000 ms []\n"; err != nil || string(text) != want {
		t.Errorf("%v, in the file is\n%swant\n%s", err, text, want)
	}
	if !strings.HasSuffix(out.String(), "Dropped 4 word(s) totally\n") {
		t.Errorf("printed\n%s", &out)
	}
}
