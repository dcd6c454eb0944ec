package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// Flow is a streaming query of a script, ready to start.
type Flow struct {
	Name   string // of the flow or its table; "query" for the last SELECT
	Node   logical.Node
	Stream Stream
	at     span
}

// span is where a statement stands in its script. The zero span is "nowhere".
type span struct {
	script      string
	start, stop int
}

// line is where the statement's first word stands, from 1 on; 0: unknown.
func (s span) line() int {
	if s.script == "" {
		return 0
	}
	return 1 + strings.Count(s.script[:lex.Next(s.script, s.start).Start], "\n")
}

// placed returns an error in the statement's text as one in the script's, where
// its line can be found.
func (s span) placed(err error) error {
	if s.script == "" {
		return err
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, x := range joined.Unwrap() {
			all = append(all, s.placed(x))
		}
		return errors.Join(all...)
	}
	e, ok := err.(*sparkerr.Error)
	if !ok {
		return err
	}
	c := *e
	if c.Origin.SQL == s.script[s.start:s.stop] {
		c.Origin.SQL, c.Origin.Start, c.Origin.Stop = strings.TrimRight(s.script, "\n"), s.start+c.Origin.Start, s.start+c.Origin.Stop
	}
	c.Cause = s.placed(c.Cause)
	return &c
}

// Title says which flow of a script it is: its name, where it stands and where
// its rows go.
func (f Flow) Title() string {
	to := f.Stream.Format
	if p := f.Stream.Options.Or("path", ""); p != "" {
		to += " in " + p
	}
	if n := f.at.line(); n > 0 {
		return fmt.Sprintf("%s (line %d, into %s)", f.Name, n, to)
	}
	return f.Name + " (into " + to + ")"
}

// Placed returns an error in the flow's statement as one in its script, where its
// line can be found.
func (f Flow) Placed(err error) error { return f.at.placed(err) }

// Check refuses a flow that cannot run as a stream, without starting it.
func (s *Session) Check(f Flow) error { return f.at.placed(s.checkStream(f.Node, f.Stream.Mode)) }

// Start starts a flow of the session's script; ctx bounds its whole run.
func (s *Session) Start(ctx context.Context, f Flow) (*query.Query, error) {
	if err := s.Check(f); err != nil {
		return nil, err
	}
	q, err := s.startAnalyzed(ctx, f.Node, f.Stream)
	return q, f.at.placed(err)
}
