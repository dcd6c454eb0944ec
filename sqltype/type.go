// Package sqltype holds Spark's data types: what a column may contain, how a
// type is written as DDL and as JSON, and which types are equal. It knows no
// values and no expressions.
package sqltype

import (
	"fmt"
	"strings"
)

// Kind is the family of a type; switch on it.
type Kind uint8

// The kinds, in Spark's numeric precedence where there is one.
const (
	KindNull Kind = iota // VOID: only null
	KindBoolean
	KindByte
	KindShort
	KindInt
	KindLong
	KindDecimal
	KindFloat
	KindDouble
	KindString
	KindBinary
	KindDate         // days since 1970-01-01, int32
	KindTimestamp    // microseconds since the epoch, UTC, int64
	KindTimestampNTZ // microseconds since 1970-01-01 00:00 local, int64
	KindYearMonth    // months, int32
	KindDayTime      // microseconds, int64
	KindCalendar     // legacy interval: months, days, microseconds
	KindArray
	KindMap
	KindStruct
)

// Type is a data type: an Atomic constant, Decimal, YearMonth, DayTime, Char,
// Varchar, *Array, *Map or *Struct. Types are immutable. Compare with Equal.
type Type interface {
	Kind() Kind
	// String is Spark's simpleString (catalog string): bigint, decimal(10,2),
	// array<int>, struct<a:int>.
	String() string
}

// Atomic is a type without parameters.
type Atomic Kind

// The types without parameters.
const (
	Null         = Atomic(KindNull)
	Boolean      = Atomic(KindBoolean)
	Byte         = Atomic(KindByte)
	Short        = Atomic(KindShort)
	Int          = Atomic(KindInt)
	Long         = Atomic(KindLong)
	Float        = Atomic(KindFloat)
	Double       = Atomic(KindDouble)
	String       = Atomic(KindString)
	Binary       = Atomic(KindBinary)
	Date         = Atomic(KindDate)
	Timestamp    = Atomic(KindTimestamp)
	TimestampNTZ = Atomic(KindTimestampNTZ)
	Calendar     = Atomic(KindCalendar)
)

var atomicNames = map[Kind]string{
	KindNull: "void", KindBoolean: "boolean", KindByte: "tinyint", KindShort: "smallint",
	KindInt: "int", KindLong: "bigint", KindFloat: "float", KindDouble: "double",
	KindString: "string", KindBinary: "binary", KindDate: "date", KindTimestamp: "timestamp",
	KindTimestampNTZ: "timestamp_ntz", KindCalendar: "interval",
}

// Kind implements Type.
func (a Atomic) Kind() Kind { return Kind(a) }

func (a Atomic) String() string { return atomicNames[Kind(a)] }

// MaxPrecision is the number of digits of the widest decimal.
const MaxPrecision = 38

// MaxLongDigits is the number of digits of the widest decimal that is kept in
// an int64.
const MaxLongDigits = 18

// Decimal is DECIMAL(Precision, Scale): 1 <= Precision <= 38,
// 0 <= Scale <= Precision.
type Decimal struct{ Precision, Scale int }

// Kind implements Type.
func (Decimal) Kind() Kind { return KindDecimal }

func (d Decimal) String() string { return fmt.Sprintf("decimal(%d,%d)", d.Precision, d.Scale) }

// Char is CHAR(n) as written in a table's schema; its values are strings.
type Char struct{ Length int }

// Kind implements Type.
func (Char) Kind() Kind { return KindString }

func (c Char) String() string { return fmt.Sprintf("char(%d)", c.Length) }

// Varchar is VARCHAR(n) as written in a table's schema; its values are strings.
type Varchar struct{ Length int }

// Kind implements Type.
func (Varchar) Kind() Kind { return KindString }

func (v Varchar) String() string { return fmt.Sprintf("varchar(%d)", v.Length) }

// Unit is a field of an interval type.
type Unit uint8

// The interval fields. Year and Month belong to YearMonth, the others to
// DayTime.
const (
	Year Unit = iota
	Month
	Day
	Hour
	Minute
	Second
)

var unitNames = [...]string{"year", "month", "day", "hour", "minute", "second"}

func (u Unit) String() string { return unitNames[u] }

// YearMonth is an INTERVAL of years and months.
type YearMonth struct{ From, To Unit }

// Kind implements Type.
func (YearMonth) Kind() Kind { return KindYearMonth }

func (i YearMonth) String() string { return intervalName(i.From, i.To) }

// DayTime is an INTERVAL of days to seconds.
type DayTime struct{ From, To Unit }

// Kind implements Type.
func (DayTime) Kind() Kind { return KindDayTime }

