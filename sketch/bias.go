package sketch

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// biasText is the appendix to the HyperLogLog++ paper: for each precision from
// 4 to 18 a line with the precision and the threshold up to which linear
// counting is better, a line of raw estimates and a line of their biases.
//
//go:embed bias.txt
var biasText string

type biasData struct {
	threshold float64
	raw, bias []float64
}

// biasTable reads the appendix when first asked.
var biasTable = sync.OnceValue(func() (table [maxBias + 1]biasData) {
	lines := strings.Split(biasText, "\n")
	for i := 0; i+2 < len(lines); i += 3 {
		head := numbers(lines[i])
		table[int(head[0])] = biasData{head[1], numbers(lines[i+1]), numbers(lines[i+2])}
	}
	return table
})

func biasOf(precision uint8) *biasData {
	table := biasTable()
	return &table[precision]
}

func numbers(line string) []float64 {
	var out []float64
	for _, s := range strings.Fields(line) {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			panic("sketch: bias.txt: " + err.Error()) // embedded, so never
		}
		out = append(out, v)
	}
	return out
}
