package rate

import (
	"context"
	"io"
	"math"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
)

// rows is the Spec of a split: the values first, first+step, ... below end.
// The value v has the time start + round((v-base)·every) in ms.
type rows struct {
	first, end, step int64
	base, start      int64
	every            float64 // ms a value
}

// cut deals the values [lo, hi) to n splits.
func cut(lo, hi, n int64, start int64, every float64) []connector.Split {
	var out []connector.Split
	for p := range n {
		if lo+p >= hi {
			break
		}
		r := rows{first: lo + p, end: hi, step: n, base: lo, start: start, every: every}
		id := strconv.FormatInt(lo, 10) + "-" + strconv.FormatInt(hi, 10) + "/" + strconv.FormatInt(p, 10)
		out = append(out, connector.Split{ID: id, Spec: r, Size: (hi - lo) / n * 16})
	}
	return out
}

type reader struct {
	rows
	want [2]bool
}

func open(s connector.Split, want connector.Wanted) *reader {
	r := &reader{rows: s.Spec.(rows)}
	for _, c := range want.Columns {
		r.want[c] = true
	}
	return r
}

// Read implements connector.Reader.
func (r *reader) Read(ctx context.Context, b *columnar.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.first >= r.end {
		b.Resize(0)
		return io.EOF
	}
	n := int(min((r.end-r.first+r.step-1)/r.step, columnar.MaxRows))
	b.Resize(n)
	if r.want[0] {
		r.times(b.Cols[0])
	}
	if r.want[1] {
		v := r.first
		out := columnar.Slice[int64](b.Cols[1])
		for i := range out {
			out[i] = v
			v += r.step
		}
	}
	r.first += int64(n) * r.step
	return nil
}

// times sets the times of the values at hand: one for all if they do not differ.
func (r *reader) times(col *columnar.Vector) {
	if r.every == 0 {
		columnar.Slice[int64](col)[0] = r.start * 1000
		col.Const = true
		return
	}
	v := r.first - r.base
	out := columnar.Slice[int64](col)
	for i := range out {
		out[i] = (r.start + int64(math.Floor(float64(v)*r.every+0.5))) * 1000
		v += r.step
	}
}

// Position implements connector.Reader; the splits are bounded.
func (*reader) Position() connector.Offset { return nil }

// Close implements connector.Reader.
func (*reader) Close() error { return nil }
