// Package convert is CAST: which type converts to which, and the kernels that
// do it a column at a time, as Spark does in ANSI mode, in legacy mode and for
// try_cast.
package convert

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Mode is what a conversion does with a value it cannot convert.
type Mode uint8

// The modes: fail; null or wrap round as Spark without ANSI; null.
const (
	ANSI Mode = iota
	Legacy
	Try
)

// Func converts the rows sel (nil: all n) of a flat vector without nulls in
// those rows to rows of out, which is flat, of the target type and n rows; it
// may null rows of out. A Func has scratch memory and belongs to one goroutine.
type Func func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error

// Options are what a conversion depends on besides its types.
type Options struct {
	Mode Mode
	Zone string       // session time zone, "" for UTC
	Now  func() int64 // micros; for texts that are a time of today. nil: 1970-01-01
}

// New returns the conversion from a type to another. Check has accepted it.
func New(from, to sqltype.Type, o Options) (Func, error) {
	c := &conversion{from: from, to: to, o: o, zone: datetime.UTC}
	if o.Zone != "" {
		var err error
		if c.zone, err = datetime.LoadZone(o.Zone); err != nil {
			return nil, err
		}
	}
	if f := c.kernel(); f != nil {
		return f, nil
	}
	return nil, sparkerr.Internalf("no conversion from %s to %s", from, to)
}

// conversion is one cast being built.
type conversion struct {
	from, to sqltype.Type
	o        Options
	zone     *datetime.Zone
}

func (c *conversion) kernel() Func {
	f, t := c.from.Kind(), c.to.Kind()
	switch {
	case f == sqltype.KindNull:
		return func(_ *columnar.Vector, _ []uint16, n int, out *columnar.Vector) error { return allNull(out, n) }
	case f == sqltype.KindString && t == sqltype.KindBinary, f == sqltype.KindBinary && t == sqltype.KindString,
		f < sqltype.KindArray && f != sqltype.KindDecimal && f == t && !isInterval(f):
		return same
	case t == sqltype.KindString:
		return c.toText()
	case t == sqltype.KindBinary:
		return c.toBytes()
	case f == sqltype.KindString:
		return c.fromText()
	case isInterval(f) || isInterval(t):
		return c.intervals()
	case t == sqltype.KindDecimal && f != sqltype.KindDate:
		return c.toDecimal()
	case f == sqltype.KindDecimal:
		return c.fromDecimal()
	case t == sqltype.KindBoolean && f != sqltype.KindDate:
		return toBoolean(c.from)
	case isPlainNumber(f) && isPlainNumber(t):
		return c.numbers()
	case f >= sqltype.KindArray:
		return c.nested()
	}
	return c.times()
}

func isInterval(k sqltype.Kind) bool { return k == sqltype.KindYearMonth || k == sqltype.KindDayTime }

func isPlainNumber(k sqltype.Kind) bool {
	return k >= sqltype.KindBoolean && k <= sqltype.KindDouble && k != sqltype.KindDecimal
}

func allNull(out *columnar.Vector, n int) error {
	for i := range n {
		out.SetNull(i)
	}
	return nil
}

// same shares the memory of in: the types have one layout.
func same(in *columnar.Vector, _ []uint16, n int, out *columnar.Vector) error {
	if out.Views != nil || in.Views != nil {
		copy(out.Views, in.Views[:n])
		out.Bytes = in.Bytes[:len(in.Bytes):len(in.Bytes)]
		return nil
	}
	w := sqltype.Width(in.Type)
	copy(out.Data, in.Data[:n*w])
	return nil
}

// rowsOf returns sel, or all n rows if it is nil.
func rowsOf(sel []uint16, n int) []uint16 {
	if sel == nil {
		return columnar.All(n)
	}
	return sel
}
