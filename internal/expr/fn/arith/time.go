package arith

import (
	"strconv"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// timeSignature resolves an operator with a date, timestamp or interval among
// its operands; ok is false if there is none.
func timeSignature(c *expr.Session, name string, o op, m mode, args []expr.Arg) (sig expr.Signature, ok bool, err error) {
	l, r := args[0].Type, args[1].Type
	if !isTime(l.Kind()) && !isTime(r.Kind()) {
		return sig, false, nil
	}
	t := &timeOp{c: c, o: o, m: m}
	sig.Nullable = expr.Nullable(args) || m == tryMode
	switch o {
	case add:
		ok = t.add(l, r) || t.add(r, l)
		t.swapped = ok && !sqltype.SameShape(t.left, l) && !t.fits(l, r)
	case sub:
		ok = t.move(l, r, true) || t.between(l, r)
	case mul:
		if ok = t.scale(l, r); !ok {
			ok = t.scale(r, l)
			t.swapped = ok
		}
	case div:
		ok = t.scale(l, r)
	case quo:
		ok = t.ratio(l, r)
	}
	if !ok {
		return sig, true, refuse(c, name, o, args)
	}
	sig.Args, sig.Result = []sqltype.Type{t.left, t.right}, t.result
	if t.swapped {
		sig.Args[0], sig.Args[1] = t.right, t.left
	}
	sig.Make = t.kernel
	return sig, true, nil
}

func isTime(k sqltype.Kind) bool { return k >= sqltype.KindDate && k <= sqltype.KindCalendar }

func isInterval(k sqltype.Kind) bool {
	return k == sqltype.KindYearMonth || k == sqltype.KindDayTime || k == sqltype.KindCalendar
}

// timeOp is an operator over times being resolved: the operands in the order
// of the kernel, swapped says whether they come the other way round.
type timeOp struct {
	c                   *expr.Session
	o                   op
	m                   mode
	left, right, result sqltype.Type
	swapped             bool
}

func (t *timeOp) is(left, right, result sqltype.Type) bool {
	t.left, t.right, t.result = left, right, result
	return true
}

// fits reports whether the operands as written have the resolved order: a time
// or text first, then what is added.
func (t *timeOp) fits(l, r sqltype.Type) bool {
	if isInterval(t.left.Kind()) {
		return true
	}
	return isInterval(r.Kind()) || sqltype.IsIntegral(r) || r.Kind() == sqltype.KindNull && isTime(l.Kind())
}

// add is l + r: an instant and an interval, or two intervals.
func (t *timeOp) add(l, r sqltype.Type) bool { return t.move(l, r, false) || t.intervals(l, r) }

// intervals are two intervals of one family, or one and null.
func (t *timeOp) intervals(l, r sqltype.Type) bool {
	if !isInterval(l.Kind()) && !isInterval(r.Kind()) {
		return false
	}
	u, ok := expr.TightestType(l, r, t.c.ANSI)
	if l.Kind() != r.Kind() && u == sqltype.Type(sqltype.Calendar) && (l.Kind() == sqltype.KindNull || t.o == add) {
		return false
	}
	return ok && isInterval(u.Kind()) && t.is(u, u, u)
}

// move is an instant plus or minus an interval or a number of days.
func (t *timeOp) move(l, r sqltype.Type, minus bool) bool {
	rk := r.Kind()
	switch l.Kind() {
	case sqltype.KindDate:
		switch {
		case rk == sqltype.KindYearMonth, rk == sqltype.KindCalendar:
			return t.is(l, r, l)
		case r == sqltype.Type(sqltype.DayTime{From: sqltype.Day, To: sqltype.Day}):
			return t.is(l, r, l)
		case rk == sqltype.KindDayTime:
			return t.is(sqltype.Timestamp, r, sqltype.Timestamp)
		case sqltype.IsIntegral(r) && rk != sqltype.KindLong:
			return t.is(l, sqltype.Int, l)
		case rk == sqltype.KindNull && !minus:
			return t.is(sqltype.Timestamp, sqltype.DayToSecond, sqltype.Timestamp)
		}
	case sqltype.KindTimestamp, sqltype.KindTimestampNTZ:
		switch {
		case isInterval(rk):
			return t.is(l, r, l)
		case rk == sqltype.KindNull && !minus:
			return t.is(l, sqltype.DayToSecond, l)
		}
	case sqltype.KindString:
		if rk == sqltype.KindDayTime || rk == sqltype.KindCalendar {
			return t.is(sqltype.Timestamp, r, sqltype.String)
		}
	}
	return minus && t.intervals(l, r)
}

// between is the time from one instant to another.
func (t *timeOp) between(l, r sqltype.Type) bool {
	other := func(u sqltype.Type) bool {
		k := u.Kind()
		return k == sqltype.KindString && (t.c.ANSI || l.Kind() != sqltype.KindDate && r.Kind() == sqltype.KindDate) || k == sqltype.KindNull
	}
	u, ok := expr.TightestType(l, r, t.c.ANSI)
	switch {
	case other(l):
		u, ok = r, true
	case other(r):
		u, ok = l, true
	case l.Kind() == sqltype.KindTimestamp && r.Kind() == sqltype.KindTimestampNTZ, l.Kind() == sqltype.KindTimestampNTZ && r.Kind() == sqltype.KindTimestamp:
		u, ok = sqltype.TimestampNTZ, true
	}
	if !ok {
		return false
	}
	switch k := u.Kind(); {
	case isTime(k) && !isInterval(k) && t.c.Conf != nil && t.c.Conf("spark.sql.legacy.interval.enabled") == "true":
		return t.is(u, u, sqltype.Calendar)
	case k == sqltype.KindDate:
		return t.is(u, u, sqltype.DayTime{From: sqltype.Day, To: sqltype.Day})
	case k == sqltype.KindTimestamp, k == sqltype.KindTimestampNTZ:
		return t.is(u, u, sqltype.DayToSecond)
	}
	return false
}

// scale is an interval times or divided by a number.
func (t *timeOp) scale(l, r sqltype.Type) bool {
	var result sqltype.Type
	switch l.Kind() {
	case sqltype.KindYearMonth:
		result = sqltype.YearToMonth
	case sqltype.KindDayTime:
		result = sqltype.DayToSecond
	case sqltype.KindCalendar:
		result = l
	default:
		return false
	}
	switch {
	case l.Kind() == sqltype.KindCalendar && sqltype.IsNumeric(r), r.Kind() == sqltype.KindString, r.Kind() == sqltype.KindNull, r.Kind() == sqltype.KindFloat:
		return t.is(l, sqltype.Double, result)
	case sqltype.IsIntegral(r):
		return t.is(l, sqltype.Long, result)
	}
	return sqltype.IsNumeric(r) && t.is(l, r, result)
}

// ratio is how often an interval fits another.
func (t *timeOp) ratio(l, r sqltype.Type) bool {
	u, ok := expr.TightestType(l, r, t.c.ANSI)
	return ok && (u.Kind() == sqltype.KindYearMonth || u.Kind() == sqltype.KindDayTime) && t.is(u, u, sqltype.Long)
}

// refuse is the error of operands that do not go together.
func refuse(c *expr.Session, name string, o op, args []expr.Arg) error {
	l, r := args[0].Type.Kind(), args[1].Type.Kind()
	instant := func(k sqltype.Kind) bool { return isTime(k) && !isInterval(k) }
	loose := func(k sqltype.Kind) bool { return k == sqltype.KindDayTime || k == sqltype.KindCalendar }
	bad := -1
	switch {
	case o == add && (l == sqltype.KindDate || loose(l)), o == sub && (instant(l)), o == mul && isInterval(l), o == div && isInterval(l):
		bad = 1
	case o == add && (r == sqltype.KindDate || loose(r)), o == sub && (instant(r) || loose(r)), o == mul && isInterval(r):
		bad = 0
	}
	if o == add && (l == sqltype.KindNull && r == sqltype.KindCalendar || r == sqltype.KindNull && l == sqltype.KindCalendar) || o == sub && l == sqltype.KindNull && r == sqltype.KindCalendar {
		return expr.Mismatch("CAST_WITHOUT_SUGGESTION", name, args, "VOID cannot be cast here.", "srcType", `"VOID"`, "targetType", `"INTERVAL DAY TO SECOND"`)
	}
	if bad >= 0 {
		return expr.UnexpectedInput(name, args, bad, `("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")`)
	}
	return differ(c, name, o, args)
}
