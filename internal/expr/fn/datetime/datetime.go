// Package datetime is the functions of dates, timestamps and intervals: parsing
// and printing by a pattern, fields, moving, cutting and making them.
//
// The calendar itself is internal/datetime (cal here). Instants are seen in the
// session's time zone, which is settled when the call is resolved. Patterns,
// zones and units are nearly always constants: they are compiled at the first
// row and again only where the text changes. Functions that are casts or other
// functions in disguise are rewritten to those.
package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	list := append(def.Funcs(group, fields()...), def.Funcs(group, cuts()...)...)
	list = append(list, def.Funcs(group, epochs()...)...)
	list = append(list, def.Funcs(group, zones()...)...)
	list = append(list, moves()...)
	list = append(list, convertTimezone(), timeBucket())
	list = append(list, extracts()...)
	list = append(list, parsers()...)
	list = append(list, printers()...)
	list = append(list, makers()...)
	return append(list, intervals()...)
}

const group = "datetime"

const ansiConfig = `"spark.sql.ansi.enabled"`

// zoneOf returns the session's time zone.
func zoneOf(c *expr.Session) *cal.Zone {
	z, err := cal.LoadZone(c.Zone)
	if err != nil {
		return cal.UTC
	}
	return z
}

// anyTimestamp wants a timestamp of either kind; dates and texts become
// TIMESTAMP.
var anyTimestamp = def.Want{SQL: `"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if t.Kind() == sqltype.KindTimestampNTZ {
		return t, true
	}
	return expr.ImplicitCast(t, sqltype.Timestamp, ansi)
}}

// anyDate wants a date; timestamps stay what they are, for dates reads them.
var anyDate = def.Want{SQL: `"DATE"`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if k := t.Kind(); k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ {
		return t, true
	}
	return expr.ImplicitCast(t, sqltype.Date, ansi)
}}

var local = def.Is(sqltype.TimestampNTZ)

// count checks the number of operands.
func count(name string, args []expr.Node, least, most int) error {
	if len(args) < least || len(args) > most {
		return expr.WrongNumArgs(name, def.Counts(least, most), len(args))
	}
	return nil
}

// filled makes a function that calls f with the operands it was given and, for
// the last ones it was not, defaults.
func filled(f *expr.Func, operands int, defaults ...*expr.Literal) *expr.Func {
	g := *f
	least := operands - len(defaults)
	g.Resolve = nil
	g.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if err := count(f.Name, args, least, operands); err != nil {
			return nil, err
		}
		all := append([]expr.Node(nil), args...)
		for _, d := range defaults[len(args)-least:] {
			all = append(all, d)
		}
		return expr.NewCall(c, f, all, sparkerr.Origin{})
	}
	return &g
}

// alias makes a function that calls f and prints as f does.
func alias(name string, f *expr.Func) *expr.Func {
	g := *f
	g.Name, g.Resolve = name, nil
	g.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		return expr.NewCall(c, f, args, sparkerr.Origin{})
	}
	return &g
}

// locals reads timestamps as a clock on the wall shows them, a batch at a time.
type locals struct {
	zone *cal.Zone
	buf  []int64
}

// of returns n rows of v; those of dates are midnights.
func (l *locals) of(v *columnar.Vector, n int) []int64 {
	switch v.Type.Kind() {
	case sqltype.KindTimestampNTZ:
		return columnar.Slice[int64](v)[:n]
	case sqltype.KindTimestamp:
		l.buf = room(l.buf, n)
		l.zone.Locals(l.buf, columnar.Slice[int64](v)[:n])
	default:
		l.buf = room(l.buf, n)
		for i, d := range columnar.Slice[int32](v)[:n] {
			l.buf[i] = int64(d) * cal.Day
		}
	}
	return l.buf
}

// days reads dates and the dates of timestamps, a batch at a time.
type days struct {
	locals
	buf []int32
}

// of returns n rows of v.
func (d *days) of(v *columnar.Vector, n int) []int32 {
	if v.Type.Kind() == sqltype.KindDate {
		return columnar.Slice[int32](v)[:n]
	}
	d.buf = room(d.buf, n)
	for i, x := range d.locals.of(v, n) {
		d.buf[i] = cal.DateOf(x)
	}
	return d.buf
}

func room[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, max(n, columnar.MaxRows))
	}
	return s[:n]
}
