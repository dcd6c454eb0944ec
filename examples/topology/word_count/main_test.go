package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	for _, guarantee := range []topology.Option{topology.AtMostOnce(), topology.AtLeastOnce()} {
		var out bytes.Buffer
		if err := job(guarantee, source.Values(printed.Lines(blocks[0])...), &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		printed.Want(t, out.String(), blocks[1])
	}
}

func TestSentencesHaveThreeWords(t *testing.T) {
	if s, ok := sentence(0); !ok || len(strings.Fields(s)) != 3 {
		t.Error(s)
	}
}
