package def

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// Want is what an operand may be. Pick returns the type an operand of type t
// is cast to, or false if it may not be there.
type Want struct {
	SQL  string // as errors name it: "INT" in double quotes, joined by or
	Pick func(t sqltype.Type, ansi bool) (sqltype.Type, bool)
}

// Is wants t, or what casts to it implicitly.
func Is(t sqltype.Type) Want {
	return Want{expr.SQLName(t), func(from sqltype.Type, ansi bool) (sqltype.Type, bool) {
		return expr.ImplicitCast(from, t, ansi)
	}}
}

// The plain wants.
var (
	Boolean   = Is(sqltype.Boolean)
	Int       = Is(sqltype.Int)
	Long      = Is(sqltype.Long)
	Double    = Is(sqltype.Double)
	String    = Is(sqltype.String)
	Binary    = Is(sqltype.Binary)
	Date      = Is(sqltype.Date)
	Timestamp = Is(sqltype.Timestamp)
)

// Kinds wants a type of one of the kinds as it is; void and, if text is not
// nil, strings become the type given.
func Kinds(sql string, otherwise sqltype.Type, text bool, kinds ...sqltype.Kind) Want {
	return Want{sql, func(t sqltype.Type, _ bool) (sqltype.Type, bool) {
		for _, k := range kinds {
			if t.Kind() == k {
				return t, true
			}
		}
		return otherwise, otherwise != nil && (t.Kind() == sqltype.KindNull || text && t.Kind() == sqltype.KindString)
	}}
}

var integrals = []sqltype.Kind{sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong}

// Integral wants an integer of any width; a string is none.
var Integral = Kinds(`"INTEGRAL"`, sqltype.Int, false, integrals...)

var numbers = append([]sqltype.Kind{sqltype.KindDecimal, sqltype.KindFloat, sqltype.KindDouble}, integrals...)

// Numeric wants a number of any type; a string becomes a double.
var Numeric = Kinds(`"NUMERIC"`, sqltype.Double, true, numbers...)

// NumericOrInterval also takes the ANSI intervals.
var NumericOrInterval = Kinds(`("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")`, sqltype.Double, true,
	append([]sqltype.Kind{sqltype.KindYearMonth, sqltype.KindDayTime}, numbers...)...)

// Any takes every type as it is.
var Any = Want{`"ANY"`, func(t sqltype.Type, _ bool) (sqltype.Type, bool) { return t, true }}

// Array, Map and Struct want any type of that form.
var (
	Array  = Kinds(`"ARRAY"`, &sqltype.Array{Elem: sqltype.Null, ContainsNull: true}, false, sqltype.KindArray)
	Map    = Kinds(`"MAP"`, &sqltype.Map{Key: sqltype.Null, Value: sqltype.Null, ValueContainsNull: true}, false, sqltype.KindMap)
	Struct = Kinds(`"STRUCT"`, nil, false, sqltype.KindStruct)
)

// Ordered takes every type that has an order.
var Ordered = Want{`"ORDERABLE"`, func(t sqltype.Type, _ bool) (sqltype.Type, bool) { return t, Orderable(t) }}

// Orderable reports whether values of the type have an order: all but maps and
// calendar intervals, and what contains them.
func Orderable(t sqltype.Type) bool {
	switch x := t.(type) {
	case *sqltype.Array:
		return Orderable(x.Elem)
	case *sqltype.Struct:
		for _, f := range x.Fields {
			if !Orderable(f.Type) {
				return false
			}
		}
		return true
	}
	return t.Kind() != sqltype.KindMap && t.Kind() != sqltype.KindCalendar
}

// OneOf takes what one of the wants takes: as it is if possible, else what the
// first one that accepts it makes of it.
func OneOf(wants ...Want) Want {
	names := make([]string, len(wants))
	for i, w := range wants {
		names[i] = w.SQL
	}
	return Want{"(" + strings.Join(names, " or ") + ")", func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		for _, w := range wants {
			if u, ok := w.Pick(t, ansi); ok && sqltype.SameShape(t, u) {
				return u, true
			}
		}
		for _, w := range wants {
			if u, ok := w.Pick(t, ansi); ok {
				return u, true
			}
		}
		return nil, false
	}}
}

// Args lists wants.
func Args(w ...Want) []Want { return w }

// OrNumber also takes other numbers, which become doubles.
func (w Want) OrNumber() Want {
	return Want{w.SQL, func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		if u, ok := w.Pick(t, ansi); ok {
			return u, true
		}
		return sqltype.Double, sqltype.IsNumeric(t)
	}}
}
