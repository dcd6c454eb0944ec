package text

import (
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func distances() []def.Spec {
	return []def.Spec{
		{Name: "levenshtein", Usage: "number of edits between two texts; -1 if above the threshold", Example: "levenshtein('kitten', 'sitting')",
			Args: def.Args(def.String, def.String, def.Int), Optional: 1, Result: sqltype.Int, Kernel: levenshteinKernel},
		{Name: "soundex", Usage: "the code of how an English word sounds", Example: "soundex('Miller')", Args: def.Args(def.String), Result: sqltype.String,
			Kernel: def.Text(appendSoundex)},
		{Name: "jaro_winkler_similarity", Usage: "similarity of two texts from 0 to 1, more if they begin alike", Example: "jaro_winkler_similarity('martha', 'marhta')",
			Args: def.Args(def.String, def.String), Result: sqltype.Double, Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				columnar.Slice[float64](out)[i] = jaroWinkler([]rune(args[0].Str(i)), []rune(args[1].Str(i)))
			})},
	}
}

func appendRunes(dst []rune, s []byte) []rune {
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		dst, s = append(dst, r), s[n:]
	}
	return dst
}

func levenshteinKernel() expr.Kernel {
	var a, b []rune
	var line []int
	return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		a, b = appendRunes(a[:0], args[0].Text(i)), appendRunes(b[:0], args[1].Text(i))
		d := 0
		d, line = levenshtein(a, b, line)
		if len(args) > 2 && d > intAt(args[2], i) {
			d = -1
		}
		setInt(out, i, d)
	})()
}

// levenshtein keeps one line of the matrix (Wagner and Fischer 1974).
func levenshtein(a, b []rune, line []int) (int, []int) {
	line = line[:0]
	for j := range len(b) + 1 {
		line = append(line, j)
	}
	for i, x := range a {
		diagonal := line[0]
		line[0] = i + 1
		for j, y := range b {
			d := diagonal
			if x != y {
				d = min(d, line[j], line[j+1]) + 1
			}
			diagonal, line[j+1] = line[j+1], d
		}
	}
	return line[len(b)], line
}

// soundexCodes of A to Z; 7: H and W, which do not part equal codes.
const soundexCodes = "01230127022455012623017202"

func appendSoundex(dst, s []byte) []byte {
	upper := func(c byte) byte {
		if c-'a' < 26 {
			c -= 32
		}
		return c
	}
	if len(s) == 0 || upper(s[0])-'A' >= 26 {
		return append(dst, s...)
	}
	at := len(dst)
	dst = append(dst, upper(s[0]))
	last := soundexCodes[upper(s[0])-'A']
	for _, c := range s[1:] {
		if len(dst) == at+4 {
			break
		}
		c = upper(c)
		if c-'A' >= 26 {
			last = '0'
			continue
		}
		code := soundexCodes[c-'A']
		if code == '7' {
			continue
		}
		if code != '0' && code != last {
			dst = append(dst, code)
		}
		last = code
	}
	for len(dst) < at+4 {
		dst = append(dst, '0')
	}
	return dst
}

// jaroWinkler is Winkler's (1990) form of Jaro's similarity: prefix weight
// 0.1, at most four characters.
func jaroWinkler(a, b []rune) float64 {
	if len(a) == 0 || len(b) == 0 {
		if len(a) == len(b) {
			return 1
		}
		return 0
	}
	reach := max(max(len(a), len(b))/2-1, 0)
	inA, inB := make([]bool, len(a)), make([]bool, len(b))
	matches := 0
	for i, x := range a {
		for j := max(0, i-reach); j < min(len(b), i+reach+1); j++ {
			if !inB[j] && b[j] == x {
				inA[i], inB[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	swaps, j := 0, 0
	for i, x := range a {
		if !inA[i] {
			continue
		}
		for !inB[j] {
			j++
		}
		if b[j] != x {
			swaps++
		}
		j++
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swaps)/2)/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}
