package javahash

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// product is scala.util.hashing.MurmurHash3.productHash of Scala 2.13: the name
// of the class, then the elements.
func product(prefix string, n int, field func(int) reflect.Value) int32 {
	const seed = 0xcafebabe
	h := mix(seed, uint32(String(prefix)))
	for i := range n {
		h = mix(h, uint32(element(field(i))))
	}
	if n == 0 {
		return String(prefix)
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

func tuple(n int) string { return "Tuple" + strconv.Itoa(n) }

// prefix is the name of the class that a struct stands for. The pairs of
// package rdd are tuples, as are structs without a name.
func prefix(t reflect.Type, n int) string {
	name, _, generic := strings.Cut(t.Name(), "[")
	if name == "" || generic && strings.HasSuffix(t.PkgPath(), "spate/rdd") {
		return tuple(n)
	}
	return name
}

// element is Scala's ## of a value: numbers that are equal hash alike, whatever
// their types.
func element(v reflect.Value) int32 {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		return long(v.Int())
	case reflect.Uint, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return long(int64(v.Uint()))
	case reflect.Float32:
		f := float32(v.Float())
		if i, ok := whole(float64(f)); ok {
			return i
		}
		return Float(f)
	case reflect.Float64:
		f := v.Float()
		if i, ok := whole(f); ok {
			return i
		}
		if float64(float32(f)) == f {
			return Float(float32(f))
		}
		return Double(f)
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return element(v.Elem())
		}
	}
	return value(v)
}

func long(v int64) int32 {
	if int64(int32(v)) == v {
		return int32(v)
	}
	return Long(v)
}

// whole is the hash of a float that is an integer.
func whole(f float64) (int32, bool) {
	if f != math.Trunc(f) || f < -1<<63 || f >= 1<<63 {
		return 0, false
	}
	return long(int64(f)), true
}
