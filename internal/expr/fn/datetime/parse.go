package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// reading is a function that reads texts by a pattern; without one it is a
// cast.
type reading struct {
	name, usage string
	target      func(c *expr.Session) sqltype.Type
	try         bool   // null instead of an error
	instead     string // the function that errors name
}

func always(t sqltype.Type) func(*expr.Session) sqltype.Type {
	return func(*expr.Session) sqltype.Type { return t }
}

// timestampType is what TIMESTAMP means in the session.
func timestampType(c *expr.Session) sqltype.Type {
	if c.NTZDefault {
		return sqltype.TimestampNTZ
	}
	return sqltype.Timestamp
}

func parsers() []*expr.Func {
	readings := []reading{
		{"to_date", "date of a text", always(sqltype.Date), false, "try_to_date"},
		{"try_to_date", "date of a text, null if it is none", always(sqltype.Date), true, "try_to_date"},
		{"to_timestamp", "timestamp of a text", timestampType, false, "try_to_timestamp"},
		{"try_to_timestamp", "timestamp of a text, null if it is none", timestampType, true, "try_to_timestamp"},
		{"to_timestamp_ltz", "timestamp with the session's time zone of a text", always(sqltype.Timestamp), false, "try_to_timestamp"},
		{"to_timestamp_ntz", "timestamp without time zone of a text", always(sqltype.TimestampNTZ), false, "try_to_timestamp"},
	}
	var list []*expr.Func
	for _, r := range readings {
		list = append(list, r.function())
	}
	unix, toUnix := unixTime("unix_timestamp"), unixTime("to_unix_timestamp")
	return append(list, unixNow(unix), filled(toUnix, 2, expr.Lit(defaultPattern, sqltype.String)))
}

// source returns the type an operand is read from.
func (r reading) source(c *expr.Session, arg expr.Node) (sqltype.Type, bool) {
	t := arg.Type()
	switch k := t.Kind(); {
	case k == sqltype.KindDate, k == sqltype.KindTimestamp, k == sqltype.KindTimestampNTZ:
		return t, true
	case sqltype.IsNumeric(t) && r.target(c).Kind() == sqltype.KindTimestamp:
		return t, true
	}
	return expr.ImplicitCast(t, sqltype.String, c.ANSI)
}

func (r reading) function() *expr.Func {
	f := &expr.Func{Name: r.name, Group: group, Usage: r.usage + ", by a pattern if one is given", Example: r.name + "('2024-02-29', 'yyyy-MM-dd')"}
	f.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if err := count(r.name, args, 1, 2); err != nil {
			return nil, err
		}
		t, ok := r.source(c, args[0])
		if !ok {
			return nil, expr.UnexpectedInput(r.name, expr.ArgsOf(args), 0, `("STRING" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ")`)
		}
		if len(args) == 2 && t.Kind() == sqltype.KindString {
			return expr.NewCall(c, r.parser(c), args, sparkerr.Origin{})
		}
		return expr.NewCast(c, expr.CastTo(args[0], t, c), r.target(c), r.try, sparkerr.Origin{})
	}
	return f
}

// parser is the function of a text and a pattern.
func (r reading) parser(c *expr.Session) *expr.Func {
	nulls := def.Propagate
	if r.try || !c.ANSI {
		nulls = def.Always
	}
	return def.Func(def.Spec{Name: r.name, Group: group, Args: def.Args(def.String, def.String), Result: r.target(c), Nulls: nulls,
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return r.kernel(c) }})
}

func (r reading) kernel(c *expr.Session) func() expr.Kernel {
	zone, fails := zoneOf(c), c.ANSI && !r.try
	switch r.target(c).Kind() {
	case sqltype.KindDate:
		return parsed(r.instead, fails, func(p *cal.Pattern, b []byte) (int32, int) { return p.ParseDate(b) })
	case sqltype.KindTimestampNTZ:
		return parsed(r.instead, fails, func(p *cal.Pattern, b []byte) (int64, int) { return p.ParseLocal(b, true) })
	}
	return parsed(r.instead, fails, func(p *cal.Pattern, b []byte) (int64, int) { return p.ParseTimestamp(b, zone) })
}

// parsed reads the texts args[0] by the patterns args[1].
func parsed[R any](instead string, fails bool, read func(*cal.Pattern, []byte) (R, int)) func() expr.Kernel {
	return func() expr.Kernel {
		patterns := patternAt{compile: cal.CompileParse}
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst := columnar.Slice[R](out)
			for _, i := range def.RowsOf(sel, n) {
				p, err := patterns.at(args[1], int(i))
				if err != nil {
					return err
				}
				x, bad := read(p, args[0].Text(int(i)))
				dst[i] = x
				if bad == cal.OK {
					continue
				}
				if fails {
					return cannotParse(instead, args[0].Str(int(i)), bad)
				}
				out.SetNull(int(i))
			}
			return nil
		}
	}
}

// unixSource wants what has a unix timestamp; a date is its midnight.
var unixSource = def.Want{SQL: `("STRING" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ")`, Pick: func(t sqltype.Type, _ bool) (sqltype.Type, bool) {
	switch t.Kind() {
	case sqltype.KindDate:
		return sqltype.Timestamp, true
	case sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindString:
		return t, true
	}
	return sqltype.String, t.Kind() == sqltype.KindNull
}}

// unixTime is the seconds since 1970 of a text read by a pattern, or of a time.
func unixTime(name string) *expr.Func {
	return def.Func(def.Spec{Name: name, Group: group, Usage: "seconds since 1970 of a time, or of a text by a pattern",
		Example: name + "('2024-02-29', 'yyyy-MM-dd')", Args: def.Args(unixSource, def.String), Result: sqltype.Long, Nulls: def.Always,
		KernelOf: func(c *expr.Session, t []sqltype.Type) func() expr.Kernel {
			if t[0].Kind() != sqltype.KindString {
				return def.Unary(func(x int64) int64 { return floorDiv(x, cal.Second) })
			}
			zone := zoneOf(c)
			return parsed("try_to_timestamp", c.ANSI, func(p *cal.Pattern, b []byte) (int64, int) {
				utc, bad := p.ParseTimestamp(b, zone)
				return floorDiv(utc, cal.Second), bad
			})
		}})
}

// unixNow takes the time of the batch where no operand is given.
func unixNow(f *expr.Func) *expr.Func {
	g := filled(f, 2, expr.Lit(defaultPattern, sqltype.String))
	rest := g.Rewrite
	g.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if len(args) > 0 {
			if err := count(f.Name, args, 0, 2); err != nil {
				return nil, err
			}
			return rest(c, args)
		}
		n, err := expr.NewCall(c, now, nil, sparkerr.Origin{})
		if err != nil {
			return nil, err
		}
		return rest(c, []expr.Node{n})
	}
	return g
}

// now is current_timestamp().
var now = def.Func(def.Spec{Name: "current_timestamp", Group: group, Result: sqltype.Timestamp, Nulls: def.Never,
	Kernel: def.Stateless(func(c *expr.Context, _ []*columnar.Vector, _ []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[int64](out)[:n]
		for i := range dst {
			dst[i] = int64(c.BatchTime)
		}
		return nil
	})})
