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
	back := int64(k) * s.Slide
	return call(name, t, []expr.Node{time}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		in, starts, ends := columnar.Slice[int64](args[0]), columnar.Slice[int64](out.Child[0]), columnar.Slice[int64](out.Child[1])
		if args[0].Const {
			fill(starts, ends, s.newest(in[0])-back, s.Size)
			return nil
		}
		s.assign(in[:n], starts[:n], ends[:n], back)
		return nil
	})
}

// assign computes every row; where all rows lie in one window, as in most
// batches, it divides twice only.
func (s Spec) assign(in, starts, ends []int64, back int64) {
	if len(in) == 0 {
		return
	}
	lo, hi := in[0], in[0]
	for _, ts := range in {
		lo, hi = min(lo, ts), max(hi, ts)
	}
	if first := s.newest(lo); first == s.newest(hi) {
		fill(starts, ends, first-back, s.Size)
		return
	}
	for i, ts := range in {
		start := s.newest(ts) - back
		starts[i], ends[i] = start, start+s.Size
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

// IsTime is whether the time is not null.
func IsTime(time expr.Node) expr.Node {
	c := call("isnotnull", sqltype.Boolean, []expr.Node{time}, func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[uint8](out)
		for i := range n {
			dst[i] = bit(!args[0].IsNull(i))
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
