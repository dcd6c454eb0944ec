// Package hashing holds the two hash families of Spark SQL, bit for bit:
// Murmur3 (x86, 32 bit) behind hash(), repartition and the key groups, and
// XXH64 behind xxhash64() and the distinct-count sketch.
//
// The promise: the same value and seed give the number Spark gives, on every
// machine. A row of several columns is hashed by chaining: the hash so far is
// the seed of the next column, a null leaves it as it is, and the first seed
// is Seed. What a value's bytes are is the caller's part, as in Spark:
//
//   - boolean, byte, short, int, date: Int32 (true is 1)
//   - long, timestamp, time, intervals in months (Int32) or micros (Int64)
//   - float, double: Float32 and Float64, in which -0.0 hashes as 0.0
//   - decimal up to 18 digits: Int64 of the unscaled value; longer: Bytes of
//     the shortest big-endian two's complement form (AppendBigEndian)
//   - string, binary: Bytes
//   - array, map, struct: their elements, chained
//
// The batch forms take a column h that holds the seeds and receives the
// hashes. In the Sel forms only the rows named by sel are read and written, so
// a caller passes the rows that are not null. All functions are pure, allocate
// nothing and may be called from any goroutine.
package hashing

// Seed starts a chain in hash(), xxhash64(), repartition and bucketing.
const Seed = 42
