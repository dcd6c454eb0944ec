package memory

import (
	"reflect"
	"sync"
	"unsafe"
)

// Sizer estimates how much memory values of T hold. It is immutable and safe
// for concurrent use.
type Sizer[T any] struct {
	flat int64
	deep sizing // nil: nothing beyond flat
}

// sizing returns what the value at p holds outside itself, in bytes.
type sizing func(p unsafe.Pointer, depth int) int64

// SizerOf looks at T once. Texts count their bytes, slices their capacity, maps
// and interfaces what they hold; functions, channels and what lies deeper than
// maxDepth pointers count nothing. What several values share counts each time.
func SizerOf[T any]() *Sizer[T] {
	t := reflect.TypeFor[T]()
	return &Sizer[T]{flat: int64(t.Size()), deep: sizingOf(t, 0)}
}

// Flat reports whether every T has the same size.
func (s *Sizer[T]) Flat() bool { return s.deep == nil }

// Width returns the bytes of a T itself.
func (s *Sizer[T]) Width() int64 { return s.flat }

const (
	maxDepth   = 8
	maxSamples = 16
	mapEntry   = 16 // bytes of a map's own an entry, about
)

// Deep estimates what rows hold outside themselves, by looking at a few evenly
// spread ones.
func (s *Sizer[T]) Deep(rows []T) int64 {
	if s.deep == nil || len(rows) == 0 {
		return 0
	}
	step := max(len(rows)/maxSamples, 1)
	var sum, n int64
	for i := 0; i < len(rows); i += step {
		sum += s.deep(unsafe.Pointer(&rows[i]), maxDepth)
		n++
	}
	return sum * int64(len(rows)) / n
}

// Of estimates what rows hold in all.
func (s *Sizer[T]) Of(rows []T) int64 { return s.flat*int64(len(rows)) + s.Deep(rows) }

// sizingOf compiles t; nil says that it holds nothing outside itself.
func sizingOf(t reflect.Type, depth int) sizing {
	if depth > maxDepth {
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return func(p unsafe.Pointer, _ int) int64 { return int64(len(*(*string)(p))) }
	case reflect.Slice:
		return sizingOfSlice(t, depth)
	case reflect.Pointer:
		return sizingOfPointer(t, depth)
	case reflect.Struct:
		return sizingOfStruct(t, depth)
	case reflect.Array:
		return sizingOfArray(t, depth)
	case reflect.Map:
		return sizingOfMap(t, depth)
	case reflect.Interface:
		return sizingOfInterface(t)
	}
	return nil
}

// header is how a slice lies in memory.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

func sizingOfSlice(t reflect.Type, depth int) sizing {
	width := t.Elem().Size()
	elem := sizingOf(t.Elem(), depth+1)
	return func(p unsafe.Pointer, depth int) int64 {
		h := (*header)(p)
		return int64(h.cap)*int64(width) + spread(h.data, h.len, width, elem, depth-1)
	}
}

// spread estimates what the n elements at p hold, from a few of them.
func spread(p unsafe.Pointer, n int, width uintptr, elem sizing, depth int) int64 {
	if elem == nil || n == 0 || depth <= 0 {
		return 0
	}
	step := max(n/maxSamples, 1)
	var sum, seen int64
	for i := 0; i < n; i += step {
		sum += elem(unsafe.Add(p, uintptr(i)*width), depth)
		seen++
	}
	return sum * int64(n) / seen
}

func sizingOfPointer(t reflect.Type, depth int) sizing {
	width := int64(t.Elem().Size())
	elem := sizingOf(t.Elem(), depth+1)
	return func(p unsafe.Pointer, depth int) int64 {
		q := *(*unsafe.Pointer)(p)
		switch {
		case q == nil:
			return 0
		case elem == nil || depth <= 0:
			return width
		}
		return width + elem(q, depth-1)
	}
}

// guarded reports whether a struct has a lock: what it points to may change
// while it is looked at, and belongs to more than one value, so it does not count.
func guarded(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i).Type; f == reflect.TypeFor[sync.Mutex]() || f == reflect.TypeFor[sync.RWMutex]() {
			return true
		}
	}
	return false
}

func sizingOfStruct(t reflect.Type, depth int) sizing {
	if guarded(t) {
		return nil
	}
	type part struct {
		at   uintptr
		size sizing
	}
	var parts []part
	for i := range t.NumField() {
		if size := sizingOf(t.Field(i).Type, depth+1); size != nil {
			parts = append(parts, part{t.Field(i).Offset, size})
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return func(p unsafe.Pointer, depth int) (sum int64) {
		for _, x := range parts {
			sum += x.size(unsafe.Add(p, x.at), depth)
		}
		return sum
	}
}

func sizingOfArray(t reflect.Type, depth int) sizing {
	elem := sizingOf(t.Elem(), depth+1)
	if elem == nil {
		return nil
	}
	return func(p unsafe.Pointer, depth int) int64 { return spread(p, t.Len(), t.Elem().Size(), elem, depth) }
}

func sizingOfMap(t reflect.Type, depth int) sizing {
	entry := int64(t.Key().Size()+t.Elem().Size()) + mapEntry
	key, elem := sizingOf(t.Key(), depth+1), sizingOf(t.Elem(), depth+1)
	return func(p unsafe.Pointer, depth int) int64 {
		m := reflect.NewAt(t, p).Elem()
		sum := int64(m.Len()) * entry
		if key == nil && elem == nil || depth <= 0 {
			return sum
		}
		return sum + int64(m.Len())*oneEntry(m, key, elem, depth-1)
	}
}

// oneEntry is what the first entries of a map hold on average.
func oneEntry(m reflect.Value, key, elem sizing, depth int) int64 {
	var sum, n int64
	for it := m.MapRange(); n < maxSamples && it.Next(); n++ {
		sum += boxed(it.Key(), key, depth) + boxed(it.Value(), elem, depth)
	}
	return sum / max(n, 1)
}

// boxed is what a value that has no address holds.
func boxed(v reflect.Value, size sizing, depth int) int64 {
	if size == nil {
		return 0
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return size(p.UnsafePointer(), depth)
}

func sizingOfInterface(t reflect.Type) sizing {
	return func(p unsafe.Pointer, depth int) int64 {
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() || depth <= 0 {
			return 0
		}
		return int64(v.Type().Size()) + boxed(v, sizingOf(v.Type(), maxDepth-depth), depth-1)
	}
}
