package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spatestream/spate/internal/query"
)

// meter says how a query goes, one line a micro-batch: on a terminal the line
// is written over. It is used on the query's goroutine.
type meter struct {
	w        io.Writer
	terminal bool
	name     string
	late     int64 // rows dropped so far
}

// noWatermark is how the watermark of a query without rows yet is reported.
const noWatermark = "1970-01-01T00:00:00.000Z"

// line returns what is to be said of an epoch.
func (m *meter) line(p *query.Progress) string {
	state, dropped := stateOf(p)
	m.late += dropped
	var b strings.Builder
	fmt.Fprintf(&b, "%s: batch %d, %d rows, %.0f rows/s, %d ms", m.name, p.BatchID, p.NumInputRows, float64(p.ProcessedRowsPerSecond), p.BatchDuration)
	if len(p.StateOperators) > 0 {
		fmt.Fprintf(&b, ", state rows: %d", state)
	}
	if wm := p.EventTime["watermark"]; wm != "" && wm != noWatermark {
		fmt.Fprintf(&b, ", watermark %s, late rows dropped: %d", wm, m.late)
	}
	return b.String()
}

// listener prints the lines.
func (m *meter) listener() query.Listener {
	return query.Listener{
		Progress: func(p *query.Progress) {
			if m.terminal {
				fmt.Fprintf(m.w, "\r\x1b[K%s", m.line(p))
			} else {
				fmt.Fprintln(m.w, m.line(p))
			}
		},
		Terminated: func(query.Terminated) {
			if m.terminal {
				fmt.Fprintln(m.w)
			}
		},
	}
}
