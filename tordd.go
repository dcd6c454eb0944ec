package spate

import (
	"context"
	"errors"
	"runtime"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// ToRDD returns the rows of a batch frame as an RDD of c, as Go values like those
// of ToStructs, in the order of the frame. The first job that needs them runs the
// frame, once, under its context; the rows are kept as columns, what is more than
// 32 MiB a task of the query on disk, as long as the RDD can be reached. Of the
// optional number n of partitions (default: DefaultParallelism) each holds as
// many rows as the others, give or take one.
//
// The error is that of the frame's analysis, or says that T cannot hold a row, or
// that the frame reads a stream, which has no end.
//
//	people, err := spate.ToRDD[person](d, sc)
func ToRDD[T any](d *DataFrame, c *rdd.Context, n ...int) (*rdd.RDD[T], error) {
	at := callSite()
	schema, err := d.Schema()
	if err != nil {
		return nil, err
	}
	switch streaming, err := d.IsStreaming(); {
	case err != nil:
		return nil, locate(err, at)
	case streaming:
		return nil, sparkerr.New("", "a stream never ends, so its rows cannot be an RDD: call ToRDD on the frame of a batch, in ForeachBatch").At(at)
	}
	e, err := encoder.Of[T]()
	if err == nil {
		_, err = e.Rows(schema)
	}
	if err != nil {
		return nil, locate(err, at)
	}
	parts := c.DefaultParallelism()
	if len(n) > 0 {
		parts = n[0]
	}
	f := &frameRun{d: d, schema: schema, turn: make(chan struct{}, 1)}
	return rdd.GenerateAfter(c, "toRDD", parts, f.once, func(t *rdd.Task, part int, emit func([]T) error) error {
		return locate(readFrame(t.Context(), f, e, part, parts, emit), at)
	}), nil
}

// frameRun is a frame that runs until it has succeeded once, and its rows.
type frameRun struct {
	d      *DataFrame
	schema *sqltype.Struct
	turn   chan struct{} // has an element while somebody is in once
	// Written under turn, before any task reads them:
	rows   *heldRows
	pieces []heldPiece
	total  int
}

// once runs the frame if nobody has.
func (f *frameRun) once(ctx context.Context) error {
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if f.rows != nil {
		return nil
	}
	rows := newHeldRows(f.schema, f.d.s.in.Spill)
	if err := f.d.s.in.Into(ctx, f.d.rel, heldSink{rows}); err != nil {
		return errors.Join(err, rows.close())
	}
	f.rows = rows
	f.pieces, f.total = rows.pieces()
	runtime.AddCleanup(f, func(rows *heldRows) { _ = rows.close() }, rows)
	return nil
}

// readFrame pushes a partition of a frame that has run.
func readFrame[T any](ctx context.Context, f *frameRun, e *encoder.Encoder[T], part, parts int, emit func([]T) error) error {
	r, err := e.Rows(f.schema)
	if err != nil {
		return err
	}
	var out []T
	return f.rows.visit(f.pieces, part*f.total/parts, (part+1)*f.total/parts, func(b *columnar.Batch, from, to int) error {
		r.Begin()
		v := encoder.RowVector(b)
		out = out[:0]
		for k := from; k < to; k++ {
			var x T
			if err := r.Read(v, k, &x); err != nil {
				return err
			}
			out = append(out, x)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return emit(out)
	})
}
