package expr

import (
	"strings"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// Spark's implicit casts, in both modes: ANSI (Spark's AnsiTypeCoercion) and
// legacy (TypeCoercion). The golden test in testdata holds its answers.

// TightestType returns the type both convert to without losing anything, as
// comparisons of like kinds need; false if there is none. Decimals of unlike
// types have none here, see CommonType.
func TightestType(a, b sqltype.Type, ansi bool) (sqltype.Type, bool) {
	a, b = plainText(a), plainText(b)
	ka, kb := a.Kind(), b.Kind()
	switch {
	case sqltype.Equal(a, b):
		return a, true
	case ka == sqltype.KindNull:
		return b, true
	case kb == sqltype.KindNull:
		return a, true
	case sqltype.IsNumeric(a) && sqltype.IsNumeric(b):
		return tightestNumber(a, b, ansi)
	case isTemporal(ka) && isTemporal(kb):
		return tightestTime(ka, kb)
	case ka == sqltype.KindYearMonth && kb == ka:
		x, y := a.(sqltype.YearMonth), b.(sqltype.YearMonth)
		return sqltype.YearMonth{From: min(x.From, y.From), To: max(x.To, y.To)}, true
	case ka == sqltype.KindDayTime && kb == ka:
		x, y := a.(sqltype.DayTime), b.(sqltype.DayTime)
		return sqltype.DayTime{From: min(x.From, y.From), To: max(x.To, y.To)}, true
	}
	return nestedType(a, b, ansi, TightestType)
}

// plainText takes CHAR and VARCHAR for STRING.
func plainText(t sqltype.Type) sqltype.Type {
	if t.Kind() == sqltype.KindString {
		return sqltype.String
	}
	return t
}

func tightestNumber(a, b sqltype.Type, ansi bool) (sqltype.Type, bool) {
	ka, kb := a.Kind(), b.Kind()
	if ka == sqltype.KindDecimal || kb == sqltype.KindDecimal {
		switch {
		case sqltype.IsIntegral(b) && decimalHolds(a.(sqltype.Decimal), decimalOf(b)):
			return a, true
		case sqltype.IsIntegral(a) && decimalHolds(b.(sqltype.Decimal), decimalOf(a)):
			return b, true
		}
		return nil, false
	}
	if ansi && (ka == sqltype.KindFloat && kb < sqltype.KindFloat || kb == sqltype.KindFloat && ka < sqltype.KindFloat) {
		return sqltype.Double, true
	}
	if ka > kb {
		return a, true
	}
	return b, true
}

func isTemporal(k sqltype.Kind) bool {
	return k == sqltype.KindDate || k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ
}

func tightestTime(a, b sqltype.Kind) (sqltype.Type, bool) {
	switch {
	case a == sqltype.KindTimestamp || b == sqltype.KindTimestamp:
		return sqltype.Timestamp, true
	case a == sqltype.KindTimestampNTZ || b == sqltype.KindTimestampNTZ:
		return sqltype.TimestampNTZ, true
	}
	return sqltype.Date, true
}

// nestedType joins arrays, maps and structs element-wise by join.
func nestedType(a, b sqltype.Type, ansi bool, join func(a, b sqltype.Type, ansi bool) (sqltype.Type, bool)) (sqltype.Type, bool) {
	switch x := a.(type) {
	case *sqltype.Array:
		y, ok := b.(*sqltype.Array)
		if !ok {
			return nil, false
		}
		e, ok := join(x.Elem, y.Elem, ansi)
		return &sqltype.Array{Elem: e, ContainsNull: x.ContainsNull || y.ContainsNull}, ok
	case *sqltype.Map:
		y, ok := b.(*sqltype.Map)
		if !ok {
			return nil, false
		}
		k, ok1 := join(x.Key, y.Key, ansi)
		v, ok2 := join(x.Value, y.Value, ansi)
		return &sqltype.Map{Key: k, Value: v, ValueContainsNull: x.ValueContainsNull || y.ValueContainsNull}, ok1 && ok2
	case *sqltype.Struct:
		y, ok := b.(*sqltype.Struct)
		if !ok || len(x.Fields) != len(y.Fields) {
			return nil, false
		}
		return nestedStruct(x, y, ansi, join)
	}
	return nil, false
}

func nestedStruct(x, y *sqltype.Struct, ansi bool, join func(a, b sqltype.Type, ansi bool) (sqltype.Type, bool)) (sqltype.Type, bool) {
	s := &sqltype.Struct{Fields: make([]sqltype.Field, len(x.Fields))}
	for i, f := range x.Fields {
		g := y.Fields[i]
		if !strings.EqualFold(f.Name, g.Name) {
			return nil, false
		}
		t, ok := join(f.Type, g.Type, ansi)
		if !ok {
			return nil, false
		}
		s.Fields[i] = sqltype.Field{Name: f.Name, Type: t, Nullable: f.Nullable || g.Nullable, Metadata: f.Metadata}
	}
	return s, true
}

// CommonType returns the type that set operations, CASE, coalesce, IN, arrays
// and joins bring two operands to; false if there is none.
func CommonType(a, b sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if t, ok := TightestType(a, b, ansi); ok {
		return t, true
	}
	a, b = plainText(a), plainText(b)
	if t, ok := widerNumber(a, b); ok {
		return t, true
	}
	if t, ok := promoteText(a, b, ansi); ok {
		return t, true
	}
	if t, ok := promoteText(b, a, ansi); ok {
		return t, true
	}
	return nestedType(a, b, ansi, CommonType)
}

// UnpromotedType is CommonType without promoting text, as greatest and least
// have it.
func UnpromotedType(a, b sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if t, ok := TightestType(a, b, ansi); ok {
		return t, true
	}
	if t, ok := widerNumber(a, b); ok {
		return t, true
	}
	return nestedType(a, b, ansi, UnpromotedType)
}

// CommonTypeOf is CommonType over a list; of none it is VOID. As Spark does,
// strings come first, so that their promotion does not depend on the order.
func CommonTypeOf(list []sqltype.Type, ansi bool) (sqltype.Type, bool) {
	var t sqltype.Type = sqltype.Null
	for _, text := range []bool{true, false} {
		for _, u := range list {
			if hasText(u) != text {
				continue
			}
			var ok bool
			if t, ok = CommonType(t, u, ansi); !ok {
				return nil, false
			}
		}
	}
	return t, true
}

func hasText(t sqltype.Type) bool {
	if a, ok := t.(*sqltype.Array); ok {
		return hasText(a.Elem)
	}
	return t.Kind() == sqltype.KindString
}

// widerNumber joins decimals with other numbers.
func widerNumber(a, b sqltype.Type) (sqltype.Type, bool) {
	if !sqltype.IsNumeric(a) || !sqltype.IsNumeric(b) {
		return nil, false
	}
	if a.Kind() != sqltype.KindDecimal && b.Kind() != sqltype.KindDecimal {
		return nil, false
	}
	if a.Kind() >= sqltype.KindFloat || b.Kind() >= sqltype.KindFloat {
		return sqltype.Double, true
	}
	return sqlDecimal(decimal.WiderType(smallDecimal(decimalOf(a)), smallDecimal(decimalOf(b)))), true
}

// promoteText joins text with b.
func promoteText(a, b sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if a.Kind() != sqltype.KindString {
		return nil, false
	}
	k := b.Kind()
	if !ansi {
		if k == sqltype.KindBinary || k == sqltype.KindBoolean || k >= sqltype.KindCalendar {
			return nil, false
		}
		return sqltype.String, true
	}
	switch {
	case sqltype.IsIntegral(b):
		return sqltype.Long, true
	case sqltype.IsNumeric(b):
		return sqltype.Double, true
	case isTemporal(k), k == sqltype.KindBoolean, k == sqltype.KindBinary:
		return b, true
	}
	return nil, false
}

// ComparisonType returns the type the operands of = and < are brought to.
func ComparisonType(a, b sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if t, ok := TightestType(a, b, ansi); ok {
		return t, true
	}
	if ansi {
		return CommonType(a, b, ansi)
	}
	a, b = plainText(a), plainText(b)
	if t, ok := legacyComparison(a, b); ok {
		return t, true
	}
	if t, ok := legacyComparison(b, a); ok {
		return t, true
	}
	if t, ok := widerNumber(a, b); ok {
		return t, true
	}
	return nestedType(a, b, ansi, ComparisonType)
}

// legacyComparison compares text with numbers and times as those, booleans
// with text as booleans, binary with text as text.
func legacyComparison(a, b sqltype.Type) (sqltype.Type, bool) {
	k := b.Kind()
	if a.Kind() == sqltype.KindBoolean && sqltype.IsNumeric(b) {
		return b, true
	}
	if a.Kind() != sqltype.KindString {
		return nil, false
	}
	switch {
	case k == sqltype.KindDecimal:
		return sqltype.Double, true
	case k == sqltype.KindBinary, k == sqltype.KindString:
		return sqltype.String, true
	case k >= sqltype.KindYearMonth:
		return nil, false
	}
	return b, true
}

// ImplicitCast returns the type an operand becomes where a function wants to,
// and whether it may.
func ImplicitCast(from, to sqltype.Type, ansi bool) (sqltype.Type, bool) {
	f, t := from.Kind(), to.Kind()
	switch {
	case sqltype.SameShape(from, to) || f == sqltype.KindString && t == sqltype.KindString:
		return from, true
	case f == sqltype.KindNull:
		return to, true
	case sqltype.IsNumeric(from) && sqltype.IsNumeric(to):
		return to, true
	case f == sqltype.KindString:
		return to, textMayBe(t, ansi)
	case t == sqltype.KindString:
		return sqltype.String, f < sqltype.KindArray && (ansi || f != sqltype.KindCalendar)
	case isTemporal(f) && isTemporal(t), f == sqltype.KindYearMonth && t == f, f == sqltype.KindDayTime && t == f:
		return to, true
	}
	return implicitNested(from, to, ansi)
}

func textMayBe(t sqltype.Kind, ansi bool) bool {
	switch {
	case t == sqltype.KindBoolean:
		return ansi
	case t >= sqltype.KindByte && t <= sqltype.KindTimestampNTZ:
		return true
	}
	return false
}

func implicitNested(from, to sqltype.Type, ansi bool) (sqltype.Type, bool) {
	switch x := from.(type) {
	case *sqltype.Array:
		y, ok := to.(*sqltype.Array)
		if !ok {
			return nil, false
		}
		e, ok := ImplicitCast(x.Elem, y.Elem, ansi)
		return &sqltype.Array{Elem: e, ContainsNull: x.ContainsNull}, ok
	case *sqltype.Map:
		y, ok := to.(*sqltype.Map)
		if !ok {
			return nil, false
		}
		k, ok1 := ImplicitCast(x.Key, y.Key, ansi)
		v, ok2 := ImplicitCast(x.Value, y.Value, ansi)
		return &sqltype.Map{Key: k, Value: v, ValueContainsNull: x.ValueContainsNull}, ok1 && ok2
	}
	return nil, false
}

// decimalOf returns the decimal type that holds every value of a decimal or
// integral type.
func decimalOf(t sqltype.Type) sqltype.Decimal {
	switch t.Kind() {
	case sqltype.KindByte:
		return sqltype.Decimal{Precision: 3}
	case sqltype.KindShort:
		return sqltype.Decimal{Precision: 5}
	case sqltype.KindInt:
		return sqltype.Decimal{Precision: 10}
	case sqltype.KindLong:
		return sqltype.Decimal{Precision: 20}
	case sqltype.KindFloat:
		return sqltype.Decimal{Precision: 14, Scale: 7}
	case sqltype.KindDouble:
		return sqltype.Decimal{Precision: 30, Scale: 15}
	}
	return t.(sqltype.Decimal)
}

// DecimalOf returns the decimal type a number is taken for beside a decimal:
// for a literal integer the digits it has.
func DecimalOf(a Arg) sqltype.Decimal {
	if _, lit := a.Node.(*Literal); lit && sqltype.IsIntegral(a.Type) && a.Value != nil {
		v, _ := a.Node.(*Literal).Vector()
		return sqltype.Decimal{Precision: int(decimal.Digits(decimal.FromInt64(word(v, 0))))}
	}
	return decimalOf(a.Type)
}

// decimalHolds reports whether every value of t is one of d.
func decimalHolds(d, t sqltype.Decimal) bool {
	return d.Precision-d.Scale >= t.Precision-t.Scale && d.Scale >= t.Scale
}

// smallDecimal and sqlDecimal translate between the type and its arithmetic.
func smallDecimal(d sqltype.Decimal) decimal.Type {
	return decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)}
}

func sqlDecimal(d decimal.Type) sqltype.Decimal {
	return sqltype.Decimal{Precision: int(d.Precision), Scale: int(d.Scale)}
}

// CastTo returns n converted implicitly to t, n itself if it has that type.
func CastTo(n Node, t sqltype.Type, c *Session) Node {
	if sqltype.SameShape(n.Type(), t) || n.Type().Kind() == sqltype.KindString && t.Kind() == sqltype.KindString {
		return n
	}
	if l, ok := n.(*Literal); ok && l.Value == nil {
		return &Literal{T: t, Text: l.Text}
	}
	mode := CastLegacy
	if c.ANSI {
		mode = CastANSI
	}
	return &Cast{Arg: n, T: t, Mode: mode, Zone: c.Zone, Implicit: true}
}
