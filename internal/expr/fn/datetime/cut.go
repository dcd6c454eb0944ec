package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func cuts() []def.Spec {
	return []def.Spec{
		{Name: "trunc", Usage: "first day of the date's week, month, quarter or year", Example: "trunc(DATE'2024-02-29', 'MM')",
			Args: def.Args(def.Date, def.String), Result: sqltype.Date, Nulls: def.Always, Kernel: truncDate},
		{Name: "date_trunc", Usage: "timestamp cut to the beginning of its unit", Example: "date_trunc('HOUR', TIMESTAMP'2024-02-29 10:11:12')",
			Args: def.Args(def.String, def.Timestamp), Result: sqltype.Timestamp, Nulls: def.Always,
			KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return truncInstant(zoneOf(c)) }},
	}
}

// unitOf reads the units of a column, remembering the last.
type unitOf struct {
	parse func([]byte) (cal.Unit, bool)
	text  []byte
	unit  cal.Unit
	ok    bool
}

func (u *unitOf) at(v *columnar.Vector, i int) (cal.Unit, bool) {
	if b := v.Text(i); string(b) != string(u.text) {
		u.text = append(u.text[:0], b...)
		u.unit, u.ok = u.parse(b)
	}
	return u.unit, u.ok
}

func truncDate() expr.Kernel {
	u := unitOf{parse: cal.ParseTruncUnit}
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[int32](out)
		for _, i := range def.RowsOf(sel, n) {
			unit, ok := u.at(args[1], int(i))
			if !ok || unit < cal.Weeks {
				out.SetNull(int(i))
				continue
			}
			dst[i] = cal.TruncDate(columnar.At[int32](args[0], int(i)), unit)
		}
		return nil
	}
}

func truncInstant(zone *cal.Zone) func() expr.Kernel {
	return func() expr.Kernel {
		u := unitOf{parse: cal.ParseTruncUnit}
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst := columnar.Slice[int64](out)
			for _, i := range def.RowsOf(sel, n) {
				unit, ok := u.at(args[0], int(i))
				if !ok {
					out.SetNull(int(i))
					continue
				}
				dst[i] = cal.Trunc(columnar.At[int64](args[1], int(i)), unit, zone)
			}
			return nil
		}
	}
}
