package spate

import (
	"context"
	"errors"
	"io"
	"strconv"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sqltype"
)

// heldBytes is how many bytes of rows each task keeps in memory; what comes
// beyond goes to disk.
const heldBytes = 32 << 20

// heldRows is rows that one engine made for another to read: those of a
// micro-batch for foreachBatch, of an RDD for a frame, of a frame for an RDD.
// Tasks fill their parts concurrently; after that it is read only, as a
// connector or piece by piece.
type heldRows struct {
	schema *sqltype.Struct
	open   func() (memory.Space, error)

	mu    sync.Mutex // guards space and tasks
	space memory.Space
	tasks []*heldTask
}

// heldTask is the rows of one task: what is in the file comes first. It belongs
// to the task while it is filled.
type heldTask struct {
	all     *heldRows
	batches []*columnar.Batch
	bytes   int
	file    *spill.File
	runs    []spill.Run
	sizes   []int // rows of each run
}

func newHeldRows(schema *sqltype.Struct, open func() (memory.Space, error)) *heldRows {
	return &heldRows{schema: schema, open: open}
}

// task returns part i.
func (h *heldRows) task(i int) *heldTask {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.tasks) <= i {
		h.tasks = append(h.tasks, &heldTask{all: h})
	}
	return h.tasks[i]
}

// add copies the selected rows.
func (t *heldTask) add(b *columnar.Batch) error {
	if b.Rows() == 0 {
		return nil
	}
	n := len(t.batches)
	if n == 0 || t.batches[n-1].Len+b.Rows() > columnar.MaxRows {
		t.batches = append(t.batches, columnar.NewBatch(t.all.schema))
		n++
	}
	last := t.batches[n-1]
	before := last.Size()
	last.AppendBatch(b)
	return t.grow(last.Size() - before)
}

// own adds a batch that is t's from now on.
func (t *heldTask) own(b *columnar.Batch) error {
	t.batches = append(t.batches, b)
	return t.grow(b.Size())
}

func (t *heldTask) grow(bytes int) error {
	if t.bytes += bytes; t.bytes > heldBytes {
		return t.spill()
	}
	return nil
}

// spill moves the rows in memory to the file.
func (t *heldTask) spill() error {
	if t.file == nil {
		space, err := t.all.files()
		if err != nil {
			return err
		}
		if t.file, err = spill.Create(space, "rows"); err != nil {
			return err
		}
	}
	for _, b := range t.batches {
		r, err := t.file.Write(b)
		if err != nil {
			return err
		}
		t.runs, t.sizes = append(t.runs, r), append(t.sizes, b.Len)
	}
	t.batches, t.bytes = nil, 0
	return nil
}

func (h *heldRows) files() (memory.Space, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.space == nil {
		var err error
		if h.space, err = h.open(); err != nil {
			return nil, err
		}
	}
	return h.space, nil
}

// close lets go of the rows.
func (h *heldRows) close() error {
	var errs []error
	for _, t := range h.tasks {
		if t.file != nil {
			errs = append(errs, t.file.Close())
		}
	}
	if h.space != nil {
		errs = append(errs, h.space.Close())
	}
	return errors.Join(errs...)
}

// Name implements connector.Connector.
func (*heldRows) Name() string { return "rows of a micro-batch" }

// Source implements connector.SourceConnector.
func (h *heldRows) Source(context.Context, connector.Request) (connector.Source, error) {
	return heldSource{h}, nil
}

// heldSource reads held rows as a batch.
type heldSource struct{ h *heldRows }

// Schema implements connector.Source.
func (s heldSource) Schema() *sqltype.Struct { return s.h.schema }

// Now implements connector.Bounded: a split a task.
func (s heldSource) Now(context.Context, connector.Wanted) ([]connector.Split, error) {
	out := make([]connector.Split, len(s.h.tasks))
	for i, t := range s.h.tasks {
		out[i] = connector.Split{ID: strconv.Itoa(i), Spec: t, Size: int64(t.bytes)}
	}
	return out, nil
}

// Stats implements connector.Bounded.
func (s heldSource) Stats() int64 {
	n := int64(0)
	for _, t := range s.h.tasks {
		n += int64(t.bytes)
		if t.file != nil {
			n += t.file.Size()
		}
	}
	return n
}

// Open implements connector.Source.
func (s heldSource) Open(_ context.Context, sp connector.Split, _ connector.Wanted) (connector.Reader, error) {
	t := sp.Spec.(*heldTask)
	r := &heldReader{memory: t.batches}
	if t.file != nil {
		r.disk = t.file.Read(s.h.schema, t.runs)
	}
	return r, nil
}

// Latest implements connector.Source; nobody asks.
func (heldSource) Latest(context.Context, connector.Offset, connector.Limit) (connector.Offset, error) {
	return nil, errNoStream
}

// Splits implements connector.Source; nobody asks.
func (heldSource) Splits(context.Context, connector.Offset, connector.Offset) ([]connector.Split, error) {
	return nil, errNoStream
}

var errNoStream = errors.New("the rows of a micro-batch are no stream")

// Forget implements connector.Source.
func (heldSource) Forget(context.Context, connector.Offset) error { return nil }

// Close implements connector.Source: the rows stay for the next action.
func (heldSource) Close() error { return nil }

// heldReader reads the rows of one task.
type heldReader struct {
	disk   *spill.Reader // nil if nothing was spilled
	memory []*columnar.Batch
}

// Read implements connector.Reader.
func (r *heldReader) Read(ctx context.Context, b *columnar.Batch) error {
	b.Reset()
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.disk != nil {
		err := r.disk.Next()
		if err != io.EOF {
			if err == nil {
				b.AppendBatch(r.disk.Batch)
			}
			return err
		}
		r.disk.Close()
		r.disk = nil
	}
	if len(r.memory) == 0 {
		return io.EOF
	}
	b.AppendBatch(r.memory[0])
	r.memory = r.memory[1:]
	return nil
}

// Position implements connector.Reader; the splits are bounded.
func (*heldReader) Position() connector.Offset { return nil }

// Close implements connector.Reader.
func (r *heldReader) Close() error {
	if r.disk != nil {
		r.disk.Close()
	}
	return nil
}
