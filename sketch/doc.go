// Package sketch holds small summaries of large streams: how many distinct
// values (Distinct), which value lies at a rank (Quantiles), whether a value
// was seen (Bloom) and how often (CountMin).
//
// A sketch sees each value once, keeps far less than the values, merges with
// others of its shape as if one sketch had seen all, and goes to bytes and
// back. Its error is bounded by what it was made with. Distinct, Quantiles and
// CountMin give the estimates of Apache Spark's approx_count_distinct,
// percentile_approx and count_min_sketch for the same values, bit for bit.
//
// A sketch belongs to one goroutine. Bytes that do not decode give ErrCorrupt;
// sketches that cannot be merged give ErrShape.
package sketch

import "errors"

// ErrCorrupt says that bytes are no sketch of the kind.
var ErrCorrupt = errors.New("sketch: the bytes are not a sketch of this kind")

// ErrShape says that two sketches were made with different parameters.
var ErrShape = errors.New("sketch: only sketches made with the same parameters can be merged")
