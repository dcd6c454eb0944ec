package functions

import "github.com/spatestream/spate"

// Functions of groups: aggregates.

// Any is true if one value is.
//
//	functions.Any("col")
func Any(col ColumnOrName) Column {
	return call("any", col)
}

// AnyValue is some value of the group.
//
//	functions.AnyValue("col")
func AnyValue(col ColumnOrName) Column {
	return call("any_value", col)
}

// ApproxCountDistinct is about the number of distinct values, within a relative
// error (0.05).
//
//	functions.ApproxCountDistinct("col")
func ApproxCountDistinct(col ColumnOrName, rsd ...ColumnOrValue) Column {
	return call("approx_count_distinct", withValues([]any{col}, rsd)...)
}

// ApproxPercentile is about a percentile, or an array of them.
//
//	functions.ApproxPercentile("latency", 0.99)
func ApproxPercentile(col ColumnOrName, percentage ColumnOrValue, accuracy ...ColumnOrValue) Column {
	return call("approx_percentile", withValues([]any{col, spate.Lit(percentage)}, accuracy)...)
}

// ArrayAgg collects the values into an array, nulls skipped.
//
//	functions.ArrayAgg("col")
func ArrayAgg(col ColumnOrName) Column {
	return call("array_agg", col)
}

// Avg is the mean.
//
//	functions.Avg("col")
func Avg(col ColumnOrName) Column {
	return call("avg", col)
}

// BitAnd is the bitwise AND of all values.
//
//	functions.BitAnd("col")
func BitAnd(col ColumnOrName) Column {
	return call("bit_and", col)
}

// BitOr is the bitwise OR of all values.
//
//	functions.BitOr("col")
func BitOr(col ColumnOrName) Column {
	return call("bit_or", col)
}

// BitXor is the bitwise XOR of all values.
//
//	functions.BitXor("col")
func BitXor(col ColumnOrName) Column {
	return call("bit_xor", col)
}

// BoolAnd is true if all values are.
//
//	functions.BoolAnd("col")
func BoolAnd(col ColumnOrName) Column {
	return call("bool_and", col)
}

// BoolOr is true if one value is.
//
//	functions.BoolOr("col")
func BoolOr(col ColumnOrName) Column {
	return call("bool_or", col)
}

// CollectList collects the values into an array, nulls skipped.
//
//	functions.CollectList("col")
func CollectList(col ColumnOrName) Column {
	return call("collect_list", col)
}

// CollectSet collects the distinct values into an array, nulls skipped.
//
//	functions.CollectSet("col")
func CollectSet(col ColumnOrName) Column {
	return call("collect_set", col)
}

// Corr is Pearson's correlation of two columns.
//
//	functions.Corr("a", "b")
func Corr(a, b ColumnOrName) Column {
	return call("corr", a, b)
}

// Count counts the rows where the column is not null; "*" counts all.
//
//	functions.Count("*")
func Count(col ColumnOrName) Column {
	return call("count", col)
}

// CountIf counts the rows where the condition is true.
//
//	functions.CountIf("col")
func CountIf(col ColumnOrName) Column {
	return call("count_if", col)
}

// CovarPop is the population covariance.
//
//	functions.CovarPop("a", "b")
func CovarPop(a, b ColumnOrName) Column {
	return call("covar_pop", a, b)
}

// CovarSamp is the sample covariance.
//
//	functions.CovarSamp("a", "b")
func CovarSamp(a, b ColumnOrName) Column {
	return call("covar_samp", a, b)
}

// Every is true if all values are.
//
//	functions.Every("col")
func Every(col ColumnOrName) Column {
	return call("every", col)
}

// First is the first value of the group; of several partitions, any one's
// first.
//
//	functions.First("col")
func First(col ColumnOrName, ignoreNulls ...ColumnOrValue) Column {
	return call("first", withValues([]any{col}, ignoreNulls)...)
}

// FirstValue is First.
//
//	functions.FirstValue("col")
func FirstValue(col ColumnOrName, ignoreNulls ...ColumnOrValue) Column {
	return call("first_value", withValues([]any{col}, ignoreNulls)...)
}

// Kurtosis is the excess kurtosis.
//
//	functions.Kurtosis("col")
func Kurtosis(col ColumnOrName) Column {
	return call("kurtosis", col)
}

// Last is the last value of the group; of several partitions, any one's last.
//
//	functions.Last("col")
func Last(col ColumnOrName, ignoreNulls ...ColumnOrValue) Column {
	return call("last", withValues([]any{col}, ignoreNulls)...)
}

// LastValue is Last.
//
//	functions.LastValue("col")
func LastValue(col ColumnOrName, ignoreNulls ...ColumnOrValue) Column {
	return call("last_value", withValues([]any{col}, ignoreNulls)...)
}

// Listagg joins the texts of the group with a delimiter.
//
//	functions.Listagg("col")
func Listagg(col ColumnOrName, delimiter ...ColumnOrValue) Column {
	return call("listagg", withValues([]any{col}, delimiter)...)
}

// Max is the largest value.
//
//	functions.Max("col")
func Max(col ColumnOrName) Column {
	return call("max", col)
}

// MaxBy is the value where ord is largest.
//
//	functions.MaxBy("col", "ord")
func MaxBy(col, ord ColumnOrName) Column {
	return call("max_by", col, ord)
}

// Mean is the mean.
//
//	functions.Mean("col")
func Mean(col ColumnOrName) Column {
	return call("mean", col)
}

