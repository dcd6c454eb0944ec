package functions

import (
	"fmt"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/sparkerr"
)

// Col is spate.Col: the column of that name.
func Col(name string) Column { return spate.Col(name) }

// Lit is spate.Lit: a constant.
func Lit(value any) Column { return spate.Lit(value) }

// Expr is spate.Expr: the column that an SQL expression describes.
//
//	functions.Expr("price * 1.19 AS gross")
func Expr(sql string) Column { return spate.Expr(sql) }

// When is spate.When: the first case of CASE WHEN.
//
//	functions.When(functions.Col("age").Ge(18), "adult").Otherwise("minor")
func When(condition Column, value ColumnOrValue) Column { return spate.When(condition, value) }

// Asc sorts by a column, smallest first.
func Asc(name string) Column { return spate.Col(name).Asc() }

// Desc sorts by a column, largest first.
func Desc(name string) Column { return spate.Col(name).Desc() }

// Broadcast tells the optimiser that a frame is small enough to be sent to
// every task of a join.
func Broadcast(d *spate.DataFrame) *spate.DataFrame { return d.Hint("broadcast") }

// Log is the natural logarithm of a column, or the logarithm to a base:
//
//	functions.Log("x")
//	functions.Log("x", 10)
func Log(col ColumnOrName, base ...ColumnOrValue) Column {
	if len(base) == 0 {
		return call("ln", col)
	}
	return call("log", spate.Lit(base[0]), col)
}

// CountDistinct counts the distinct combinations of values without nulls.
//
//	functions.CountDistinct("user")
func CountDistinct(cols ...ColumnOrName) Column { return spate.CallDistinct("count", cols...) }

// SumDistinct adds up the distinct values.
//
//	functions.SumDistinct("price")
func SumDistinct(col ColumnOrName) Column { return spate.CallDistinct("sum", col) }

// CreateMap makes a map of keys and values in turn.
//
//	functions.CreateMap(functions.Lit("name"), "name")
func CreateMap(cols ...ColumnOrName) Column { return call("map", cols...) }

// Window assigns a time to windows of a duration, to group by: tumbling ones,
// or sliding ones if a slide is given, then an offset of their starts from
// 1970-01-01 UTC. Durations are intervals such as "10 minutes".
//
//	functions.Window("time", "10 minutes", "5 minutes")
func Window(time ColumnOrName, duration string, slideAndStart ...string) Column {
	args := []any{time, spate.Lit(duration)}
	if len(slideAndStart) == 0 || len(slideAndStart) == 2 && slideAndStart[0] == "" {
		slideAndStart = append([]string{duration}, slideAndStart[min(1, len(slideAndStart)):]...)
	}
	for _, s := range slideAndStart {
		args = append(args, spate.Lit(s))
	}
	return call("window", args...)
}

// SessionWindow assigns a time to a session that ends when nothing has come for
// a gap: an interval such as "5 minutes", or a column of one.
//
//	functions.SessionWindow("time", "5 minutes")
func SessionWindow(time ColumnOrName, gap ColumnOrValue) Column {
	return call("session_window", time, spate.Lit(gap))
}

// Transform applies a function to each element of an array; a function of two
// parameters also gets the index, from 0.
//
//	functions.Transform("xs", func(x functions.Column) functions.Column { return x.Plus(1) })
func Transform(col ColumnOrName, f any) Column { return call("transform", col, lambda(f)) }

// Filter keeps the elements of an array for which a condition is true; a
// function of two parameters also gets the index, from 0.
//
//	functions.Filter("xs", func(x functions.Column) functions.Column { return x.Gt(0) })
func Filter(col ColumnOrName, f any) Column { return call("filter", col, lambda(f)) }

// Exists is true where a condition is true for an element of an array.
//
//	functions.Exists("xs", func(x functions.Column) functions.Column { return x.Lt(0) })
func Exists(col ColumnOrName, f func(Column) Column) Column {
	return call("exists", col, lambda(f))
}

// ForAll is true where a condition is true for all elements of an array.
//
//	functions.ForAll("xs", func(x functions.Column) functions.Column { return x.Gt(0) })
func ForAll(col ColumnOrName, f func(Column) Column) Column {
	return call("forall", col, lambda(f))
}

// Aggregate folds an array, from a start value, and finishes the result if a
// second function is given.
//
//	functions.Aggregate("xs", functions.Lit(0.0), func(acc, x functions.Column) functions.Column { return acc.Plus(x) })
func Aggregate(col, start ColumnOrName, merge func(acc, x Column) Column, finish ...func(Column) Column) Column {
	return fold("aggregate", col, start, merge, finish)
}

// Reduce is Aggregate.
func Reduce(col, start ColumnOrName, merge func(acc, x Column) Column, finish ...func(Column) Column) Column {
	return fold("reduce", col, start, merge, finish)
}

func fold(name string, col, start ColumnOrName, merge func(acc, x Column) Column, finish []func(Column) Column) Column {
	args := []any{col, start, lambda(merge)}
	for _, f := range finish {
		args = append(args, lambda(f))
	}
	return call(name, args...)
}

// ArraySort sorts an array, nulls last, by natural order or by a comparison
// that is negative, 0 or positive.
//
//	functions.ArraySort("xs")
func ArraySort(col ColumnOrName, compare ...func(a, b Column) Column) Column {
	args := []any{col}
	for _, f := range compare {
		args = append(args, lambda(f))
	}
	return call("array_sort", args...)
}

// ZipWith combines two arrays element by element.
//
//	functions.ZipWith("xs", "ys", func(x, y functions.Column) functions.Column { return x.Times(y) })
func ZipWith(left, right ColumnOrName, f func(x, y Column) Column) Column {
	return call("zip_with", left, right, lambda(f))
}

// TransformKeys replaces the keys of a map.
//
//	functions.TransformKeys("props", func(k, v functions.Column) functions.Column { return functions.Upper(k) })
func TransformKeys(col ColumnOrName, f func(k, v Column) Column) Column {
	return call("transform_keys", col, lambda(f))
}

// TransformValues replaces the values of a map.
//
//	functions.TransformValues("props", func(k, v functions.Column) functions.Column { return v.Plus(1) })
func TransformValues(col ColumnOrName, f func(k, v Column) Column) Column {
	return call("transform_values", col, lambda(f))
}

// MapFilter keeps the entries of a map for which a condition is true.
//
//	functions.MapFilter("props", func(k, v functions.Column) functions.Column { return v.IsNotNull() })
func MapFilter(col ColumnOrName, f func(k, v Column) Column) Column {
	return call("map_filter", col, lambda(f))
}

// MapZipWith merges two maps key by key; absent values are null.
//
//	functions.MapZipWith("a", "b", func(k, x, y functions.Column) functions.Column { return functions.Coalesce(x, y) })
func MapZipWith(a, b ColumnOrName, f func(k, x, y Column) Column) Column {
	return call("map_zip_with", a, b, lambda(f))
}

// lambda makes a function of columns an argument of a higher-order function.
func lambda(f any) Column {
	switch f := f.(type) {
	case func(Column) Column:
		return spate.Lambda(1, func(p []Column) Column { return f(p[0]) })
	case func(a, b Column) Column:
		return spate.Lambda(2, func(p []Column) Column { return f(p[0], p[1]) })
	case func(a, b, c Column) Column:
		return spate.Lambda(3, func(p []Column) Column { return f(p[0], p[1], p[2]) })
	}
	return spate.Failed(sparkerr.New("HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
		fmt.Sprintf("a function of one or two columns that returns a column belongs here, not a %T", f), "func_name", "lambda"))
}
