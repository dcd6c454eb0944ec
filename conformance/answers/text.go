package answers

import (
	"reflect"
	"slices"
	"strings"

	"github.com/spatestream/spate/rdd"
)

// Ordered is a slice within a value whose order counts.
type Ordered[T any] []T

// Of writes a result: the elements of a slice in their order, others as Text.
func Of(x any) string {
	if v := reflect.ValueOf(x); v.IsValid() && v.Kind() == reflect.Slice {
		return "[" + strings.Join(each(v), " ") + "]"
	}
	return Text(x)
}

// Text writes a value: structs as tuples, optional values as the value or -,
// slices as groups whose order nobody promises, maps as sorted key=value.
func Text(x any) string {
	v := reflect.ValueOf(x)
	switch {
	case !v.IsValid():
		return "null"
	case v.Kind() == reflect.Slice:
		parts := each(v)
		if !strings.HasPrefix(v.Type().Name(), "Ordered[") {
			slices.Sort(parts)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case v.Kind() == reflect.Map:
		return ofMap(v)
	case v.Kind() == reflect.Struct:
		return ofStruct(v)
	}
	return rdd.Text(x)
}

func each(v reflect.Value) []string {
	parts := make([]string, v.Len())
	for i := range parts {
		parts[i] = Text(v.Index(i).Interface())
	}
	return parts
}

func ofMap(v reflect.Value) string {
	var parts []string
	for k, x := range v.Seq2() {
		parts = append(parts, Text(k.Interface())+"="+Text(x.Interface()))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, " ") + "}"
}

func ofStruct(v reflect.Value) string {
	if strings.HasPrefix(v.Type().Name(), "Optional[") {
		if !v.FieldByName("Ok").Bool() {
			return "-"
		}
		return Text(v.FieldByName("Value").Interface())
	}
	parts := make([]string, v.NumField())
	for i := range parts {
		parts[i] = Text(v.Field(i).Interface())
	}
	return "(" + strings.Join(parts, ",") + ")"
}

// Rows writes the elements of a partition or a batch.
func Rows[T any](xs []T) []string {
	rows := make([]string, len(xs))
	for i, x := range xs {
		rows[i] = Of(x)
	}
	return rows
}
