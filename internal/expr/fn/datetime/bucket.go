package datetime

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// timeBucket is the beginning of the bucket a timestamp falls in: buckets have
// a constant size and one begins at a constant origin, by default 1970.
// Timestamps are bucketed as the clock in the session's zone shows them.
func timeBucket() *expr.Func {
	f := &expr.Func{Name: "time_bucket", Group: group, Usage: "beginning of the timestamp's bucket of a size, counted from an origin",
		Example: "time_bucket(INTERVAL '15' MINUTE, TIMESTAMP'2024-02-29 10:11:12')", Resolve: resolveBucket}
	g := *f
	g.Resolve = nil
	g.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if err := count(f.Name, args, 2, 3); err != nil {
			return nil, err
		}
		if len(args) == 2 {
			origin := &expr.Literal{Value: eventtime.Time(zoneOf(c).Instant(0)), T: sqltype.Timestamp, Text: "TIMESTAMP '1970-01-01 00:00:00'"}
			if args[1].Type().Kind() == sqltype.KindTimestampNTZ {
				origin = expr.Lit(columnar.LocalTime(0), sqltype.TimestampNTZ)
			}
			args = []expr.Node{args[0], args[1], origin}
		}
		return expr.NewCall(c, f, args, sparkerr.Origin{})
	}
	return &g
}

func resolveBucket(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	types, err := bucketTypes(args)
	if err != nil {
		return expr.Signature{}, err
	}
	size, err := bucketConstant(c, args, 0, "bucketSize")
	if err != nil {
		return expr.Signature{}, err
	}
	origin, err := bucketConstant(c, args, 2, "origin")
	if err != nil {
		return expr.Signature{}, err
	}
	b := bucket{zone: zoneOf(c)}
	switch x := size.(type) {
	case columnar.Months:
		b.months = int64(x)
	case columnar.Micros:
		b.micros = int64(x)
	}
	if size != nil && b.months <= 0 && b.micros <= 0 {
		text := args[0].Node.String()
		return expr.Signature{}, expr.Mismatch("VALUE_OUT_OF_RANGE", "time_bucket", args, "the size of a bucket must be positive, not "+text+".",
			"exprName", "`bucketSize`", "valueRange", "(0, inf)", "currentValue", text)
	}
	switch x := origin.(type) {
	case eventtime.Time:
		b.origin = b.zone.Local(int64(x))
	case columnar.LocalTime:
		b.origin = int64(x)
	}
	return expr.Signature{Args: types, Result: types[1], Nullable: size == nil || origin == nil || args[1].Nullable, Make: b.kernel}, nil
}

// bucketTypes checks the operands; a timestamp and an origin that is null have
// the type of the other.
func bucketTypes(args []expr.Arg) ([]sqltype.Type, error) {
	const name = "time_bucket"
	types := []sqltype.Type{args[0].Type, args[1].Type, args[2].Type}
	switch types[0].Kind() {
	case sqltype.KindNull:
		types[0] = sqltype.DayToSecond
	case sqltype.KindDayTime, sqltype.KindYearMonth:
	default:
		return nil, expr.UnexpectedInput(name, args, 0, `("INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")`)
	}
	for i := 1; i < 3; i++ {
		switch types[i].Kind() {
		case sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindNull:
		default:
			return nil, expr.UnexpectedInput(name, args, i, anyTimestamp.SQL)
		}
	}
	if types[1].Kind() == sqltype.KindNull {
		types[1] = types[2]
	}
	if types[1].Kind() == sqltype.KindNull {
		types[1] = sqltype.Timestamp
	}
	if types[2].Kind() == sqltype.KindNull {
		types[2] = types[1]
	}
	if types[1].Kind() != types[2].Kind() {
		return nil, expr.UnexpectedInput(name, args, 2, expr.SQLName(types[1]))
	}
	return types, nil
}

// bucketConstant evaluates operand i, nil if it is null.
func bucketConstant(c *expr.Session, args []expr.Arg, i int, param string) (any, error) {
	n := args[i].Node
	if !constant(n) {
		return nil, expr.Mismatch("NON_FOLDABLE_INPUT", "time_bucket", args, param+" must be a constant, not "+n.String()+".",
			"inputName", "`"+param+"`", "inputType", expr.SQLName(n.Type()), "inputExpr", expr.Quoted(n.String()))
	}
	return expr.EvalConst(n, &expr.Context{ANSI: c.ANSI, Zone: c.Zone})
}

// bucket is the size, one of months and micros, and the origin as local micros.
type bucket struct {
	zone                   *cal.Zone
	months, micros, origin int64
}

func (b bucket) kernel() expr.Kernel {
	l := locals{zone: b.zone}
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[int64](out)
		src := l.of(args[1], n)
		for _, i := range def.RowsOf(sel, n) {
			start, ok := b.start(src[i])
			if !ok {
				return overflow("find the bucket of a timestamp")
			}
			if out.Type.Kind() == sqltype.KindTimestamp {
				start = b.zone.Instant(start)
			}
			dst[i] = start
		}
		return nil
	}
}

// start returns the beginning of the bucket of a local time.
func (b bucket) start(local int64) (int64, bool) {
	if b.micros > 0 {
		since := local - b.origin
		start := local - (since%b.micros+b.micros)%b.micros
		return start, (local^b.origin)&(local^since) >= 0 && start <= local
	}
	from, to := cal.DateOf(b.origin), cal.DateOf(local)
	months := int64(cal.Year(to)-cal.Year(from))*12 + int64(cal.Month(to)-cal.Month(from))
	months = floorDiv(months, b.months) * b.months
	start, ok := cal.AddLocal(b.origin, cal.Interval{Months: int32(months)})
	if ok && start > local {
		start, ok = cal.AddLocal(b.origin, cal.Interval{Months: int32(months - b.months)})
	}
	return start, ok
}
