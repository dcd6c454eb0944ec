package main

import (
	"fmt"
	"io"
	"sort"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/showtable"
	"github.com/spatestream/spate/internal/sql/logical"
)

// screenRows is how many rows of the result a screen shows.
const screenRows = 8

// screen shows the result of a query in update mode as one table that is drawn
// again after each micro-batch. The first column is the key of a row; the rows
// with the greatest keys are shown.
type screen struct {
	*kept[[]string]
	w      io.Writer
	header []string
	result map[string][]string
	drawn  int // lines above the cursor that are the screen's
}

func newScreen(w io.Writer, s *session.Session, n logical.Node) *screen {
	p := s.Printer(render.Show)
	return &screen{
		w: w, header: logical.Schema(n.Output()).Names(), result: map[string][]string{},
		kept: &kept[[]string]{row: func(b *columnar.Batch, row int) ([]string, error) {
			cells := make([]string, len(b.Cols))
			for i, c := range b.Cols {
				cells[i] = string(p.Append(nil, c, row))
			}
			return cells, nil
		}},
	}
}

// draw lays the rows of the epoch over the result and shows it, with a line
// below.
func (s *screen) draw(line string) {
	for _, row := range s.take() {
		s.result[row[0]] = row
	}
	keys := make([]string, 0, len(s.result))
	for k := range s.result {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for len(keys) > screenRows {
		delete(s.result, keys[0])
		keys = keys[1:]
	}
	t := &showtable.Table{Header: s.header}
	for _, k := range keys {
		t.Rows = append(t.Rows, s.result[k])
	}
	if s.drawn > 0 {
		fmt.Fprintf(s.w, "\r\x1b[%dA\x1b[J", s.drawn)
	}
	fmt.Fprintf(s.w, "%s%s\n", t.String(), line)
	s.drawn = len(keys) + 5 // three rules, the header and the line
}
