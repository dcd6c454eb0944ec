package analyze

import (
	"sort"
	"strconv"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/spelling"
	"github.com/spatestream/spate/internal/sql/logical"
)

// maxSuggestions is how many names an error proposes.
const maxSuggestions = 5

// suggest returns the columns most like a name, best first, quoted. Of the
// qualifiers what all columns share is left out, but for as much as the name
// has.
func suggest(parts []string, attrs []*logical.Attr) []string {
	drop := sharedPrefix(attrs)
	same := true
	for _, a := range attrs {
		same = same && len(a.Qualifier) == drop
	}
	if same {
		drop = max(0, drop-(len(parts)-1))
	}
	type proposal struct {
		text string
		cost int
	}
	base := plan.Name{Parts: parts}.String()
	var all []proposal
	for _, a := range attrs {
		n := plan.Name{Parts: append(append([]string(nil), a.Qualifier[min(drop, len(a.Qualifier)):]...), a.Name)}
		all = append(all, proposal{n.Quoted(), spelling.Distance(n.String(), base)})
	}
	sort.SliceStable(all, func(i, j int) bool {
		return all[i].cost < all[j].cost || all[i].cost == all[j].cost && all[i].text < all[j].text
	})
	var out []string
	for _, p := range all[:min(len(all), maxSuggestions)] {
		out = append(out, p.text)
	}
	return out
}

// sharedPrefix is how many leading parts the qualifiers have in common.
func sharedPrefix(attrs []*logical.Attr) int {
	n := len(attrs[0].Qualifier)
	for _, a := range attrs {
		n = min(n, len(a.Qualifier))
		for n > 0 && !equalPath(a.Qualifier[:n], attrs[0].Qualifier[:n]) {
			n--
		}
	}
	return n
}

func equalPath(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func itoa(n int) string { return strconv.Itoa(n) }
