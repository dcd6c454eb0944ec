package sink

import (
	"io"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/source"
)

// What was given nothing, or what cannot be, is refused before the job runs, with
// the line that adds it.
func TestWhatCannotBe(t *testing.T) {
	text := func(s string) string { return s }
	for want, create := range map[string]func() topology.Sink[string]{
		"Func was given nil":                        Func[string](nil),
		"Chan was given nil":                        Chan[string](nil),
		"Lines needs a writer and a function":       Lines[string](io.Discard, nil),
		"Lines needs a writer":                      Lines(nil, text),
		"File was given nil":                        File[string](t.TempDir(), nil),
		"File needs a folder of its own":            File("", text),
		"Post was given nil in place of what makes": Post[string]("http://localhost", nil),
		"Post was given nil in place of an option":  Post("http://localhost", JSON[string], nil),
		`Post: "localhost:80" is no URL to send to`: Post("localhost:80", JSON[string]),
		"Tries(0, 0s): an event is sent at least":   Post("http://localhost", JSON[string], Tries(0, 0)),
		"NewView was given nil":                     NewView[string](text, nil).Sink,
	} {
		j := topology.NewJob("nil")
		topology.To(topology.AddSource(j, "in", source.Values("a")), "out", create)
		err := j.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), `sink "out": `+want) || !strings.Contains(err.Error(), "given_test.go:") {
			t.Errorf("%v is not %s", err, want)
		}
	}
}
