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
