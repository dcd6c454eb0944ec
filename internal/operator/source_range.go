package operator

import (
	"context"
	"fmt"
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sqltype"
)

// RangeSource is spark.range: the longs Start, Start+Step, ... before End, in
// Parts splits. Safe for concurrent use.
type RangeSource struct {
	Start, End, Step int64
	Parts            int
	bounded
}

// Schema implements connector.Source.
func (r *RangeSource) Schema() *sqltype.Struct {
	return sqltype.NewStruct(sqltype.Field{Name: "id", Type: sqltype.Long})
}

// count is the number of rows.
func (r *RangeSource) count() int64 {
	span, step := uint64(r.End)-uint64(r.Start), uint64(r.Step)
	if r.Step < 0 {
		span, step = uint64(r.Start)-uint64(r.End), -step
	}
	if r.Step == 0 || r.Step > 0 && r.End <= r.Start || r.Step < 0 && r.End >= r.Start {
		return 0
	}
	return int64((span-1)/step + 1)
}

// Now implements connector.Bounded.
func (r *RangeSource) Now(context.Context, connector.Wanted) ([]connector.Split, error) {
	n, parts := r.count(), int64(max(r.Parts, 1))
	var splits []connector.Split
	for p := range parts {
		lo, hi := n/parts*p+min(p, n%parts), n/parts*(p+1)+min(p+1, n%parts)
		if lo < hi {
			splits = append(splits, connector.Split{ID: fmt.Sprint(p), Spec: [2]int64{lo, hi}, Size: 8 * (hi - lo)})
		}
	}
	return splits, nil
}

// Stats implements connector.Bounded.
func (r *RangeSource) Stats() int64 { return 8 * r.count() }

// Open implements connector.Source.
func (r *RangeSource) Open(_ context.Context, s connector.Split, _ connector.Wanted) (connector.Reader, error) {
	at := s.Spec.([2]int64)
	return &rangeReader{of: r, lo: at[0], hi: at[1]}, nil
}

type rangeReader struct {
	of     *RangeSource
	lo, hi int64
	ended
}

// Read implements connector.Reader.
func (r *rangeReader) Read(_ context.Context, b *columnar.Batch) error {
	n := min(r.hi-r.lo, columnar.MaxRows)
	b.Resize(int(n))
	if n == 0 {
		return io.EOF
	}
	for i := range columnar.Slice[int64](b.Cols[0]) {
		columnar.Slice[int64](b.Cols[0])[i] = r.of.Start + (r.lo+int64(i))*r.of.Step
	}
	r.lo += n
	return nil
}
