// Package spelling finds the name that somebody meant.
package spelling

// Distance is Levenshtein's: the fewest insertions, deletions and
// substitutions of characters that turn one text into the other.
func Distance(a, b string) int {
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

// Nearest returns the name that differs least from word, the first in order of
// the alphabet of several, and by how much; "" of none.
func Nearest(word string, names []string) (best string, distance int) {
	for _, n := range names {
		if d := Distance(word, n); best == "" || d < distance || d == distance && n < best {
			best, distance = n, d
		}
	}
	return best, distance
}

// Meant returns the name that one who wrote word probably meant: it differs by at
// most two letters; "" if there is none, or word is one of the names.
func Meant(word string, names []string) string {
	if best, d := Nearest(word, names); d > 0 && d <= 2 {
		return best
	}
	return ""
}
