// Package javahash computes the hashCode that Java and Scala give to the
// counterparts of Go values, so that rows land in the partitions where Spark
// puts them.
package javahash

import (
	"fmt"
	"math"
	"reflect"
	"unicode/utf16"
)

// Of returns the hash function of type K, which must be comparable: strings,
// numbers and booleans hash as String, Integer, Long, Float, Double and Boolean
// do (smaller integers by their value), structs and arrays as Scala's tuples
// (MurmurHash3.productHash), nil pointers and interfaces as null, 0. Others
// hash by their printed form.
func Of[K comparable]() func(K) int32 {
	var zero K
	switch any(zero).(type) {
	case string:
		return func(k K) int32 { return String(any(k).(string)) }
	case int:
		return func(k K) int32 { return Long(int64(any(k).(int))) }
	case int64:
		return func(k K) int32 { return Long(any(k).(int64)) }
	case int32:
		return func(k K) int32 { return any(k).(int32) }
	}
	return func(k K) int32 { return value(reflect.ValueOf(&k).Elem()) }
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
		return int32(math.Float32bits(float32(v.Float())))
	case reflect.Float64:
		return Long(int64(math.Float64bits(v.Float())))
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		return value(v.Elem())
	case reflect.Struct:
		return product(v.NumField(), v.Field)
	case reflect.Array:
		return product(v.Len(), v.Index)
	}
	return String(fmt.Sprint(v))
}

// product is scala.util.hashing.MurmurHash3.productHash.
func product(n int, field func(int) reflect.Value) int32 {
	const seed = 0xcafebabe
	if n == 0 {
		return 0
	}
	h := uint32(seed)
	for i := range n {
		h = mix(h, uint32(value(field(i))))
	}
	h ^= uint32(n)
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return int32(h ^ h>>16)
}

func mix(h, k uint32) uint32 {
	k *= 0xcc9e2d51
	k = k<<15 | k>>17
	h ^= k * 0x1b873593
	h = h<<13 | h>>19
	return h*5 + 0xe6546b64
}
