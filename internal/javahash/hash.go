// Package javahash computes the hashCode that Java and Scala give to the
// counterparts of Go values, so that rows land in the partitions where Spark
// puts them.
package javahash

import (
	"fmt"
	"math"
	"reflect"
	"unicode/utf16"
	"unsafe"
)

// Of returns the hash function of type K, which must be comparable: strings,
// numbers and booleans hash as String, Integer, Long, Float, Double and Boolean
// do (int as Long, smaller integers by their value), structs as the case class
// of their name or, without one, as tuples, arrays as tuples, nil pointers and
// interfaces as null, 0. Others hash by their printed form.
func Of[K comparable]() func(K) int32 {
	switch t := reflect.TypeFor[K](); t.Kind() {
	case reflect.String:
		return as[K](String)
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Uintptr:
		if t.Size() == 8 {
			return as[K](Long)
		}
	case reflect.Int32:
		return as[K](func(v int32) int32 { return v })
	case reflect.Float64:
		return as[K](Double)
	}
	return func(k K) int32 { return value(reflect.ValueOf(&k).Elem()) }
}

// as retypes a function of values that lie in memory as K does.
func as[K, U any](f func(U) int32) func(K) int32 {
	return *(*func(K) int32)(unsafe.Pointer(&f))
}

// String is java.lang.String.hashCode: over UTF-16 units.
func String(s string) int32 {
	var h int32
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return units(s)
		}
		h = 31*h + int32(s[i])
	}
	return h
}

func units(s string) (h int32) {
	for _, r := range s {
		if hi, lo := utf16.EncodeRune(r); r > 0xFFFF {
			h = 31*(31*h+hi) + lo
			continue
		}
		h = 31*h + r
	}
	return h
}

// Long is java.lang.Long.hashCode.
func Long(v int64) int32 { return int32(v ^ int64(uint64(v)>>32)) }

// Double is java.lang.Double.hashCode: all NaN are one.
func Double(f float64) int32 {
	if f != f {
		return 0x7ff80000
	}
	return Long(int64(math.Float64bits(f)))
}

// Float is java.lang.Float.hashCode.
func Float(f float32) int32 {
	if f != f {
		return 0x7fc00000
	}
	return int32(math.Float32bits(f))
}

func value(v reflect.Value) int32 {
	switch v.Kind() {
	case reflect.String:
		return String(v.String())
	case reflect.Bool:
		if v.Bool() {
			return 1231
		}
		return 1237
	case reflect.Int, reflect.Int64:
		return Long(v.Int())
	case reflect.Int8, reflect.Int16, reflect.Int32:
		return int32(v.Int())
	case reflect.Uint8, reflect.Uint16:
		return int32(v.Uint())
	case reflect.Uint, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return Long(int64(v.Uint()))
	case reflect.Float32:
		return Float(float32(v.Float()))
	case reflect.Float64:
		return Double(v.Float())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		return value(v.Elem())
	case reflect.Struct:
		return product(prefix(v.Type(), v.NumField()), v.NumField(), v.Field)
	case reflect.Array:
		return product(tuple(v.Len()), v.Len(), v.Index)
	}
	return String(fmt.Sprint(v))
}
