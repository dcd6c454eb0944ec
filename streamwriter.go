package spate

import (
	"context"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/sparkerr"
)

// Trigger says when a streaming query starts a micro-batch.
type Trigger struct{ t query.Trigger }

// ProcessingTime starts a micro-batch at every multiple of the interval; 0, the
// default of a query, starts one as soon as the last has ended and there is
// something to do.
func ProcessingTime(interval time.Duration) Trigger {
	return Trigger{query.Trigger{Kind: query.ProcessingTime, Interval: interval}}
}

// Once runs one micro-batch over everything there is, then ends the query.
func Once() Trigger { return Trigger{query.Trigger{Kind: query.Once}} }

// AvailableNow runs micro-batches, as large as the sources' options allow, over
// everything there is at the start, then ends the query.
func AvailableNow() Trigger { return Trigger{query.Trigger{Kind: query.AvailableNow}} }

// DataStreamWriter describes a streaming query: Format, OutputMode, Trigger,
// Option, and at the end Start or ToTable.
type DataStreamWriter struct {
	d  *DataFrame
	b  *builder
	st session.Stream
	// sink makes the sink of Foreach and ForeachBatch, nil for a connector's.
	sink func() (connector.Sink, error)
}

// WriteStream starts to describe a streaming query over the frame.
func (d *DataFrame) WriteStream() *DataStreamWriter {
	return &DataStreamWriter{d: d, b: d.build(), st: session.Stream{Options: connector.Options{}}}
}

// Format sets the connector by its name: "console", "json", "memory".
func (w *DataStreamWriter) Format(name string) *DataStreamWriter { w.st.Format = name; return w }

// Option sets an option of the connector, or checkpointLocation.
func (w *DataStreamWriter) Option(key string, value any) *DataStreamWriter {
	w.st.Options[key] = optionText(value)
	return w
}

// Options sets several options.
func (w *DataStreamWriter) Options(options map[string]string) *DataStreamWriter {
	for k, v := range options {
		w.st.Options[k] = v
	}
	return w
}

// OutputMode says which rows of the result each micro-batch writes: append (the
// default; rows that will not change any more), update (those that changed) or
// complete (all).
func (w *DataStreamWriter) OutputMode(mode string) *DataStreamWriter {
	m, err := session.ParseMode(mode)
	w.b.note(locate(err, callSite()))
	w.st.Mode = m
	return w
}

// Trigger says when micro-batches start.
func (w *DataStreamWriter) Trigger(t Trigger) *DataStreamWriter {
	if t.t.Interval < 0 {
		w.b.note(sparkerr.New("", "the interval of a trigger must not be negative").At(callSite()))
	}
	w.st.Trigger = t.t
	return w
}

// QueryName names the query, uniquely among those running. The memory sink
// makes a table of that name.
func (w *DataStreamWriter) QueryName(name string) *DataStreamWriter { w.st.Name = name; return w }

// PartitionBy puts the rows into folders by the values of columns.
func (w *DataStreamWriter) PartitionBy(columns ...string) *DataStreamWriter {
	w.st.Partition = columns
	return w
}

// Start starts the query, writing to the path if the connector has one. ctx
// bounds the whole run: when it ends the open micro-batch is dropped and the
// query ends. The mistakes of the program are returned here; what goes wrong
// later, by StreamingQuery.AwaitTermination.
func (w *DataStreamWriter) Start(ctx context.Context, path ...string) (*StreamingQuery, error) {
	at := callSite()
	if len(path) > 0 {
		w.st.Options["path"] = path[0]
	}
	return w.start(at, func(st session.Stream) (*query.Query, error) { return w.d.s.in.StartStream(ctx, w.d.rel, st) })
}

// ToTable starts the query, which appends its rows to a table, matched by name;
// the table is made if it is not there.
func (w *DataStreamWriter) ToTable(ctx context.Context, name string) (*StreamingQuery, error) {
	at := callSite()
	b := w.d.build()
	table := b.name(name)
	w.b.note(b.err)
	return w.start(at, func(st session.Stream) (*query.Query, error) {
		return w.d.s.in.StartInto(ctx, w.d.rel, table, st)
	})
}

func (w *DataStreamWriter) start(at sparkerr.Origin, run func(session.Stream) (*query.Query, error)) (*StreamingQuery, error) {
	if w.b.err != nil {
		return nil, w.b.err
	}
	st := w.st
	st.Listeners = []query.Listener{w.d.s.heard.following(w.d)}
	if w.sink != nil {
		var err error
		if st.Sink, err = w.sink(); err != nil {
			return nil, locate(err, at)
		}
	}
	q, err := run(st)
	if err != nil {
		return nil, locate(err, at)
	}
	if sameFold(w.st.Format, "memory") && w.sink == nil {
		err = w.memoryView(at)
	}
	return &StreamingQuery{q: q, d: w.d}, err
}

// memoryView makes the table of a memory sink known under the query's name.
func (w *DataStreamWriter) memoryView(at sparkerr.Origin) error {
	read := &plan.Read{Node: plan.At(at), Format: "memory", Options: []plan.Property{{Key: "queryName", Value: w.st.Name}}}
	return w.d.s.in.CreateTempView(w.st.Name, read, plan.ReplaceIfExists)
}
