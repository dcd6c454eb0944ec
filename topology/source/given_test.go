package source

import (
	"net/http"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology"
)

// What cannot do without a function, and has none, is refused before the job runs,
// with the line that adds it.
func TestNothingIsGiven(t *testing.T) {
	lines := func(*http.Request) ([]string, error) { return nil, nil }
	for name, create := range map[string]func() topology.Source[string]{
		"Chan":     Chan[string](nil),
		"Generate": Generate[string](0, nil),
		"HTTP":     HTTP[string]("localhost:0", nil),
		"Listener": HTTP("localhost:0", lines, Listener(nil)),
		"options":  HTTP("localhost:0", lines, nil),
		"Listen":   Listen("localhost:0", Listener(nil)),
		"Dialer":   Dial("localhost:0", Dialer(nil)),
		"Dial":     Dial("localhost:0", nil),
	} {
		_, err := run(t, 0, create)
		if err == nil || !strings.Contains(err.Error(), `source "in" was given nil in place of a function or a value that it needs`) || !strings.Contains(err.Error(), "_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
