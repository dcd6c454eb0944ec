package source

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// What was given nothing, or what cannot be, is refused before the job runs, with
// the line that adds it.
func TestWhatCannotBe(t *testing.T) {
	lines := func(*http.Request) ([]string, error) { return nil, nil }
	words := func(int64) (string, bool) { return "", false }
	for want, create := range map[string]func() topology.Source[string]{
		"Chan was given nil":                        Chan[string](nil),
		"Generate was given nil":                    Generate[string](0, nil),
		"Generate cannot make -1 events a second":   Generate(-1, words),
		"Generate cannot make NaN events":           Generate(math.NaN(), words),
		"HTTP was given nil":                        HTTP[string]("localhost:0", nil),
		"HTTP: Listener was given nil":              HTTP("localhost:0", lines, Listener(nil)),
		"HTTP: nil was given in place of an option": HTTP("localhost:0", lines, nil),
		`HTTP: "nonsense" is no address`:            HTTP("nonsense", lines),
		"Listen: Listener was given nil":            Listen("localhost:0", Listener(nil)),
		`Listen: the port "http" of`:                Listen("localhost:http"),
		"Dialer was given nil":                      Dial("localhost:0", Dialer(nil)),
		"Dial was given nil in place of an option":  Dial("localhost:0", nil),
		`Dial: "localhost" is no address`:           Dial("localhost"),
		"Redial(0s): the pause must be positive":    Dial("localhost:0", Redial(0)),
		"File needs the name of a file":             File(""),
		"Tail needs the name of a file":             Tail("", time.Second),
		"Tail cannot look every 0s":                 Tail("x", 0),
		"Folder needs a folder":                     Folder("", 0),
		"Folder cannot look every -1ns":             Folder("x", -1),
	} {
		_, err := run(t, 0, create)
		if err == nil || !strings.Contains(err.Error(), `source "in": `+want) || !strings.Contains(err.Error(), "_test.go:") {
			t.Errorf("%v is not %s", err, want)
		}
	}
}
