package convert

import "github.com/spatestream/spate/sqltype"

// Refusal says why a cast is not allowed.
type Refusal uint8

// Allowed; no way; allowed if ANSI mode were off; there is a function for it.
const (
	Allowed Refusal = iota
	Never
	OnlyLegacy
	ByFunction
)

// Check says whether a type may be cast to another.
func Check(from, to sqltype.Type, m Mode) Refusal {
	f, t := from.Kind(), to.Kind()
	if f >= sqltype.KindArray && t == f {
		return checkNested(from, to, m)
	}
	if allowed(from, to, f, t) {
		return Allowed
	}
	legacy := f == sqltype.KindBoolean && t == sqltype.KindTimestamp || f == sqltype.KindTimestamp && t == sqltype.KindBoolean ||
		f == sqltype.KindDate && (t == sqltype.KindBoolean || sqltype.IsNumeric(to)) || sqltype.IsIntegral(from) && t == sqltype.KindBinary
	switch {
	case legacy && m == Legacy:
		return Allowed
	case f == sqltype.KindDate && sqltype.IsNumeric(to), sqltype.IsNumeric(from) && t == sqltype.KindDate && m != Legacy:
		return ByFunction
	case legacy && m == ANSI:
		return OnlyLegacy
	}
	return Never
}

// allowed are the casts of both modes.
func allowed(from, to sqltype.Type, f, t sqltype.Kind) bool {
	number, toNumber := sqltype.IsNumeric(from), sqltype.IsNumeric(to)
	switch {
	case f == sqltype.KindNull, f == t, t == sqltype.KindString:
		return true
	case f == sqltype.KindString:
		return t < sqltype.KindArray && t != sqltype.KindNull
	case number || f == sqltype.KindBoolean:
		exact := number && f != sqltype.KindFloat && f != sqltype.KindDouble
		return toNumber || t == sqltype.KindBoolean || number && t == sqltype.KindTimestamp || exact && isInterval(t)
	case f == sqltype.KindTimestamp:
		return toNumber || t == sqltype.KindDate || t == sqltype.KindTimestampNTZ
	case f == sqltype.KindDate || f == sqltype.KindTimestampNTZ:
		return t == sqltype.KindTimestamp || t == sqltype.KindDate || t == sqltype.KindTimestampNTZ
	case isInterval(f):
		return toNumber && t != sqltype.KindFloat && t != sqltype.KindDouble
	}
	return false
}

func checkNested(from, to sqltype.Type, m Mode) Refusal {
	switch f := from.(type) {
	case *sqltype.Array:
		return Check(f.Elem, to.(*sqltype.Array).Elem, m)
	case *sqltype.Map:
		t := to.(*sqltype.Map)
		if m == Legacy && f.Key.Kind() == sqltype.KindString && t.Key.Kind() != sqltype.KindString && t.Key.Kind() != sqltype.KindBinary {
			return Never // a key could become null
		}
		return max(Check(f.Key, t.Key, m), Check(f.Value, t.Value, m))
	case *sqltype.Struct:
		t := to.(*sqltype.Struct)
		if len(f.Fields) != len(t.Fields) {
			return Never
		}
		worst := Allowed
		for i := range f.Fields {
			worst = max(worst, Check(f.Fields[i].Type, t.Fields[i].Type, m))
		}
		return worst
	}
	return Never
}
