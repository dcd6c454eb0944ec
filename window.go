package spate

import (
	"math"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// WindowSpec says over which rows a window function computes: the partition,
// the order, and the frame. It is immutable.
type WindowSpec struct {
	partition []ColumnOrName
	order     []ColumnOrName
	frame     *frame
}

type frame struct {
	rows       bool
	start, end int64
}

// The ends of frames.
const (
	UnboundedPreceding int64 = math.MinInt64
	UnboundedFollowing int64 = math.MaxInt64
	CurrentRow         int64 = 0
)

// PartitionBy begins a window over the rows with equal values of columns.
func PartitionBy(columns ...ColumnOrName) WindowSpec { return WindowSpec{}.PartitionBy(columns...) }

// OrderBy begins a window over all rows in the order of columns.
func OrderBy(columns ...ColumnOrName) WindowSpec { return WindowSpec{}.OrderBy(columns...) }

// PartitionBy sets the columns that rows of one window have in common.
func (w WindowSpec) PartitionBy(columns ...ColumnOrName) WindowSpec {
	w.partition = flattened(columns)
	return w
}

// OrderBy sets the order of the rows within a window.
func (w WindowSpec) OrderBy(columns ...ColumnOrName) WindowSpec {
	w.order = flattened(columns)
	return w
}

// RowsBetween sets the frame in rows from the current one, which is 0; negative
// numbers are rows before it.
func (w WindowSpec) RowsBetween(start, end int64) WindowSpec {
	w.frame = &frame{true, start, end}
	return w
}

// RangeBetween sets the frame in values of the order's column from that of the
// current row.
func (w WindowSpec) RangeBetween(start, end int64) WindowSpec {
	w.frame = &frame{false, start, end}
	return w
}

// Over computes an aggregate function over a window of rows:
//
//	functions.Sum("sales").Over(spate.PartitionBy("country").OrderBy(spate.Col("day")))
//
// The engine does not run windows of rows yet: analysis refuses them with
// UNSUPPORTED_FEATURE.
func (c Column) Over(w WindowSpec) Column {
	at := callSite()
	old, ok := c.e.(*plan.Call)
	if !ok {
		c.note(sparkerr.New("UNSUPPORTED_EXPR_FOR_WINDOW", "Over follows a call of an aggregate or window function", "sqlExpr", c.String()).At(at))
		return c
	}
	b := &builder{at: at}
	n := *old
	n.Over = &plan.Window{Partition: b.exprs(w.partition), Order: b.keys(w.order)}
	if f := w.frame; f != nil {
		n.Over.Frame = &plan.Frame{Rows: f.rows, Start: b.bound(f.start), End: b.bound(f.end)}
	}
	c.note(b.err)
	return c.wrap(&n)
}

// bound is one end of a frame.
func (b *builder) bound(n int64) plan.Bound {
	switch {
	case n == UnboundedPreceding:
		return plan.Bound{Kind: plan.UnboundedPreceding}
	case n == UnboundedFollowing:
		return plan.Bound{Kind: plan.UnboundedFollowing}
	case n < 0:
		return plan.Bound{Kind: plan.Preceding, Offset: b.take(literal(int(-n), b.at))}
	case n > 0:
		return plan.Bound{Kind: plan.Following, Offset: b.take(literal(int(n), b.at))}
	}
	return plan.Bound{Kind: plan.CurrentRow}
}
