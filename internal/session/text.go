package session

import (
	"sort"
	"strings"

	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/expr/render"
)

// Printer returns what prints values in a form, in the session's time zone.
func (s *Session) Printer(f render.Form) *render.Printer {
	zone, err := datetime.LoadZone(s.zone())
	if err != nil {
		zone = datetime.UTC
	}
	return &render.Printer{Form: f, Zone: zone}
}

// JSONOptions are those of to_json in the session's time zone.
func (s *Session) JSONOptions() (*json.Options, error) {
	return json.ParseOptions(func(string) (string, bool) { return "", false }, s.zone())
}

// formats lists the names of the session's connectors.
func (s *Session) formats() string {
	names := make([]string, 0, len(s.connectors))
	for n := range s.connectors {
		names = append(names, n)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}
