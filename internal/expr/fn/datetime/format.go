package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

var dateFormat = def.Func(def.Spec{Name: "date_format", Group: group, Usage: "text of a timestamp, by a pattern",
	Example: "date_format(DATE'2024-02-29', 'dd.MM.yyyy')", Args: def.Args(def.Timestamp, def.String), Result: sqltype.String,
	KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return formatted(zoneOf(c), cal.Micro) }})

// ToChar makes the function of that name that is date_format of dates and
// timestamps and base, which may be nil, of everything else.
func ToChar(name string, base *expr.Func) *expr.Func {
	f := &expr.Func{Name: name, Group: group, Usage: "text of a time by a pattern", Example: name + "(DATE'2024-02-29', 'dd.MM.yyyy')"}
	if base != nil {
		f.Group, f.Usage, f.Example = base.Group, base.Usage+"; of a time by a pattern", base.Example
	}
	f.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if err := count(name, args, 2, 2); err != nil {
			return nil, err
		}
		switch args[0].Type().Kind() {
		case sqltype.KindDate, sqltype.KindTimestamp, sqltype.KindTimestampNTZ:
			return expr.NewCall(c, dateFormat, args, sparkerr.Origin{})
		}
		if base == nil {
			return nil, expr.UnexpectedInput(name, expr.ArgsOf(args), 0, `("DATE" or "TIMESTAMP")`)
		}
		return expr.NewCall(c, base, args, sparkerr.Origin{})
	}
	return f
}

func printers() []*expr.Func {
	fromUnix := def.Func(def.Spec{Name: "from_unixtime", Group: group, Usage: "text of the seconds since 1970, by a pattern",
		Example: "from_unixtime(0, 'yyyy')", Args: def.Args(def.Long, def.String), Result: sqltype.String,
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return formatted(zoneOf(c), cal.Second) }})
	return []*expr.Func{dateFormat, filled(fromUnix, 2, expr.Lit(defaultPattern, sqltype.String))}
}

// formatted prints args[0], instants counted in a unit, by the patterns
// args[1].
func formatted(zone *cal.Zone, unit int64) func() expr.Kernel {
	return func() expr.Kernel {
		patterns := patternAt{compile: cal.CompileFormat}
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			for _, i := range def.RowsOf(sel, n) {
				p, err := patterns.at(args[1], int(i))
				if err != nil {
					return err
				}
				at := len(out.Bytes)
				if out.Bytes, err = p.FormatTimestamp(out.Bytes, columnar.At[int64](args[0], int(i))*unit, zone); err != nil {
					return err
				}
				out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
			}
			return nil
		}
	}
}
