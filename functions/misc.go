package functions

import "github.com/spatestream/spate"

// Functions of the rest.

// BitwiseNot inverts the bits.
//
//	functions.BitwiseNot("col")
func BitwiseNot(col ColumnOrName) Column {
	return call("~", col)
}

// CurrentCatalog is the name of the current catalog.
//
//	functions.CurrentCatalog()
func CurrentCatalog() Column {
	return call("current_catalog")
}

// CurrentDatabase is the name of the current database.
//
//	functions.CurrentDatabase()
func CurrentDatabase() Column {
	return call("current_database")
}

// CurrentSchema is CurrentDatabase.
//
//	functions.CurrentSchema()
func CurrentSchema() Column {
	return call("current_schema")
}

// CurrentUser is the name of the user.
//
//	functions.CurrentUser()
func CurrentUser() Column {
	return call("current_user")
}

// SessionUser is CurrentUser.
//
//	functions.SessionUser()
func SessionUser() Column {
	return call("session_user")
}

// User is CurrentUser.
//
//	functions.User()
func User() Column {
	return call("user")
}

// InputFileName is the name of the file that the row was read from.
//
//	functions.InputFileName()
func InputFileName() Column {
	return call("input_file_name")
}

// InputFileBlockLength is the length of the part of the file that the row was
// read from.
//
//	functions.InputFileBlockLength()
func InputFileBlockLength() Column {
	return call("input_file_block_length")
}

// InputFileBlockStart is the start of the part of the file that the row was
// read from.
//
//	functions.InputFileBlockStart()
func InputFileBlockStart() Column {
	return call("input_file_block_start")
}

// MonotonicallyIncreasingID is a number that grows from row to row, with gaps
// between partitions.
//
//	functions.MonotonicallyIncreasingID()
func MonotonicallyIncreasingID() Column {
	return call("monotonically_increasing_id")
}

// SparkPartitionID is the number of the task that computes the row.
//
//	functions.SparkPartitionID()
func SparkPartitionID() Column {
	return call("spark_partition_id")
}

// Version is the version of the engine.
//
//	functions.Version()
func Version() Column {
	return call("version")
}

// AESEncrypt encrypts with AES.
//
//	functions.AESEncrypt("payload", "0000111122223333")
func AESEncrypt(input ColumnOrName, key ColumnOrValue, modes ...ColumnOrValue) Column {
	return call("aes_encrypt", withValues([]any{input, spate.Lit(key)}, modes)...)
}

// AESDecrypt decrypts with AES.
//
//	functions.AESDecrypt("payload", "0000111122223333")
func AESDecrypt(input ColumnOrName, key ColumnOrValue, modes ...ColumnOrValue) Column {
	return call("aes_decrypt", withValues([]any{input, spate.Lit(key)}, modes)...)
}

// TryAESDecrypt is AESDecrypt, null where it fails.
//
//	functions.TryAESDecrypt("payload", "0000111122223333")
func TryAESDecrypt(input ColumnOrName, key ColumnOrValue, modes ...ColumnOrValue) Column {
	return call("try_aes_decrypt", withValues([]any{input, spate.Lit(key)}, modes)...)
}

// BitmapBitPosition is the position of a number's bit within its bitmap.
//
//	functions.BitmapBitPosition("col")
func BitmapBitPosition(col ColumnOrName) Column {
	return call("bitmap_bit_position", col)
}

// BitmapBucketNumber is the number of the bitmap that a number belongs to.
//
//	functions.BitmapBucketNumber("col")
func BitmapBucketNumber(col ColumnOrName) Column {
	return call("bitmap_bucket_number", col)
}

// BitmapCount counts the bits of a bitmap.
//
//	functions.BitmapCount("col")
func BitmapCount(col ColumnOrName) Column {
	return call("bitmap_count", col)
}

// BitmapConstructAgg makes a bitmap of the positions of a group.
//
//	functions.BitmapConstructAgg("col")
func BitmapConstructAgg(col ColumnOrName) Column {
	return call("bitmap_construct_agg", col)
}

// BitmapOrAgg unites the bitmaps of a group.
//
//	functions.BitmapOrAgg("col")
func BitmapOrAgg(col ColumnOrName) Column {
	return call("bitmap_or_agg", col)
}

// HLLSketchAgg makes a HyperLogLog sketch of the values.
//
//	functions.HLLSketchAgg("col")
func HLLSketchAgg(col ColumnOrName, lgK ...ColumnOrValue) Column {
	return call("hll_sketch_agg", withValues([]any{col}, lgK)...)
}

// HLLSketchEstimate is about how many distinct values a sketch has seen.
//
//	functions.HLLSketchEstimate("col")
func HLLSketchEstimate(col ColumnOrName) Column {
	return call("hll_sketch_estimate", col)
}

// HLLUnion unites two HyperLogLog sketches.
//
//	functions.HLLUnion("a", "b")
func HLLUnion(a, b ColumnOrName, allowDifferent ...ColumnOrValue) Column {
	return call("hll_union", withValues([]any{a, b}, allowDifferent)...)
}

// HLLUnionAgg unites the HyperLogLog sketches of a group.
//
//	functions.HLLUnionAgg("col")
func HLLUnionAgg(col ColumnOrName, allowDifferent ...ColumnOrValue) Column {
	return call("hll_union_agg", withValues([]any{col}, allowDifferent)...)
}

// CountMinSketch makes a count-min sketch of the values.
//
//	functions.CountMinSketch("id", 0.01, 0.95, 1)
func CountMinSketch(col ColumnOrName, eps, confidence, seed ColumnOrValue) Column {
	return call("count_min_sketch", col, spate.Lit(eps), spate.Lit(confidence), spate.Lit(seed))
}
