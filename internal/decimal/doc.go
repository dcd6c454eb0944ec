// Package decimal is exact decimal arithmetic as Spark SQL defines it.
//
// A decimal value is an unscaled integer and a scale: v / 10^scale. Its type
// is a Type, a precision of 1 to 38 digits and a scale of 0 to precision;
// values of up to 18 digits fit an int64 and columns keep them so, longer ones
// are Int128, 16 bytes little endian.
//
// The promise: every operation computes exactly, in 256 bits where it must,
// rounds once, half away from zero (Spark's HALF_UP) and reports what does not
// fit its result type instead of returning it. The *Type functions give Spark's
// result types. There are three sizes of call: methods of Int128, operations
// on a pair of Decimals, and kernels over columns that append the rows that
// failed to a list (64 for int64 columns, 128 for Int128 columns).
//
// Everything here is a pure function; nothing but Parse's and Round's callers
// decides about nulls or errors, and no kernel allocates.
package decimal
