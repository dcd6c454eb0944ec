package functions

import "github.com/spatestream/spate"

// Functions of JSON and CSV.

// FromCSV reads a line of comma-separated values as a struct.
//
//	functions.FromCSV("line", "a INT, b STRING")
func FromCSV(col ColumnOrName, schema ColumnOrValue, options ...map[string]string) Column {
	return call("from_csv", withOptions([]any{col, spate.Lit(schema)}, options)...)
}

// FromJSON reads JSON as a value of a schema, given as DDL text.
//
//	functions.FromJSON("value", "id BIGINT, name STRING")
func FromJSON(col ColumnOrName, schema ColumnOrValue, options ...map[string]string) Column {
	return call("from_json", withOptions([]any{col, spate.Lit(schema)}, options)...)
}

// GetJSONObject takes a part of a JSON text by a path, as text.
//
//	functions.GetJSONObject("value", "$.user.id")
func GetJSONObject(col ColumnOrName, path ColumnOrValue) Column {
	return call("get_json_object", col, spate.Lit(path))
}

// JSONArrayLength is the number of elements of a JSON array.
//
//	functions.JSONArrayLength("col")
func JSONArrayLength(col ColumnOrName) Column {
	return call("json_array_length", col)
}

// JSONObjectKeys is an array of the keys of a JSON object.
//
//	functions.JSONObjectKeys("col")
func JSONObjectKeys(col ColumnOrName) Column {
	return call("json_object_keys", col)
}

// JSONTuple takes several fields of a JSON object, as texts, into columns c0,
// c1 and so on.
//
//	functions.JSONTuple("value", "id", "name")
func JSONTuple(col ColumnOrName, fields ...ColumnOrValue) Column {
	return call("json_tuple", withValues([]any{col}, fields)...)
}

// SchemaOfCSV is the schema of a line of CSV, as DDL text.
//
//	functions.SchemaOfCSV("1,abc")
func SchemaOfCSV(csv ColumnOrValue, options ...map[string]string) Column {
	return call("schema_of_csv", withOptions([]any{spate.Lit(csv)}, options)...)
}

// SchemaOfJSON is the schema of a JSON text, as DDL text.
//
//	functions.SchemaOfJSON(`{"a": 1}`)
func SchemaOfJSON(json ColumnOrValue, options ...map[string]string) Column {
	return call("schema_of_json", withOptions([]any{spate.Lit(json)}, options)...)
}

// ToCSV prints a struct as a line of CSV.
//
//	functions.ToCSV("row")
func ToCSV(col ColumnOrName, options ...map[string]string) Column {
	return call("to_csv", withOptions([]any{col}, options)...)
}

// ToJSON prints a struct, array or map as JSON.
//
//	functions.ToJSON("row")
func ToJSON(col ColumnOrName, options ...map[string]string) Column {
	return call("to_json", withOptions([]any{col}, options)...)
}
