package functions

import "github.com/spatestream/spate"

// Functions of nulls and conditions.

// Coalesce is the first value that is not null.
//
//	functions.Coalesce("nickname", "name")
func Coalesce(cols ...ColumnOrName) Column {
	return call("coalesce", cols...)
}

// IfNull is a, or b where a is null.
//
//	functions.IfNull("a", "b")
func IfNull(a, b ColumnOrName) Column {
	return call("ifnull", a, b)
}

// Nvl is a, or b where a is null.
//
//	functions.Nvl("a", "b")
func Nvl(a, b ColumnOrName) Column {
	return call("nvl", a, b)
}

// Nvl2 is b where a is not null, else c.
//
//	functions.Nvl2("a", "b", "c")
func Nvl2(a, b, c ColumnOrName) Column {
	return call("nvl2", a, b, c)
}

// NullIf is null where a equals b, else a.
//
//	functions.NullIf("a", "b")
func NullIf(a, b ColumnOrName) Column {
	return call("nullif", a, b)
}

// NullIfZero is null where the column is zero, else the column.
//
//	functions.NullIfZero("col")
func NullIfZero(col ColumnOrName) Column {
	return call("nullifzero", col)
}

// ZeroIfNull is zero where the column is null, else the column.
//
//	functions.ZeroIfNull("col")
func ZeroIfNull(col ColumnOrName) Column {
	return call("zeroifnull", col)
}

// IsNull is true where the column is null.
//
//	functions.IsNull("col")
func IsNull(col ColumnOrName) Column {
	return call("isnull", col)
}

// IsNotNull is true where the column is not null.
//
//	functions.IsNotNull("col")
func IsNotNull(col ColumnOrName) Column {
	return call("isnotnull", col)
}

// EqualNull is true where both are equal or both are null.
//
//	functions.EqualNull("a", "b")
func EqualNull(a, b ColumnOrName) Column {
	return call("equal_null", a, b)
}

// AssertTrue fails the query where the condition is not true, and is null
// elsewhere.
//
//	functions.AssertTrue("balance_ok")
func AssertTrue(col ColumnOrName, message ...ColumnOrValue) Column {
	return call("assert_true", withValues([]any{col}, message)...)
}

// RaiseError fails the query with a message.
//
//	functions.RaiseError("must not happen")
func RaiseError(message ColumnOrValue) Column {
	return call("raise_error", spate.Lit(message))
}
