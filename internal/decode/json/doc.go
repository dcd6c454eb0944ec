// Package json decodes JSON texts straight into columns, guided by a schema,
// as Spark's reader and from_json do; infers schemas; and writes values.
//
// The promise: the rows, nulls and malformed records are Spark's. Every record
// is checked as a whole against the grammar, wanted or not; only wanted fields
// are converted. Memory is bounded by the texts. What Spark gets wrong on
// purpose of its library (128 in a TINYINT becomes -128) is malformed here.
//
// How it is fast: a string is scanned eight bytes at a time and becomes a view
// into the block it was read from; field names are expected where the last
// record had them and compared as a whole, colon included. A wrong expectation
// costs a look-up by name.
package json
