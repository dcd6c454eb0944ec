package rdd

import "fmt"

// Optional is a value that may be missing: what an outer join has for the side
// without the key. The zero Optional is missing.
type Optional[V any] struct {
	Value V
	Ok    bool // Value is there
}

// Some is a value that is there.
func Some[V any](v V) Optional[V] { return Optional[V]{v, true} }

// OrElse returns the value, or other if it is missing.
func (o Optional[V]) OrElse(other V) V {
	if o.Ok {
		return o.Value
	}
	return other
}

// String is Some(value) or None, as Spark's shell prints it.
func (o Optional[V]) String() string {
	if o.Ok {
		return fmt.Sprintf("Some(%v)", o.Value)
	}
	return "None"
}
