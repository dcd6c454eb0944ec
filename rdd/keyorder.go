package rdd

import (
	"cmp"
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"

	"github.com/spatestream/spate/internal/sortkey"
)

// Order is a direction of sorting.
type Order bool

// The directions.
const (
	Ascending  Order = false
	Descending Order = true
)

// keyOrder is how keys are sorted.
type keyOrder[K any] struct {
	// compare already has the direction.
	compare func(a, b K) int
	// ascending is compare, or of a descending order its opposite, by which
	// Spark finds the bounds of ranges.
	ascending func(a, b K) int
	desc      bool
	// prefixes writes the eight bytes by which keys are sorted first, those of
	// a descending order inverted; nil: keys can only be compared.
	prefixes func(keys []K, to []sortkey.Prefixed)
	// whole: keys of equal prefixes are equal.
	whole bool
}

// byCompare is an order of the caller's own.
func byCompare[K any](compare func(a, b K) int) keyOrder[K] {
	return keyOrder[K]{compare: compare, ascending: compare}
}

// orderOf is the natural order: numbers by value, NaN the largest and -0.0
// before 0.0 as in Java, texts byte by byte.
func orderOf[K cmp.Ordered](o Order) keyOrder[K] {
	k := keyOrder[K]{compare: cmp.Compare[K], whole: true}
	var zero K
	switch t := reflect.TypeFor[K](); t.Kind() {
	case reflect.String:
		k.prefixes, k.whole = retype[K](textPrefixes), false
	case reflect.Float64:
		k.prefixes = retype[K](prefixesBy(float64Bits))
		k.compare = recompare[K](compareFloats)
	case reflect.Float32:
		k.prefixes = retype[K](prefixesBy(func(f float32) uint64 { return float64Bits(float64(f)) }))
		k.compare = recompare[K](func(a, b float32) int { return compareFloats(float64(a), float64(b)) })
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		k.prefixes = numberPrefixes[K](unsafe.Sizeof(zero), true)
	default:
		k.prefixes = numberPrefixes[K](unsafe.Sizeof(zero), false)
	}
	k.ascending = k.compare
	if o == Descending {
		return k.reversed()
	}
	return k
}

func (k keyOrder[K]) reversed() keyOrder[K] {
	forth, prefixes := k.compare, k.prefixes
	k.desc = true
	k.compare = func(a, b K) int { return forth(b, a) }
	k.prefixes = func(keys []K, to []sortkey.Prefixed) {
		prefixes(keys, to)
		for i := range to {
			to[i].Prefix = ^to[i].Prefix
		}
	}
	return k
}

// retype and recompare lend keys to functions of a type that lies in memory as
// K does.
func retype[K, U any](f func([]U, []sortkey.Prefixed)) func([]K, []sortkey.Prefixed) {
	return func(keys []K, to []sortkey.Prefixed) { f(*(*[]U)(unsafe.Pointer(&keys)), to) }
}

func recompare[K, U any](f func(a, b U) int) func(a, b K) int {
	return *(*func(a, b K) int)(unsafe.Pointer(&f))
}

func numberPrefixes[K any](size uintptr, signed bool) func([]K, []sortkey.Prefixed) {
	switch {
	case size == 8 && signed:
		return retype[K](prefixesBy(signedBits[int64]))
	case size == 8:
		return retype[K](prefixesBy(unsignedBits[uint64]))
	case size == 4 && signed:
		return retype[K](prefixesBy(signedBits[int32]))
	case size == 4:
		return retype[K](prefixesBy(unsignedBits[uint32]))
	case size == 2 && signed:
		return retype[K](prefixesBy(signedBits[int16]))
	case size == 2:
		return retype[K](prefixesBy(unsignedBits[uint16]))
	case signed:
		return retype[K](prefixesBy(signedBits[int8]))
	}
	return retype[K](prefixesBy(unsignedBits[uint8]))
}

func signedBits[U int8 | int16 | int32 | int64](k U) uint64       { return uint64(int64(k)) ^ 1<<63 }
func unsignedBits[U uint8 | uint16 | uint32 | uint64](k U) uint64 { return uint64(k) }

// float64Bits orders as Double.compare does.
func float64Bits(f float64) uint64 {
	if f != f {
		return math.MaxUint64
	}
	b := math.Float64bits(f)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

func compareFloats(a, b float64) int { return cmp.Compare(float64Bits(a), float64Bits(b)) }

func prefixesBy[U any](bits func(U) uint64) func([]U, []sortkey.Prefixed) {
	return func(keys []U, to []sortkey.Prefixed) {
		for i, k := range keys {
			to[i].Prefix = bits(k)
		}
	}
}

// textPrefixes are the eight bytes behind what all texts have in common.
func textPrefixes(keys []string, to []sortkey.Prefixed) {
	skip := common(keys)
	for i, k := range keys {
		to[i].Prefix = prefixOf(k[skip:])
	}
}

// common is the length of the longest prefix of all texts.
func common(keys []string) int {
	if len(keys) == 0 {
		return 0
	}
	first := keys[0]
	n := len(first)
	for _, k := range keys {
		n = min(n, len(k))
		for i := range n {
			if k[i] != first[i] {
				n = i
				break
			}
		}
		if n == 0 {
			break
		}
	}
	return n
}

func prefixOf(s string) uint64 {
	if len(s) >= 8 {
		return binary.BigEndian.Uint64(unsafe.Slice(unsafe.StringData(s), 8))
	}
	var short [8]byte
	copy(short[:], s)
	return binary.BigEndian.Uint64(short[:])
}
