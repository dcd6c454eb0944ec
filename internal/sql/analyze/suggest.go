package analyze

import (
	"sort"
	"strconv"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
)

// maxSuggestions is how many names an error proposes.
const maxSuggestions = 5

// suggest returns the columns most like a name, best first, quoted. A
// qualifier that all columns share is left out unless the name has one.
func suggest(parts []string, attrs []*logical.Attr) []string {
	shared := true
	for _, a := range attrs {
		shared = shared && equalPath(a.Qualifier, attrs[0].Qualifier)
	}
	type proposal struct {
		text string
		cost int
	}
	base := plan.Name{Parts: parts}.String()
	var all []proposal
	for _, a := range attrs {
		path := []string{a.Name}
		if !shared || len(parts) > 1 {
			path = append(append([]string(nil), a.Qualifier...), a.Name)
		}
		n := plan.Name{Parts: path}
		all = append(all, proposal{n.Quoted(), distance(n.String(), base)})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].cost < all[j].cost })
	var out []string
	for _, p := range all[:min(len(all), maxSuggestions)] {
		out = append(out, p.text)
	}
	return out
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

// distance is Levenshtein's: the fewest insertions, deletions and
// substitutions that turn one text into the other.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range s {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range t {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}

func itoa(n int) string { return strconv.Itoa(n) }
