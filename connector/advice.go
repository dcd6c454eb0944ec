package connector

import (
	"maps"
	"slices"
	"strings"

	"github.com/spatestream/spate/internal/spelling"
)

// Adviser is a Connector that has something to say of options which it takes
// all the same, as Spark does: names that it does not know, values that it reads
// as others.
type Adviser interface {
	// Advice returns one sentence for each such option, the same for the same
	// options.
	Advice(o Options) []string
}

// everywhere are options that the engine takes itself, whatever the connector.
var everywhere = strings.Fields("path checkpointLocation queryName name asyncProgressTrackingEnabled asyncProgressTrackingCheckpointIntervalMs")

// UnknownOptions returns a sentence for each option that is not among the known
// names, in any case, of a format; names with a dot are other systems' settings.
func UnknownOptions(format string, o Options, known ...string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if strings.Contains(name, ".") || isKnown(name, known) || isKnown(name, everywhere) {
			continue
		}
		text := "unknown option " + name + " of format " + format
		if near := MeantOption(name, known); near != "" {
			text += ": did you mean " + near + "?"
		} else {
			text += ": it has no effect"
		}
		out = append(out, text)
	}
	return out
}

func isKnown(name string, known []string) bool {
	return slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
}

// MeantOption returns the known name that is one letter, or of six letters two,
// from name, "" if there is none; name itself is not among them.
func MeantOption(name string, known []string) string {
	lower := make([]string, len(known))
	for i, k := range known {
		lower[i] = strings.ToLower(k)
	}
	near, d := spelling.Nearest(strings.ToLower(name), lower)
	if d == 0 || d > 2 || 3*d > len(name) {
		return ""
	}
	return known[slices.Index(lower, near)]
}
