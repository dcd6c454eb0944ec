package memory

import (
	"context"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector is the format memory with the tables of one session. It is a sink,
// and a batch source: both need the option queryName.
type Connector struct {
	mu     sync.Mutex // guards tables
	tables map[string]*Table
}

// New returns a Connector without tables.
func New() *Connector { return &Connector{tables: map[string]*Table{}} }

// Name implements connector.Connector.
func (*Connector) Name() string { return "memory" }

// Advice implements connector.Adviser.
func (*Connector) Advice(o connector.Options) []string { return connector.UnknownOptions("memory", o) }

// Table returns the table of a query's sink, nil if there is none.
func (c *Connector) Table(query string) *Table {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tables[query]
}

func queryName(r connector.Request) (string, error) {
	name, ok := r.Options.Get("queryName")
	if !ok || name == "" {
		return "", sparkerr.New("_LEGACY_ERROR_TEMP_1194", "queryName must be specified for memory sink. Name the query; the name is that of the table you query.")
	}
	return name, nil
}

// Sink implements connector.SinkConnector: it makes an empty table in place of
// one of that name.
func (c *Connector) Sink(_ context.Context, r connector.Request) (connector.Sink, error) {
	name, err := queryName(r)
	if err != nil {
		return nil, err
	}
	t := &Table{schema: r.Schema}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tables[name] = t
	return &sink{table: t, mode: r.Mode, last: -1, prepared: map[connector.Epoch]map[int][]*columnar.Batch{}}, nil
}

// Source implements connector.SourceConnector: it reads what the table holds
// now.
func (c *Connector) Source(_ context.Context, r connector.Request) (connector.Source, error) {
	name, err := queryName(r)
	if err != nil {
		return nil, err
	}
	t := c.Table(name)
	if t == nil {
		return nil, sparkerr.New("TABLE_OR_VIEW_NOT_FOUND", "no query named "+name+" writes to memory in this session", "relationName", "`"+name+"`")
	}
	return t.Source(), nil
}

// Table is what a memory sink holds: the rows of all epochs, or in complete
// mode those of the last.
type Table struct {
	schema  *sqltype.Struct
	mu      sync.Mutex // guards batches; a batch in it never changes
	batches []*columnar.Batch
}

// Schema returns the columns.
func (t *Table) Schema() *sqltype.Struct { return t.schema }

// Rows returns the rows in their Go forms, owned by the caller.
func (t *Table) Rows() []columnar.Row {
	var rows []columnar.Row
	for _, b := range t.snapshot() {
		for i := range b.Len {
			row := make(columnar.Row, len(b.Cols))
			for k, c := range b.Cols {
				row[k] = c.Value(i)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// Source returns a batch source of the rows there are now.
func (t *Table) Source() connector.Source { return &snapshot{t.schema, t.snapshot()} }

func (t *Table) snapshot() []*columnar.Batch {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.batches[:len(t.batches):len(t.batches)]
}

func (t *Table) put(batches []*columnar.Batch, replace bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if replace {
		t.batches = nil
	}
	t.batches = append(t.batches, batches...)
}

// sink fills a table.
type sink struct {
	table    *Table
	mode     connector.Mode
	mu       sync.Mutex // guards what is below
	last     connector.Epoch
	prepared map[connector.Epoch]map[int][]*columnar.Batch
}

// Guarantee implements connector.Sink: the table dies with the process, the
// query does not.
func (*sink) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Describe implements connector.Describer.
func (*sink) Describe() string { return "MemorySink" }

func (s *sink) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	return &writer{sink: s, epoch: e, task: task}, nil
}

// Commit implements connector.Sink. Of an epoch that another process prepared
// the rows are gone.
func (s *sink) Commit(_ context.Context, e connector.Epoch, r []connector.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e <= s.last {
		return nil
	}
	tasks, ok := s.prepared[e]
	if !ok && len(r) > 0 {
		return connector.ErrLost
	}
	var rows []*columnar.Batch
	for task := range len(r) {
		rows = append(rows, tasks[task]...)
	}
	delete(s.prepared, e)
	s.table.put(rows, s.mode == connector.Complete)
	s.last = e
	return nil
}

func (s *sink) Abort(_ context.Context, e connector.Epoch, _ []connector.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.prepared, e)
	return nil
}

func (*sink) Close() error { return nil }

// writer copies the rows of a task into batches of its own.
type writer struct {
	*sink
	epoch connector.Epoch
	task  int
	rows  []*columnar.Batch
}

func (w *writer) Write(_ context.Context, b *columnar.Batch) error {
	if b.Rows() == 0 {
		return nil
	}
	if n := len(w.rows); n == 0 || w.rows[n-1].Len+b.Rows() > columnar.MaxRows {
		w.rows = append(w.rows, columnar.NewBatch(w.table.schema))
	}
	w.rows[len(w.rows)-1].AppendBatch(b)
	return nil
}

func (w *writer) Prepare(context.Context) (connector.Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.prepared[w.epoch] == nil {
		w.prepared[w.epoch] = map[int][]*columnar.Batch{}
	}
	w.prepared[w.epoch][w.task] = w.rows
	return connector.Receipt(`{}`), nil
}

func (w *writer) Abort() error {
	w.rows = nil
	return nil
}
