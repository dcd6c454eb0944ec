package encoder

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"sort"
	"unsafe"

	"github.com/spatestream/spate/columnar"
)

func (c *codec) putStruct(v *columnar.Vector, p unsafe.Pointer) error {
	for i := range c.fields {
		f := &c.fields[i]
		if err := f.put(v.Child[i], unsafe.Add(p, f.offset)); err != nil {
			return err
		}
	}
	v.AppendStruct()
	return nil
}

func (c *codec) structBytes(dst []byte, p unsafe.Pointer, canonical bool) (out []byte, err error) {
	for i := range c.fields {
		f := &c.fields[i]
		if dst, err = f.bytes(dst, unsafe.Add(p, f.offset), canonical); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (c *codec) putPointer(v *columnar.Vector, p unsafe.Pointer) error {
	if q := *(*unsafe.Pointer)(p); q != nil {
		return c.elem.put(v, q)
	}
	v.AppendNull()
	return nil
}

func (c *codec) pointerBytes(dst []byte, p unsafe.Pointer, canonical bool) ([]byte, error) {
	if q := *(*unsafe.Pointer)(p); q != nil {
		return c.elem.bytes(append(dst, 1), q, canonical)
	}
	return append(dst, 0), nil
}

// sliceHeader is how Go lays out a slice.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func (c *codec) putList(v *columnar.Vector, p unsafe.Pointer) error {
	h := (*sliceHeader)(p)
	if h.data == nil {
		v.AppendNull()
		return nil
	}
	lo, size := v.Child[0].Len, c.elem.goType.Size()
	for i := range h.len {
		if err := c.elem.put(v.Child[0], unsafe.Add(h.data, uintptr(i)*size)); err != nil {
			return err
		}
	}
	v.AppendList(lo)
	return nil
}

func (c *codec) listBytes(dst []byte, p unsafe.Pointer, canonical bool) (out []byte, err error) {
	h := (*sliceHeader)(p)
	if h.data == nil {
		return append(dst, 0), nil
	}
	dst = binary.AppendUvarint(append(dst, 1), uint64(h.len))
	for i := range h.len {
		if dst, err = c.elem.bytes(dst, unsafe.Add(h.data, uintptr(i)*c.elem.goType.Size()), canonical); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// entries calls visit with pointers to each key and value, copied.
func (c *codec) entries(m reflect.Value, visit func(k, v unsafe.Pointer) error) error {
	for it := m.MapRange(); it.Next(); {
		k, v := reflect.New(c.key.goType), reflect.New(c.elem.goType)
		k.Elem().Set(it.Key())
		v.Elem().Set(it.Value())
		if err := visit(k.UnsafePointer(), v.UnsafePointer()); err != nil {
			return err
		}
	}
	return nil
}

func (c *codec) putMap(v *columnar.Vector, p unsafe.Pointer) error {
	m := reflect.NewAt(c.goType, p).Elem()
	if m.IsNil() {
		v.AppendNull()
		return nil
	}
	lo := v.Child[0].Len
	err := c.entries(m, func(key, value unsafe.Pointer) error {
		if err := c.key.put(v.Child[0], key); err != nil {
			return err
		}
		return c.elem.put(v.Child[1], value)
	})
	v.AppendList(lo)
	return err
}

// mapBytes sorts the entries by the bytes of their keys, so that equal maps
// have equal bytes.
func (c *codec) mapBytes(dst []byte, p unsafe.Pointer, canonical bool) ([]byte, error) {
	m := reflect.NewAt(c.goType, p).Elem()
	if m.IsNil() {
		return append(dst, 0), nil
	}
	type entry struct{ key, value []byte }
	all := make([]entry, 0, m.Len())
	err := c.entries(m, func(key, value unsafe.Pointer) error {
		k, err := c.key.bytes(nil, key, canonical)
		if err != nil {
			return err
		}
		v, err := c.elem.bytes(nil, value, canonical)
		all = append(all, entry{k, v})
		return err
	})
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i].key, all[j].key) < 0 })
	dst = binary.AppendUvarint(append(dst, 1), uint64(len(all)))
	for _, e := range all {
		dst = append(append(dst, e.key...), e.value...)
	}
	return dst, err
}
