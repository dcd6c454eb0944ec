package functions

import "github.com/spatestream/spate"

// Functions of arrays, maps and structs.

// Array makes an array of columns.
//
//	functions.Array("a", "b")
func Array(cols ...ColumnOrName) Column {
	return call("array", cols...)
}

// ArrayAppend adds a value at the end of an array.
//
//	functions.ArrayAppend("tags", "new")
func ArrayAppend(col ColumnOrName, value ColumnOrValue) Column {
	return call("array_append", col, spate.Lit(value))
}

// ArrayCompact removes the nulls of an array.
//
//	functions.ArrayCompact("col")
func ArrayCompact(col ColumnOrName) Column {
	return call("array_compact", col)
}

// ArrayContains is true where an array has a value.
//
//	functions.ArrayContains("tags", "new")
func ArrayContains(col ColumnOrName, value ColumnOrValue) Column {
	return call("array_contains", col, spate.Lit(value))
}

// ArrayDistinct removes the duplicates of an array.
//
//	functions.ArrayDistinct("col")
func ArrayDistinct(col ColumnOrName) Column {
	return call("array_distinct", col)
}

// ArrayExcept is the distinct elements of a that b does not have.
//
//	functions.ArrayExcept("a", "b")
func ArrayExcept(a, b ColumnOrName) Column {
	return call("array_except", a, b)
}

// ArrayInsert puts a value into an array at a position, counted from 1.
//
//	functions.ArrayInsert("tags", 1, "new")
func ArrayInsert(arr ColumnOrName, pos, value ColumnOrValue) Column {
	return call("array_insert", arr, spate.Lit(pos), spate.Lit(value))
}

// ArrayIntersect is the distinct elements that both arrays have.
//
//	functions.ArrayIntersect("a", "b")
func ArrayIntersect(a, b ColumnOrName) Column {
	return call("array_intersect", a, b)
}

// ArrayJoin joins the elements of an array to a text.
//
//	functions.ArrayJoin("tags", ", ")
func ArrayJoin(col ColumnOrName, delimiter string, nullReplacement ...ColumnOrValue) Column {
	return call("array_join", withValues([]any{col, spate.Lit(delimiter)}, nullReplacement)...)
}

// ArrayMax is the largest element of an array.
//
//	functions.ArrayMax("col")
func ArrayMax(col ColumnOrName) Column {
	return call("array_max", col)
}

// ArrayMin is the smallest element of an array.
//
//	functions.ArrayMin("col")
func ArrayMin(col ColumnOrName) Column {
	return call("array_min", col)
}

// ArrayPosition is the position of a value in an array, counted from 1, 0 if
// absent.
//
//	functions.ArrayPosition("tags", "new")
func ArrayPosition(col ColumnOrName, value ColumnOrValue) Column {
	return call("array_position", col, spate.Lit(value))
}

// ArrayPrepend puts a value at the front of an array.
//
//	functions.ArrayPrepend("tags", "new")
func ArrayPrepend(col ColumnOrName, value ColumnOrValue) Column {
	return call("array_prepend", col, spate.Lit(value))
}

// ArrayRemove removes all elements equal to a value.
//
//	functions.ArrayRemove("tags", "old")
func ArrayRemove(col ColumnOrName, value ColumnOrValue) Column {
	return call("array_remove", col, spate.Lit(value))
}

// ArrayRepeat is an array of a value repeated.
//
//	functions.ArrayRepeat("tag", 3)
func ArrayRepeat(col ColumnOrName, count ColumnOrValue) Column {
	return call("array_repeat", col, spate.Lit(count))
}

// ArraySize is the number of elements, null of null.
//
//	functions.ArraySize("col")
func ArraySize(col ColumnOrName) Column {
	return call("array_size", col)
}

// ArrayUnion is the distinct elements of both arrays.
//
//	functions.ArrayUnion("a", "b")
func ArrayUnion(a, b ColumnOrName) Column {
	return call("array_union", a, b)
}

// ArraysOverlap is true where the arrays have an element in common.
//
//	functions.ArraysOverlap("a", "b")
func ArraysOverlap(a, b ColumnOrName) Column {
	return call("arrays_overlap", a, b)
}

// ArraysZip is an array of structs of the arrays' elements.
//
//	functions.ArraysZip("a", "b")
func ArraysZip(cols ...ColumnOrName) Column {
	return call("arrays_zip", cols...)
}

// Cardinality is Size.
//
//	functions.Cardinality("col")
func Cardinality(col ColumnOrName) Column {
	return call("cardinality", col)
}

// ElementAt is an element by position, counted from 1, or the value of a key;
// null if absent.
//
//	functions.ElementAt("tags", 1)
func ElementAt(col ColumnOrName, key ColumnOrValue) Column {
	return call("element_at", col, spate.Lit(key))
}

// TryElementAt is ElementAt, null if absent also under ANSI.
//
//	functions.TryElementAt("tags", 1)
func TryElementAt(col ColumnOrName, key ColumnOrValue) Column {
	return call("try_element_at", col, spate.Lit(key))
}

