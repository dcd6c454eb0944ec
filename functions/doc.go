// Package functions has a Go function for each built-in function of Spark SQL,
// as the module pyspark.sql.functions has: a caller writes
//
//	import fn "github.com/spatestream/spate/functions"
//
//	words := lines.Select(fn.Explode(fn.Split("value", " ")).As("word"))
//
// Every one is sugar over spate.CallFunction, by the function's SQL name. A
// parameter of type ColumnOrName is a Column or the name of one; a parameter of
// type ColumnOrValue is a Column or a Go value, where a string is a text.
//
// What the functions do with nulls, overflows and types is what Spark does; the
// statement DESCRIBE FUNCTION tells about each.
package functions

import "github.com/spatestream/spate"

// Column is spate.Column.
type Column = spate.Column

// ColumnOrName is a Column or a string that names one.
type ColumnOrName = spate.ColumnOrName

// ColumnOrValue is a Column or a Go value, which spate.Lit makes one.
type ColumnOrValue = spate.ColumnOrValue

// call calls a function by its SQL name.
func call(name string, args ...ColumnOrName) Column { return spate.CallFunction(name, args...) }

// with appends columns to the first arguments.
func with(first []any, rest []ColumnOrName) []any { return append(first, rest...) }

// withValues appends values to the first arguments.
func withValues(first []any, rest []ColumnOrValue) []any {
	for _, v := range rest {
		first = append(first, spate.Lit(v))
	}
	return first
}

// withOptions appends the map of options, if one was given.
func withOptions(first []any, options []map[string]string) []any {
	for _, o := range options {
		first = append(first, spate.Lit(o))
	}
	return first
}
