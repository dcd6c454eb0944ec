package main

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	service := httptest.NewServer(&standIn{})
	defer service.Close()
	var out bytes.Buffer
	if err := job(source.Values(printed.Lines(blocks[0])...), service.URL, &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	printed.Want(t, out.String(), blocks[1])
	if got, want := of("ann", out.String()), of("ann", blocks[1]); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// of returns the lines of a customer, in order.
func of(customer, text string) []string {
	return slices.DeleteFunc(printed.Lines(text), func(line string) bool { return !strings.HasPrefix(line, customer+" ") })
}
