// Package window is the arithmetic of event-time windows and sessions as
// expressions: the functions that lowering puts into plans for window() and
// session_window(). Windows are half-open, [start, end), in microseconds, and
// do not depend on a time zone.
package window

import (
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// Spec is a family of windows: [Start + i*Slide, Start + i*Slide + Size), all
// in microseconds, 0 < Slide <= Size, |Start| < Slide.
type Spec struct{ Size, Slide, Start int64 }

// newest returns the start of the newest window that ts is in.
func (s Spec) newest(ts int64) int64 {
	r := (ts - s.Start) % s.Slide
	if r < 0 {
		r += s.Slide
	}
	return ts - r
}

// Assign is the k-th newest window that time, which is not null, is in: a
// struct of start and end. With k over the last whole slide the window may not
// contain time; see Contains.
func Assign(time expr.Node, s Spec, k int) expr.Node {
	t := Type(time.Type())
	name := fmt.Sprintf("window_%d", k)
	a := &assigner{Spec: s, back: int64(k) * s.Slide}
	a.slide, a.fast = def.NewDivisor(s.Slide)
	return call(name, t, []expr.Node{time}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		in, starts, ends := columnar.Slice[int64](args[0]), columnar.Slice[int64](out.Child[0]), columnar.Slice[int64](out.Child[1])
		if sel == nil {
			sel = columnar.All(len(in))
		}
		start, one := a.common(in, sel)
		switch {
		case !one:
			a.assign(in, sel, starts, ends)
		case out.Valid != nil:
			fill(starts, ends, start, s.Size)
		default:
			fill(starts[:1], ends[:1], start, s.Size)
			out.Const, out.Child[0].Len, out.Child[1].Len = true, 1, 1
		}
		return nil
	})
}

// assigner computes the windows that begin back before the newest ones. It is
// shared by all tasks and does not change.
type assigner struct {
	Spec
	back  int64
	slide def.Divisor
	fast  bool // slide divides
}

// common returns the start of the window if the rows sel all lie in one, as in
// most batches.
func (a *assigner) common(in []int64, sel []uint16) (start int64, one bool) {
	lo, hi := bounds(in, sel)
	start = a.newest(lo)
	return start - a.back, start == a.newest(hi)
}

// bounds returns the least and the greatest of the rows sel, of which there are
// some.
func bounds(in []int64, sel []uint16) (lo, hi int64) {
	lo, hi = in[sel[0]], in[sel[0]]
	if len(sel) == len(in) {
		for _, ts := range in {
			lo, hi = min(lo, ts), max(hi, ts)
		}
		return lo, hi
	}
	for _, r := range sel {
		lo, hi = min(lo, in[r]), max(hi, in[r])
	}
	return lo, hi
}

// assign computes row by row.
func (a *assigner) assign(in []int64, sel []uint16, starts, ends []int64) {
	size, back, slide := a.Size, a.back, a.slide
	if !a.fast {
		for _, r := range sel {
			start := a.newest(in[r]) - back
			starts[r], ends[r] = start, start+size
		}
		return
	}
	for _, r := range sel {
		ts := in[r]
		over := slide.Rem(ts - a.Start)
		over += a.Slide & (over >> 63)
		start := ts - over - back
		starts[r], ends[r] = start, start+size
	}
}

func fill(starts, ends []int64, start, size int64) {
	for i := range starts {
		starts[i], ends[i] = start, start+size
	}
}

// Type is the type of a window over times of type t.
func Type(t sqltype.Type) *sqltype.Struct {
	return sqltype.NewStruct(sqltype.F("start", t), sqltype.F("end", t))
}

// Contains is whether the time lies in the window.
func Contains(window, time expr.Node) expr.Node {
	return call("in_window", sqltype.Boolean, []expr.Node{window, time}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[uint8](out)
		for i := range n {
			w, ts := args[0].Row(i), columnar.At[int64](args[1], i)
			in := columnar.At[int64](args[0].Child[0], w) <= ts && ts < columnar.At[int64](args[0].Child[1], w)
			dst[i] = bit(in)
		}
		return nil
	})
}

// IsTime is whether the time, or window, is not null.
func IsTime(time expr.Node) expr.Node {
	c := call("isnotnull", sqltype.Boolean, []expr.Node{time}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[uint8](out)
		if !args[0].HasNulls() {
			dst[0], out.Const = 1, true
			return nil
		}
		for _, r := range def.RowsOf(sel, n) {
			dst[r] = bit(!args[0].IsNull(int(r)))
		}
		return nil
	})
	c.Fn.NullSafe = true
	return c
}

// Session is the session that a row at time opens by itself, [time, time+gap);
// gap is a calendar or day-time interval. Neither is null.
func Session(time, gap expr.Node) expr.Node {
	calendar := gap.Type().Kind() == sqltype.KindCalendar
	return call("session_window", Type(time.Type()), []expr.Node{time, gap}, func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		zone, err := datetime.LoadZone(c.Zone)
		if err != nil {
			return err
		}
		starts, ends := columnar.Slice[int64](out.Child[0]), columnar.Slice[int64](out.Child[1])
		for i := range n {
			ts := columnar.At[int64](args[0], i)
			starts[i] = ts
			if !calendar {
				ends[i] = ts + columnar.At[int64](args[1], i)
				continue
			}
			g := columnar.At[columnar.Interval](args[1], i)
			ends[i], _ = datetime.Add(ts, datetime.Interval{Months: g.Months, Days: g.Days, Micros: g.Micros}, zone)
		}
		return nil
	})
}

// HasLength is whether a window ends after it starts.
func HasLength(window expr.Node) expr.Node {
	return call("has_length", sqltype.Boolean, []expr.Node{window}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[uint8](out)
		for i := range n {
			w := args[0].Row(i)
			dst[i] = bit(columnar.At[int64](args[0].Child[0], w) < columnar.At[int64](args[0].Child[1], w))
		}
		return nil
	})
}

// Make is the window [start, end) as a struct of type t.
func Make(start, end expr.Node, t sqltype.Type) expr.Node {
	return call("window", t, []expr.Node{start, end}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for k, a := range args {
			dst := columnar.Slice[int64](out.Child[k])
			for i := range n {
				dst[i] = columnar.At[int64](a, i)
			}
		}
		return nil
	})
}

// OfEnd is the window of that size that ends at end, as a struct of type t.
func OfEnd(end expr.Node, size eventtime.Duration, t sqltype.Type) expr.Node {
	return call("window", t, []expr.Node{end}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		starts, ends := columnar.Slice[int64](out.Child[0]), columnar.Slice[int64](out.Child[1])
		for i := range n {
			e := columnar.At[int64](args[0], i)
			starts[i], ends[i] = e-int64(size), e
		}
		return nil
	})
}

// call is a call of a function that only lowering knows.
func call(name string, result sqltype.Type, args []expr.Node, k expr.Kernel) *expr.Call {
	sig := expr.Signature{Result: result, Make: func() expr.Kernel { return k }}
	for _, a := range args {
		sig.Args = append(sig.Args, a.Type())
		sig.Nullable = sig.Nullable || a.Nullable()
	}
	return &expr.Call{Fn: &expr.Func{Name: name}, Args: args, Sig: sig}
}

func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
