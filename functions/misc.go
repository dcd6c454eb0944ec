package functions

// Functions of the rest.

// BitwiseNot inverts the bits.
//
//	functions.BitwiseNot("col")
func BitwiseNot(col ColumnOrName) Column {
	return call("~", col)
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
