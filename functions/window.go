package functions

import "github.com/spatestream/spate"

// Functions of windows of rows (Column.Over).

// RowNumber numbers the rows of a window, from 1.
//
//	functions.RowNumber()
func RowNumber() Column {
	return call("row_number")
}

// Rank is the rank within a window, with gaps.
//
//	functions.Rank()
func Rank() Column {
	return call("rank")
}

// DenseRank is the rank within a window, without gaps.
//
//	functions.DenseRank()
func DenseRank() Column {
	return call("dense_rank")
}

// PercentRank is the rank within a window from 0 to 1.
//
//	functions.PercentRank()
func PercentRank() Column {
	return call("percent_rank")
}

// CumeDist is the part of the rows of a window that are not after the row.
//
//	functions.CumeDist()
func CumeDist() Column {
	return call("cume_dist")
}

// Ntile divides the rows of a window into n parts.
//
//	functions.Ntile(4)
func Ntile(n int) Column {
	return call("ntile", spate.Lit(n))
}

// Lag is the value of the row so many before.
//
//	functions.Lag("price", 1)
func Lag(col ColumnOrName, offset int, otherwise ...ColumnOrValue) Column {
	return call("lag", withValues([]any{col, spate.Lit(offset)}, otherwise)...)
}

// Lead is the value of the row so many behind.
//
//	functions.Lead("price", 1)
func Lead(col ColumnOrName, offset int, otherwise ...ColumnOrValue) Column {
	return call("lead", withValues([]any{col, spate.Lit(offset)}, otherwise)...)
}

// NthValue is the value of the n-th row of a window, counted from 1.
//
//	functions.NthValue("price", 2)
func NthValue(col ColumnOrName, n int) Column {
	return call("nth_value", col, spate.Lit(n))
}