func (i DayTime) String() string { return intervalName(i.From, i.To) }

// The widest interval types.
var (
	YearToMonth = YearMonth{Year, Month}
	DayToSecond = DayTime{Day, Second}
)

func intervalName(from, to Unit) string {
	if from == to {
		return "interval " + from.String()
	}
	return "interval " + from.String() + " to " + to.String()
}

// Array is ARRAY<Elem>.
type Array struct {
	Elem         Type
	ContainsNull bool
}

// Kind implements Type.
func (*Array) Kind() Kind { return KindArray }

func (a *Array) String() string { return "array<" + a.Elem.String() + ">" }

// Map is MAP<Key, Value>; keys are never null.
type Map struct {
	Key, Value        Type
	ValueContainsNull bool
}

// Kind implements Type.
func (*Map) Kind() Kind { return KindMap }

func (m *Map) String() string { return "map<" + m.Key.String() + "," + m.Value.String() + ">" }

// Field is a named member of a Struct.
type Field struct {
	Name     string
	Type     Type
	Nullable bool
	Metadata map[string]any // JSON values; nil for none; never changed after construction
}

// Struct is STRUCT<fields>; it is also the schema of a batch, a table, a
// query. A schema may hold several fields of one name.
type Struct struct{ Fields []Field }

// Kind implements Type.
func (*Struct) Kind() Kind { return KindStruct }

func (s *Struct) String() string {
	var b strings.Builder
	b.WriteString("struct<")
	for i, f := range s.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(f.Name + ":" + f.Type.String())
	}
	return b.String() + ">"
}

// NewStruct returns a schema of the fields.
func NewStruct(fields ...Field) *Struct { return &Struct{Fields: fields} }

// F returns a nullable field.
func F(name string, t Type) Field { return Field{Name: name, Type: t, Nullable: true} }

// Index returns the ordinal of the first field of that exact name, -1 if there
// is none.
func (s *Struct) Index(name string) int {
	for i, f := range s.Fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// IndexFold is Index without regard to case.
func (s *Struct) IndexFold(name string) int {
	for i, f := range s.Fields {
		if strings.EqualFold(f.Name, name) {
			return i
		}
	}
	return -1
}

// Names returns the field names in order.
func (s *Struct) Names() []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

// Equal reports whether a and b are the same type, field names and nullability
// included, metadata not.
func Equal(a, b Type) bool { return equal(a, b, true) }

// SameShape is Equal without regard to nullability.
func SameShape(a, b Type) bool { return equal(a, b, false) }

func equal(a, b Type, nulls bool) bool {
	switch x := a.(type) {
	case *Array:
		y, ok := b.(*Array)
		return ok && equal(x.Elem, y.Elem, nulls) && (!nulls || x.ContainsNull == y.ContainsNull)
	case *Map:
		y, ok := b.(*Map)
		return ok && equal(x.Key, y.Key, nulls) && equal(x.Value, y.Value, nulls) && (!nulls || x.ValueContainsNull == y.ValueContainsNull)
	case *Struct:
		y, ok := b.(*Struct)
		return ok && equalFields(x.Fields, y.Fields, nulls)
	}
	if b == nil || a == nil {
		return a == b
	}
	switch b.(type) {
	case *Array, *Map, *Struct:
		return false
	}
	return a == b
}

func equalFields(a, b []Field, nulls bool) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || nulls && a[i].Nullable != b[i].Nullable || !equal(a[i].Type, b[i].Type, nulls) {
			return false
		}
	}
	return true
}

// Width returns the bytes a value takes in a fixed-width column, 0 for types
// of variable length, nested types and VOID.
func Width(t Type) int {
	switch t.Kind() {
	case KindBoolean, KindByte:
		return 1
	case KindShort:
		return 2
	case KindInt, KindFloat, KindDate, KindYearMonth:
		return 4
	case KindLong, KindDouble, KindTimestamp, KindTimestampNTZ, KindDayTime:
		return 8
	case KindCalendar:
		return 16
	case KindDecimal:
		if t.(Decimal).Precision <= MaxLongDigits {
			return 8
		}
		return 16
	}
	return 0
}

// IsNumeric reports whether t is an integer, decimal, float or double.
func IsNumeric(t Type) bool { k := t.Kind(); return k >= KindByte && k <= KindDouble }

// IsIntegral reports whether t is tinyint, smallint, int or bigint.
func IsIntegral(t Type) bool { k := t.Kind(); return k >= KindByte && k <= KindLong }

// IsNested reports whether t is an array, map or struct.
func IsNested(t Type) bool { return t.Kind() >= KindArray }
