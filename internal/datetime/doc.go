// Package datetime is Spark SQL's calendar: java.time as Spark uses it.
//
// A date is days since 1970-01-01 (int32). A timestamp is microseconds since
// 1970-01-01T00:00:00Z (int64, years -290308 to 294247). A timestamp without
// time zone ("local", timestamp_ntz) is the microseconds a clock on the wall
// shows, counted as if it were UTC. A time is nanoseconds of the day. All use
// the proleptic Gregorian calendar.
//
// The promise: the same text, number or error that Spark 4 gives, for casts
// (Append*, Parse*), for datetime patterns (Pattern), zones (Zone), fields and
// arithmetic, and for intervals. Functions are pure: the current time and the
// session's zone are arguments. Text is appended to the caller's slice and read
// from bytes, without allocating. Values are safe for concurrent use.
//
// Parsers of single values say only whether they succeeded, since the caller
// knows the condition to raise; compilers of patterns, zones and intervals
// return a sparkerr.Error.
package datetime

// Lengths of the fixed units in microseconds.
const (
	Micro  int64 = 1
	Milli        = 1000 * Micro
	Second       = 1000 * Milli
	Minute       = 60 * Second
	Hour         = 60 * Minute
	Day          = 24 * Hour
	Week         = 7 * Day
)
