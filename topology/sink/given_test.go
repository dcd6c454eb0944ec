package sink

import (
	"io"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/source"
)

// What cannot do without a function, and has none, is refused before the job runs,
// with the line that adds it.
func TestNothingIsGiven(t *testing.T) {
	text := func(s string) string { return s }
	for name, create := range map[string]func() topology.Sink[string]{
		"Func":    Func[string](nil),
		"Chan":    Chan[string](nil),
		"Lines":   Lines[string](io.Discard, nil),
		"nowhere": Lines(nil, text),
		"File":    File[string](t.TempDir(), nil),
		"Post":    Post[string]("http://localhost", nil),
		"options": Post("http://localhost", JSON[string], nil),
		"View":    NewView[string](text, nil).Sink,
	} {
		j := topology.NewJob("nil")
		topology.To(topology.AddSource(j, "in", source.Values("a")), "out", create)
		err := j.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), `sink "out" was given nil in place of a function or a value that it needs`) || !strings.Contains(err.Error(), "given_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
