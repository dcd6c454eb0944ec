package spate

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
)

// ForeachWriter takes the rows of one partition of one micro-batch: Open, then
// Process for each row if Open said true, then Close. Close gets the error that
// ended the partition, nil if none did. It belongs to one goroutine.
type ForeachWriter interface {
	// Open begins a partition; false skips its rows, for an epoch that was
	// written already.
	Open(partition int, epoch int64) (bool, error)
	Process(row Row) error
	Close(err error)
}

// Foreach makes the query call f with each row. Partitions call it
// concurrently. A micro-batch that is run again after a failure calls it again.
// An error or a panic fails the query with FOREACH_USER_FUNCTION_ERROR.
func (w *DataStreamWriter) Foreach(f func(Row) error) *DataStreamWriter {
	return w.foreach(func() ForeachWriter { return foreachFunc(f) }, callSite())
}

// ForeachWriter is Foreach with a writer of its own, made by newWriter, for each
// partition of each micro-batch.
func (w *DataStreamWriter) ForeachWriter(newWriter func() ForeachWriter) *DataStreamWriter {
	return w.foreach(newWriter, callSite())
}

func (w *DataStreamWriter) foreach(newWriter func() ForeachWriter, at sparkerr.Origin) *DataStreamWriter {
	w.st.Format = "foreach"
	w.sink = func() (connector.Sink, error) { return &foreach{make: newWriter, at: at}, nil }
	return w
}

// foreachFunc is a ForeachWriter of a function.
type foreachFunc func(Row) error

func (foreachFunc) Open(int, int64) (bool, error) { return true, nil }
func (f foreachFunc) Process(r Row) error         { return f(r) }
func (foreachFunc) Close(error)                   {}

// foreach is the sink whose writers run user code as rows come.
type foreach struct {
	make func() ForeachWriter
	at   sparkerr.Origin
}

// Guarantee implements connector.Sink.
func (*foreach) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Describe implements connector.Describer.
func (*foreach) Describe() string { return "ForeachWriterTable" }

// Writer implements connector.Sink.
func (k *foreach) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	w := &foreachPart{at: k.at}
	err := w.guard(func() (err error) {
		w.user = k.make()
		w.takes, err = w.user.Open(task, int64(e))
		return err
	})
	return w, err
}

// Commit implements connector.Sink: the rows are with the user already.
func (*foreach) Commit(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

// Abort implements connector.Sink.
func (*foreach) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

// Close implements connector.Sink.
func (*foreach) Close() error { return nil }

// foreachPart is the writer of one task in one epoch.
type foreachPart struct {
	user   ForeachWriter
	at     sparkerr.Origin
	takes  bool
	failed error
	closed bool
}

// guard runs user code and names where it was given if it fails.
func (w *foreachPart) guard(f func() error) (err error) {
	at := w.at
	defer func() {
		if x := recover(); x != nil {
			err, at = fmt.Errorf("panic: %v", x), panicSite()
		}
		if err != nil {
			err = sparkerr.New("FOREACH_USER_FUNCTION_ERROR", "the function given to Foreach failed", "reason", err.Error()).At(at).Because(err)
			w.failed = err
		}
	}()
	return f()
}

// Write implements connector.Writer.
func (w *foreachPart) Write(_ context.Context, b *columnar.Batch) error {
	if !w.takes {
		return nil
	}
	return w.guard(func() error {
		for k := range b.Rows() {
			if err := w.user.Process(newRow(b, b.RowAt(k))); err != nil {
				return err
			}
		}
		return nil
	})
}

// Prepare implements connector.Writer.
func (w *foreachPart) Prepare(context.Context) (connector.Receipt, error) {
	return connector.Receipt(`{}`), w.end(nil)
}

// Abort implements connector.Writer.
func (w *foreachPart) Abort() error { return w.end(context.Canceled) }

// end closes the user's writer, once.
func (w *foreachPart) end(why error) error {
	if w.closed || w.user == nil {
		return nil
	}
	w.closed = true
	if w.failed != nil {
		why = w.failed
	}
	return w.guard(func() error { w.user.Close(why); return nil })
}
