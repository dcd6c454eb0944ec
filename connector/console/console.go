// Package console is the sink that prints every epoch as a table, character by
// character as Spark does.
package console

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/showtable"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the console as a sink that prints to w; nil is the
// standard output. Prints of several queries do not mix.
func Connector(w io.Writer) connector.SinkConnector {
	if w == nil {
		w = os.Stdout
	}
	return &console{out: w}
}

type console struct {
	mu  sync.Mutex // one table at a time
	out io.Writer
}

func (*console) Name() string { return "console" }

// Advice implements connector.Adviser.
func (*console) Advice(o connector.Options) []string {
	return connector.UnknownOptions("console", o, "numRows", "truncate")
}

// Sink implements connector.SinkConnector. Options: numRows (20), truncate
// (true: cells of 20 characters).
func (c *console) Sink(_ context.Context, r connector.Request) (connector.Sink, error) {
	s := &sink{console: c, schema: r.Schema, stream: r.Streaming, epochs: map[connector.Epoch]map[int][][]string{}}
	text := r.Options.Or("numRows", "20")
	var err error
	if s.rows, err = strconv.Atoi(text); err != nil {
		return nil, sparkerr.New("", "option numRows of the console must be a whole number, not '"+text+"'")
	}
	s.rows = max(s.rows, 0)
	switch text := strings.ToLower(r.Options.Or("truncate", "true")); text {
	case "true":
		s.truncate = 20
	case "false":
	default:
		return nil, sparkerr.New("", "option truncate of the console must be true or false, not '"+text+"'")
	}
	if r.Zone != "" {
		if s.zone, err = datetime.LoadZone(r.Zone); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// sink keeps, of each task of an epoch, as many rows as are shown and one more.
type sink struct {
	*console
	schema   *sqltype.Struct
	stream   bool
	rows     int
	truncate int
	zone     *datetime.Zone
	mu       sync.Mutex // guards epochs: tasks prepare concurrently
	epochs   map[connector.Epoch]map[int][][]string
}

// Guarantee implements connector.Sink: what is printed cannot be taken back.
func (*sink) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Describe implements connector.Describer.
func (s *sink) Describe() string {
	return fmt.Sprintf("org.apache.spark.sql.execution.streaming.ConsoleTable$@%x", s.rows)
}

func (s *sink) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	return &writer{sink: s, epoch: e, task: task}, nil
}

// Commit prints the epoch. Of an epoch that another process prepared the rows
// are gone.
func (s *sink) Commit(_ context.Context, e connector.Epoch, r []connector.Receipt) error {
	s.mu.Lock()
	tasks, ok := s.epochs[e]
	delete(s.epochs, e)
	s.mu.Unlock()
	if !ok && len(r) > 0 {
		return connector.ErrLost
	}
	t := showtable.Table{Header: s.schema.Names(), Truncate: s.truncate}
	for task := range len(r) {
		t.Rows = append(t.Rows, tasks[task]...)
	}
	if len(t.Rows) > s.rows {
		t.Rows, t.More = t.Rows[:s.rows], true
	}
	text := t.String() + "\n"
	if s.stream {
		rule := strings.Repeat("-", 43)
		text = fmt.Sprintf("%s\nBatch: %d\n%s\n%s", rule, e, rule, text)
	}
	s.console.mu.Lock()
	defer s.console.mu.Unlock()
	_, err := io.WriteString(s.out, text)
	return err
}

func (s *sink) Abort(_ context.Context, e connector.Epoch, _ []connector.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.epochs, e)
	return nil
}

func (*sink) Close() error { return nil }

// writer renders the first rows of a task.
type writer struct {
	*sink
	epoch connector.Epoch
	task  int
	kept  [][]string
	buf   []byte
}

func (w *writer) Write(_ context.Context, b *columnar.Batch) error {
	p := render.Printer{Form: render.Show, Plain: true, Zone: w.zone}
	for k := 0; k < b.Rows() && len(w.kept) <= w.rows; k++ {
		row := make([]string, len(b.Cols))
		for i, c := range b.Cols {
			w.buf = p.Append(w.buf[:0], c, b.RowAt(k))
			row[i] = string(w.buf)
		}
		w.kept = append(w.kept, row)
	}
	return nil
}

func (w *writer) Prepare(context.Context) (connector.Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.epochs[w.epoch] == nil {
		w.epochs[w.epoch] = map[int][][]string{}
	}
	w.epochs[w.epoch][w.task] = w.kept
	return connector.Receipt(`{}`), nil
}

func (w *writer) Abort() error { w.kept = nil; return nil }
