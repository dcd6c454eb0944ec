package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
)

// defaultPattern is that of the functions of unix timestamps.
const defaultPattern = "yyyy-MM-dd HH:mm:ss"

// patternAt compiles the patterns of a column, remembering the last.
type patternAt struct {
	compile func(string) (*cal.Pattern, error)
	text    []byte
	pattern *cal.Pattern
}

func (p *patternAt) at(v *columnar.Vector, i int) (*cal.Pattern, error) {
	b := v.Text(i)
	if p.pattern != nil && string(b) == string(p.text) {
		return p.pattern, nil
	}
	pattern, err := p.compile(string(b))
	if err != nil {
		return nil, err
	}
	p.text, p.pattern = append(p.text[:0], b...), pattern
	return pattern, nil
}
