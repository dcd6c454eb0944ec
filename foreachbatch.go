package spate

import (
	"context"
	"fmt"
	"sync"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// ForeachBatch makes the query call f with the rows of each micro-batch, as a
// batch frame over which any number of actions see the same rows. The frame
// belongs to a session of its own, with a copy of the configuration and the
// temporary views, and is valid until f returns; so is ctx, which ends with the
// query.
//
// f runs when the micro-batch is decided: it runs again, with the same rows and
// the same epoch, if the process dies before it has returned. To have every row
// once, write the epoch along with the rows and skip what is there already. An
// error or a panic of f fails the query with FOREACH_BATCH_USER_FUNCTION_ERROR.
func (w *DataStreamWriter) ForeachBatch(f func(ctx context.Context, batch *DataFrame, epoch int64) error) *DataStreamWriter {
	at := callSite()
	w.st.Format = "foreachBatch"
	w.sink = func() (connector.Sink, error) {
		schema, err := w.d.Schema()
		return &foreachBatch{s: w.d.s, f: f, at: at, schema: schema, epochs: map[connector.Epoch]*heldRows{}}, err
	}
	return w
}

// foreachBatch keeps the rows of an epoch until its Commit, which lends them to
// the user's function.
type foreachBatch struct {
	s      *Session
	f      func(context.Context, *DataFrame, int64) error
	at     sparkerr.Origin
	schema *sqltype.Struct

	mu     sync.Mutex // tasks of an epoch write side by side
	epochs map[connector.Epoch]*heldRows
}

// Guarantee implements connector.Sink.
func (*foreachBatch) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Describe implements connector.Describer.
func (*foreachBatch) Describe() string { return "ForeachBatchSink" }

// Writer implements connector.Sink.
func (k *foreachBatch) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.epochs[e] == nil {
		k.epochs[e] = newHeldRows(k.schema, k.s.in.Spill)
	}
	return heldWriter{k.epochs[e].task(task)}, nil
}

// take returns the rows of an epoch, which the sink then forgets.
func (k *foreachBatch) take(e connector.Epoch) *heldRows {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.epochs[e]
	delete(k.epochs, e)
	return h
}

// Commit implements connector.Sink: the rows of an epoch that another process
// has prepared are gone.
func (k *foreachBatch) Commit(ctx context.Context, e connector.Epoch, r []connector.Receipt) error {
	h := k.take(e)
	if h == nil {
		if len(r) > 0 {
			return connector.ErrLost
		}
		h = newHeldRows(k.schema, k.s.in.Spill)
	}
	err := k.call(ctx, h, int64(e))
	if cerr := h.close(); err == nil {
		err = cerr
	}
	return err
}

func (k *foreachBatch) call(ctx context.Context, h *heldRows, epoch int64) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = k.failed(fmt.Errorf("panic: %v", x), panicSite())
		}
	}()
	b := &builder{s: k.s.clone(), at: k.at}
	batch := b.frame(&plan.Read{Node: b.node(), Source: h, Schema: k.schema})
	if err := k.f(ctx, batch, epoch); err != nil {
		return k.failed(err, k.at)
	}
	return nil
}

func (k *foreachBatch) failed(cause error, at sparkerr.Origin) error {
	return sparkerr.New("FOREACH_BATCH_USER_FUNCTION_ERROR", "the function given to ForeachBatch failed", "reason", cause.Error()).At(at).Because(cause)
}

// Abort implements connector.Sink.
func (k *foreachBatch) Abort(_ context.Context, e connector.Epoch, _ []connector.Receipt) error {
	if h := k.take(e); h != nil {
		return h.close()
	}
	return nil
}

// Close implements connector.Sink.
func (k *foreachBatch) Close() error {
	var err error
	for e := range k.epochs {
		if h := k.take(e); h != nil {
			if cerr := h.close(); err == nil {
				err = cerr
			}
		}
	}
	return err
}
