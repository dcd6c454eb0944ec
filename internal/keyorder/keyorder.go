// Package keyorder is how keys of a Go type are sorted: by comparing, and where
// the type allows it first by eight bytes of each key, which a radix sort takes
// without looking at the keys. Both agree. It holds no state and is safe for
// concurrent use.
package keyorder

import (
	"cmp"
	"encoding/binary"
	"reflect"
	"slices"
	"unsafe"

	"github.com/spatestream/spate/internal/sortkey"
)

// By is an order of keys. The zero value is none: see Of and Func.
type By[K any] struct {
	// Compare is negative if its first argument comes first.
	Compare func(a, b K) int
	// Ascending is Compare, or of a descending order its opposite.
	Ascending func(a, b K) int
	Desc      bool
	// prefixes writes the eight bytes by which keys are sorted first, those of
	// a descending order inverted; nil: keys can only be compared.
	prefixes func(keys []K, to []sortkey.Prefixed)
	// whole: keys of equal prefixes are equal.
	whole bool
}

// Func is the order of compare, negative if its first argument comes first.
func Func[K any](compare func(a, b K) int) By[K] {
	return By[K]{Compare: compare, Ascending: compare}
}

// Of is the natural order: numbers by value, NaN the largest and -0.0 before 0.0
// as in Java, texts byte by byte; or its opposite.
func Of[K cmp.Ordered](desc bool) By[K] {
	k := By[K]{Compare: cmp.Compare[K], whole: true}
	var zero K
	switch t := reflect.TypeFor[K](); t.Kind() {
	case reflect.String:
		k.prefixes, k.whole = retype[K](textPrefixes), false
	case reflect.Float64:
		k.prefixes = retype[K](prefixesBy(sortkey.Float64Bits))
		k.Compare = recompare[K](compareFloats)
	case reflect.Float32:
		k.prefixes = retype[K](prefixesBy(func(f float32) uint64 { return sortkey.Float64Bits(float64(f)) }))
		k.Compare = recompare[K](func(a, b float32) int { return compareFloats(float64(a), float64(b)) })
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		k.prefixes = numberPrefixes[K](unsafe.Sizeof(zero), true)
	default:
		k.prefixes = numberPrefixes[K](unsafe.Sizeof(zero), false)
	}
	k.Ascending = k.Compare
	if desc {
		return k.reversed()
	}
	return k
}

func (k By[K]) reversed() By[K] {
	forth, prefixes := k.Compare, k.prefixes
	k.Desc = true
	k.Compare = func(a, b K) int { return forth(b, a) }
	k.prefixes = func(keys []K, to []sortkey.Prefixed) {
		prefixes(keys, to)
		for i := range to {
			to[i].Prefix = ^to[i].Prefix
		}
	}
	return k
}

// Prefixed reports whether Sorted is of use: keys of other orders can only be
// compared.
func (k By[K]) Prefixed() bool { return k.prefixes != nil }

// Sorted returns the numbers of the keys in their order, equal ones as they
// come, of an order that is Prefixed. It takes two Prefixed a key; the result is
// the caller's. At most 2^32 keys.
func (k By[K]) Sorted(keys []K) []sortkey.Prefixed {
	by := make([]sortkey.Prefixed, len(keys))
	for i := range by {
		by[i].Row = uint32(i)
	}
	k.prefixes(keys, by)
	by, _ = sortkey.Radix(by, make([]sortkey.Prefixed, len(by)))
	if !k.whole {
		k.untie(by, keys)
	}
	return by
}

// untie sorts runs of equal prefixes by comparing.
func (k By[K]) untie(by []sortkey.Prefixed, keys []K) {
	for lo := 0; lo < len(by); {
		hi := lo + 1
		for hi < len(by) && by[hi].Prefix == by[lo].Prefix {
			hi++
		}
		if hi-lo > 1 {
			slices.SortStableFunc(by[lo:hi], func(a, b sortkey.Prefixed) int { return k.Compare(keys[a.Row], keys[b.Row]) })
		}
		lo = hi
	}
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

func compareFloats(a, b float64) int {
	return cmp.Compare(sortkey.Float64Bits(a), sortkey.Float64Bits(b))
}

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
