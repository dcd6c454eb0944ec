package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
)

// flowError is the failure of one flow of a script with several.
type flowError struct {
	what    string   // which flow, and that it failed
	stopped []string // titles of the others that it stopped
	err     error
}

func (e *flowError) Unwrap() error { return e.err }

// Error says which flow failed, and what ended with it.
func (e *flowError) Error() string {
	text := e.what
	switch len(e.stopped) {
	case 0:
	case 1:
		text += "; with it the flow " + e.stopped[0] + " was stopped, after the batch under way: it goes on from there when the script is run again"
	default:
		text += "; with it the flows " + strings.Join(e.stopped, ", ") + " were stopped, after the batch under way: they go on from there when the script is run again"
	}
	return text + ":\n" + e.err.Error()
}

// start starts every flow and waits for all; the first failure, or an
// interrupt, stops the others after the epoch under way.
func start(ctx context.Context, s *session.Session, flows []session.Flow) error {
	run, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	for _, fl := range flows { // before any of them writes
		if err := s.Check(fl); err != nil {
			return failure(flows, "the flow "+fl.Title()+" cannot run, and none was started", nil, err)
		}
	}
	queries := make([]*query.Query, 0, len(flows))
	for _, fl := range flows {
		q, err := s.Start(run, fl)
		if err != nil {
			return failure(flows, "the flow "+fl.Title()+" did not start", active(flows, queries), errors.Join(err, s.Close()))
		}
		queries = append(queries, q)
	}
	return await(ctx, s, flows, queries)
}

// await waits until all queries have ended, or one has failed.
func await(ctx context.Context, s *session.Session, flows []session.Flow, queries []*query.Query) error {
	ended := make(chan int, len(queries))
	for i, q := range queries { // each of these goroutines ends with its query
		go func() { <-q.Done(); ended <- i }()
	}
	for range queries {
		select {
		case i := <-ended:
			err := flows[i].Placed(queries[i].Exception())
			if err == nil {
				continue
			}
			stopped := active(flows, queries)
			return failure(flows, "the flow "+flows[i].Title()+" failed", stopped, errors.Join(err, s.Close()))
		case <-ctx.Done():
			return s.Close() // interrupted: a clean end
		}
	}
	return nil
}

// active returns the titles of the flows that still run.
func active(flows []session.Flow, queries []*query.Query) []string {
	var out []string
	for i, q := range queries {
		if q.IsActive() {
			out = append(out, flows[i].Title())
		}
	}
	return out
}

// failure names the flow that failed, if there are several.
func failure(all []session.Flow, what string, stopped []string, err error) error {
	if len(all) == 1 {
		return err
	}
	return &flowError{what, stopped, err}
}

// nothingRan is the note on a script that has shown and started nothing.
func nothingRan(statements int) string {
	if statements == 0 {
		return "the script is empty: it has no statement"
	}
	return fmt.Sprintf("nothing ran: the script's statements, %d, prepare queries, and there is none: end it with SELECT ... FROM STREAM t, or add CREATE STREAMING TABLE ... AS or INSERT INTO ... FROM STREAM t", statements)
}
