package operator

import (
	"context"
	"fmt"
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sqltype"
)

// Rows is a relation in memory: VALUES, a DataFrame of local data, a cached
// result. The batches are never changed while it is used and lie flat. Safe
// for concurrent use.
type Rows struct {
	Of      *sqltype.Struct
	Batches []*columnar.Batch
	bounded
}

// Schema implements connector.Source.
func (r *Rows) Schema() *sqltype.Struct { return r.Of }

// Now implements connector.Bounded: a split a batch.
func (r *Rows) Now(context.Context, connector.Wanted) ([]connector.Split, error) {
	var splits []connector.Split
	for i, b := range r.Batches {
		if b.Rows() > 0 {
			splits = append(splits, connector.Split{ID: fmt.Sprint(i), Spec: i, Size: int64(b.Size() + 1)})
		}
	}
	return splits, nil
}

// Stats implements connector.Bounded.
func (r *Rows) Stats() int64 {
	n := 0
	for _, b := range r.Batches {
		n += b.Size()
	}
	return int64(n)
}

// Open implements connector.Source.
func (r *Rows) Open(_ context.Context, s connector.Split, _ connector.Wanted) (connector.Reader, error) {
	return &rowsReader{batch: r.Batches[s.Spec.(int)]}, nil
}

type rowsReader struct {
	batch *columnar.Batch
	ended
}

// Read implements connector.Reader.
func (r *rowsReader) Read(_ context.Context, b *columnar.Batch) error {
	if r.batch == nil {
		b.Len, b.Sel = 0, nil // the columns are shared: no Resize
		return io.EOF
	}
	b.Cols = append(b.Cols[:0], r.batch.Cols...)
	b.Len, b.Sel, b.Hash = r.batch.Len, r.batch.Sel, nil
	r.batch = nil
	return nil
}