// Explode makes a row of each element of an array, or of each entry of a map.
//
//	functions.Explode("words")
func Explode(col ColumnOrName) Column {
	return call("explode", col)
}

// ExplodeOuter is Explode that makes a row of null of an empty or null array.
//
//	functions.ExplodeOuter("words")
func ExplodeOuter(col ColumnOrName) Column {
	return call("explode_outer", col)
}

// PosExplode is Explode with the position, counted from 0, in front.
//
//	functions.PosExplode("words")
func PosExplode(col ColumnOrName) Column {
	return call("posexplode", col)
}

// PosExplodeOuter is PosExplode that makes a row of nulls of an empty or null
// array.
//
//	functions.PosExplodeOuter("words")
func PosExplodeOuter(col ColumnOrName) Column {
	return call("posexplode_outer", col)
}

// Inline makes a row of each struct of an array.
//
//	functions.Inline("rows")
func Inline(col ColumnOrName) Column {
	return call("inline", col)
}

// InlineOuter is Inline that makes a row of nulls of an empty or null array.
//
//	functions.InlineOuter("rows")
func InlineOuter(col ColumnOrName) Column {
	return call("inline_outer", col)
}

// Stack arranges values into as many rows as the first argument says.
//
//	functions.Stack(functions.Lit(2), "a", "b")
func Stack(cols ...ColumnOrName) Column {
	return call("stack", cols...)
}

// Flatten joins the arrays of an array.
//
//	functions.Flatten("col")
func Flatten(col ColumnOrName) Column {
	return call("flatten", col)
}

// Get is the element at an index, counted from 0, null if absent.
//
//	functions.Get("tags", 0)
func Get(col ColumnOrName, index ColumnOrValue) Column {
	return call("get", col, spate.Lit(index))
}

// MapConcat joins maps.
//
//	functions.MapConcat("a", "b")
func MapConcat(cols ...ColumnOrName) Column {
	return call("map_concat", cols...)
}

// MapContainsKey is true where a map has a key.
//
//	functions.MapContainsKey("props", "id")
func MapContainsKey(col ColumnOrName, key ColumnOrValue) Column {
	return call("map_contains_key", col, spate.Lit(key))
}

// MapEntries is an array of the entries as structs.
//
//	functions.MapEntries("col")
func MapEntries(col ColumnOrName) Column {
	return call("map_entries", col)
}

// MapFromArrays makes a map of an array of keys and one of values.
//
//	functions.MapFromArrays("keys", "values")
func MapFromArrays(keys, values ColumnOrName) Column {
	return call("map_from_arrays", keys, values)
}

// MapFromEntries makes a map of an array of structs of two fields.
//
//	functions.MapFromEntries("col")
func MapFromEntries(col ColumnOrName) Column {
	return call("map_from_entries", col)
}

// MapKeys is an array of the keys.
//
//	functions.MapKeys("col")
func MapKeys(col ColumnOrName) Column {
	return call("map_keys", col)
}

// MapValues is an array of the values.
//
//	functions.MapValues("col")
func MapValues(col ColumnOrName) Column {
	return call("map_values", col)
}

// NamedStruct makes a struct of names and values in turn.
//
//	functions.NamedStruct(functions.Lit("a"), "a")
func NamedStruct(cols ...ColumnOrName) Column {
	return call("named_struct", cols...)
}

// Sequence is an array of the values from start to stop.
//
//	functions.Sequence("start", "stop", "a", "b")
func Sequence(start, stop ColumnOrName, step ...ColumnOrName) Column {
	return call("sequence", with([]any{start, stop}, step)...)
}

// Shuffle is the array in random order.
//
//	functions.Shuffle("col")
func Shuffle(col ColumnOrName, seed ...ColumnOrValue) Column {
	return call("shuffle", withValues([]any{col}, seed)...)
}

// Size is the number of elements of an array or map.
//
//	functions.Size("col")
func Size(col ColumnOrName) Column {
	return call("size", col)
}

// Slice is a part of an array, from a position counted from 1, from the end if
// negative.
//
//	functions.Slice("tags", 1, 2)
func Slice(col ColumnOrName, start, length ColumnOrValue) Column {
	return call("slice", col, spate.Lit(start), spate.Lit(length))
}

// SortArray sorts an array, nulls first when ascending and last when not.
//
//	functions.SortArray("tags")
func SortArray(col ColumnOrName, ascending ...ColumnOrValue) Column {
	return call("sort_array", withValues([]any{col}, ascending)...)
}

// Struct makes a struct of columns.
//
//	functions.Struct("a", "b")
func Struct(cols ...ColumnOrName) Column {
	return call("struct", cols...)
}

// StrToMap makes a map of a text of pairs: pairs are cut at the first delimiter
// (,), keys from values at the second (:).
//
//	functions.StrToMap("text", ";", "=")
func StrToMap(text ColumnOrName, delimiters ...ColumnOrValue) Column {
	return call("str_to_map", withValues([]any{text}, delimiters)...)
}