// Median is the exact median.
//
//	functions.Median("col")
func Median(col ColumnOrName) Column {
	return call("median", col)
}

// Min is the smallest value.
//
//	functions.Min("col")
func Min(col ColumnOrName) Column {
	return call("min", col)
}

// MinBy is the value where ord is smallest.
//
//	functions.MinBy("col", "ord")
func MinBy(col, ord ColumnOrName) Column {
	return call("min_by", col, ord)
}

// Mode is the most frequent value.
//
//	functions.Mode("col")
func Mode(col ColumnOrName) Column {
	return call("mode", col)
}

// Percentile is the exact percentile, interpolated.
//
//	functions.Percentile("latency", 0.5)
func Percentile(col ColumnOrName, percentage ColumnOrValue, frequency ...ColumnOrValue) Column {
	return call("percentile", withValues([]any{col, spate.Lit(percentage)}, frequency)...)
}

// PercentileApprox is about a percentile, or an array of them.
//
//	functions.PercentileApprox("latency", 0.99)
func PercentileApprox(col ColumnOrName, percentage ColumnOrValue, accuracy ...ColumnOrValue) Column {
	return call("percentile_approx", withValues([]any{col, spate.Lit(percentage)}, accuracy)...)
}

// RegrAvgx is the mean of x over the pairs without nulls.
//
//	functions.RegrAvgx("y", "x")
func RegrAvgx(y, x ColumnOrName) Column {
	return call("regr_avgx", y, x)
}

// RegrAvgy is the mean of y over the pairs without nulls.
//
//	functions.RegrAvgy("y", "x")
func RegrAvgy(y, x ColumnOrName) Column {
	return call("regr_avgy", y, x)
}

// RegrCount counts the pairs without nulls.
//
//	functions.RegrCount("y", "x")
func RegrCount(y, x ColumnOrName) Column {
	return call("regr_count", y, x)
}

// RegrIntercept is the intercept of the regression line.
//
//	functions.RegrIntercept("y", "x")
func RegrIntercept(y, x ColumnOrName) Column {
	return call("regr_intercept", y, x)
}

// RegrR2 is the coefficient of determination.
//
//	functions.RegrR2("y", "x")
func RegrR2(y, x ColumnOrName) Column {
	return call("regr_r2", y, x)
}

// RegrSlope is the slope of the regression line.
//
//	functions.RegrSlope("y", "x")
func RegrSlope(y, x ColumnOrName) Column {
	return call("regr_slope", y, x)
}

// RegrSxx is the sum of squares of x around its mean.
//
//	functions.RegrSxx("y", "x")
func RegrSxx(y, x ColumnOrName) Column {
	return call("regr_sxx", y, x)
}

// RegrSxy is the sum of products of x and y around their means.
//
//	functions.RegrSxy("y", "x")
func RegrSxy(y, x ColumnOrName) Column {
	return call("regr_sxy", y, x)
}

// RegrSyy is the sum of squares of y around its mean.
//
//	functions.RegrSyy("y", "x")
func RegrSyy(y, x ColumnOrName) Column {
	return call("regr_syy", y, x)
}

// Skewness is the skewness.
//
//	functions.Skewness("col")
func Skewness(col ColumnOrName) Column {
	return call("skewness", col)
}

// Some is true if one value is.
//
//	functions.Some("col")
func Some(col ColumnOrName) Column {
	return call("some", col)
}

// Std is the sample standard deviation.
//
//	functions.Std("col")
func Std(col ColumnOrName) Column {
	return call("std", col)
}

// Stddev is the sample standard deviation.
//
//	functions.Stddev("col")
func Stddev(col ColumnOrName) Column {
	return call("stddev", col)
}

// StddevPop is the population standard deviation.
//
//	functions.StddevPop("col")
func StddevPop(col ColumnOrName) Column {
	return call("stddev_pop", col)
}

// StddevSamp is the sample standard deviation.
//
//	functions.StddevSamp("col")
func StddevSamp(col ColumnOrName) Column {
	return call("stddev_samp", col)
}

// StringAgg is Listagg.
//
//	functions.StringAgg("col")
func StringAgg(col ColumnOrName, delimiter ...ColumnOrValue) Column {
	return call("string_agg", withValues([]any{col}, delimiter)...)
}

// Sum adds up the values.
//
//	functions.Sum("col")
func Sum(col ColumnOrName) Column {
	return call("sum", col)
}

// TryAvg is the mean, null on overflow.
//
//	functions.TryAvg("col")
func TryAvg(col ColumnOrName) Column {
	return call("try_avg", col)
}

// TrySum adds up the values, null on overflow.
//
//	functions.TrySum("col")
func TrySum(col ColumnOrName) Column {
	return call("try_sum", col)
}

// VarPop is the population variance.
//
//	functions.VarPop("col")
func VarPop(col ColumnOrName) Column {
	return call("var_pop", col)
}

// VarSamp is the sample variance.
//
//	functions.VarSamp("col")
func VarSamp(col ColumnOrName) Column {
	return call("var_samp", col)
}

// Variance is the sample variance.
//
//	functions.Variance("col")
func Variance(col ColumnOrName) Column {
	return call("variance", col)
}

// Grouping is 1 where the column is aggregated over in a row of Rollup or Cube,
// else 0.
//
//	functions.Grouping("col")
func Grouping(col ColumnOrName) Column {
	return call("grouping", col)
}

// GroupingID is the bits of Grouping of the columns as a number.
//
//	functions.GroupingID()
func GroupingID(cols ...ColumnOrName) Column {
	return call("grouping_id", cols...)
}
