package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// zoneAt reads the zones of a column, remembering the last.
type zoneAt struct {
	text []byte
	zone *cal.Zone
}

func (z *zoneAt) at(v *columnar.Vector, i int) (*cal.Zone, error) {
	b := v.Text(i)
	if z.zone != nil && string(b) == string(z.text) {
		return z.zone, nil
	}
	zone, err := cal.LoadZone(string(b))
	if err != nil {
		return nil, err
	}
	z.text, z.zone = append(z.text[:0], b...), zone
	return zone, nil
}

func zones() []def.Spec {
	shift := func(name, usage string, f func(z *cal.Zone, t int64) int64) def.Spec {
		return def.Spec{Name: name, Usage: usage, Example: name + "(TIMESTAMP'2024-02-29 10:00:00', 'Asia/Seoul')",
			Args: def.Args(def.Timestamp, def.String), Result: sqltype.Timestamp, Kernel: shifted(f)}
	}
	return []def.Spec{
		shift("from_utc_timestamp", "what a clock in the zone shows when the timestamp is read as UTC",
			func(z *cal.Zone, t int64) int64 { return z.Local(t) }),
		shift("to_utc_timestamp", "the time in UTC when a clock in the zone shows the timestamp",
			func(z *cal.Zone, t int64) int64 { return z.Instant(t) }),
	}
}

// convertTimezone takes the session's zone where only the target is given.
func convertTimezone() *expr.Func {
	f := def.Func(def.Spec{Name: "convert_timezone", Group: group,
		Usage:   "timestamp without time zone moved from a zone, the session's if left out, to another",
		Example: "convert_timezone('Europe/Paris', 'Asia/Seoul', TIMESTAMP_NTZ'2024-02-29 10:00:00')",
		Args:    def.Args(def.String, def.String, local), Result: sqltype.TimestampNTZ, Kernel: convertZone})
	g := *f
	g.Resolve = nil
	g.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if err := count(f.Name, args, 2, 3); err != nil {
			return nil, err
		}
		if len(args) == 3 {
			return expr.NewCall(c, f, args, sparkerr.Origin{})
		}
		zone := expr.Node(expr.Lit(c.Zone, sqltype.String))
		n, err := expr.NewCall(c, f, append([]expr.Node{zone}, args...), sparkerr.Origin{})
		if call, ok := n.(*expr.Call); ok && err == nil {
			call.Alt = "convert_timezone(current_timezone(), " + args[0].String() + ", " + args[1].String() + ")"
		}
		return n, err
	}
	return &g
}

func shifted(f func(z *cal.Zone, t int64) int64) func() expr.Kernel {
	return func() expr.Kernel {
		var z zoneAt
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst := columnar.Slice[int64](out)
			for _, i := range def.RowsOf(sel, n) {
				zone, err := z.at(args[1], int(i))
				if err != nil {
					return err
				}
				dst[i] = f(zone, columnar.At[int64](args[0], int(i)))
			}
			return nil
		}
	}
}

func convertZone() expr.Kernel {
	var from, to zoneAt
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[int64](out)
		for _, i := range def.RowsOf(sel, n) {
			source, err := from.at(args[0], int(i))
			if err != nil {
				return err
			}
			target, err := to.at(args[1], int(i))
			if err != nil {
				return err
			}
			dst[i] = target.Local(source.Instant(columnar.At[int64](args[2], int(i))))
		}
		return nil
	}
}
