package parser

import (
	"fmt"

	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sparkerr"
)

// unclosed adds to the error at the next token that a quote there, or further
// on, has no end: it is often what the parser stumbles over.
func (p *parser) unclosed(err error) error {
	e := sparkerr.As(err)
	for _, t := range p.toks[p.i:] {
		q := p.text[t.start:t.end]
		if e == nil || t.kind != lex.Bad || q != "'" && q != `"` && q != "`" {
			continue
		}
		c := *e
		if t.start == p.cur().start {
			c.Message += " The quote that is opened here is not closed: end it with " + q + "."
		} else {
			line, col := sparkerr.Origin{SQL: p.text, Start: t.start}.LineCol()
			c.Message += fmt.Sprintf(" The quote %s at line %d, pos %d is not closed.", q, line, col)
		}
		return &c
	}
	return err
}
