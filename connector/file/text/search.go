package text

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/find"
)

// dense is up to which part of the lines may match for a search of whole
// blocks: the engine tests them again.
const dense = 8

// search is a condition over lines that blocks are searched by: line ends are
// looked for only around what was found.
type search struct {
	part []byte
	test func(line, part []byte) bool
}

var tests = map[string]func(line, part []byte) bool{
	"contains": bytes.Contains, "startswith": bytes.HasPrefix, "endswith": bytes.HasSuffix, "=": bytes.Equal,
}

// searchOf returns the search for the longest text that the filters of the
// column name, nil if there is none. A text with a line end is not sought.
func searchOf(filters []connector.Filter) *search {
	var best *search
	for _, f := range filters {
		test := tests[f.Op]
		if f.Column != 0 || test == nil || len(f.Values) != 1 {
			continue
		}
		text, ok := f.Values[0].(string)
		if ok && text != "" && !bytes.ContainsAny([]byte(text), "\r\n") && (best == nil || len(text) > len(best.part)) {
			best = &search{part: []byte(text), test: test}
		}
	}
	return best
}

// lines appends the lines of the block that pass, from byte at on, to out as
// long as it has room, and returns them and where to go on, -1 at the end. The
// lines end in \n, and at begins one.
func (s *search) lines(block []byte, at int, out []columnar.View) ([]columnar.View, int) {
	for len(out) < cap(out) {
		hit := find.Text(block, at, s.part)
		if hit < 0 {
			return out, -1
		}
		lo := at + bytes.LastIndexByte(block[at:hit], '\n') + 1
		hi := len(block)
		if n := bytes.IndexByte(block[hit:], '\n'); n >= 0 {
			hi = hit + n
		}
		if s.test(block[lo:hi], s.part) {
			out = append(out, columnar.View{Off: uint32(lo), Len: uint32(hi - lo)})
		}
		if at = hi + 1; at >= len(block) {
			return out, -1
		}
	}
	return out, at
}

// count returns how many lines that end in \n a block has.
func count(block []byte) int {
	n := bytes.Count(block, []byte{'\n'})
	if len(block) > 0 && block[len(block)-1] != '\n' {
		n++
	}
	return n
}
