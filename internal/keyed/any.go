package keyed

import (
	"hash/maphash"
	"unsafe"

	"github.com/spatestream/spate/internal/memory"
)

// generic is the index of keys of other types.
type generic[K comparable] struct {
	ids   map[K]uint32
	seed  maphash.Seed
	sizer *memory.Sizer[K]
	deep  int64 // what the keys hold outside themselves
}

func newAny[K comparable]() *generic[K] {
	return &generic[K]{ids: map[K]uint32{}, seed: maphash.MakeSeed(), sizer: memory.SizerOf[K]()}
}

func (x *generic[K]) hash(key K) uint32 { return uint32(maphash.Comparable(x.seed, key)) }

func (x *generic[K]) upsert(keys, dense []K, ids []uint32) []K {
	n := len(dense)
	for i, k := range keys {
		id, ok := x.ids[k]
		if !ok {
			id = uint32(len(dense))
			x.ids[k] = id
			dense = append(dense, k)
		}
		ids[i] = id
	}
	x.deep += x.sizer.Deep(dense[n:])
	return dense
}

// entry is about what a Go map takes for a key and a number.
func (x *generic[K]) entry() int64 {
	var k K
	return int64(unsafe.Sizeof(k)+4)*2 + 2
}

func (x *generic[K]) size() int64 { return int64(len(x.ids))*x.entry() + x.deep }

func (x *generic[K]) growth(dense []K, n int) int64 { return int64(n-len(dense)) * x.entry() }

// reserve does nothing: a Go map cannot be told later.
func (x *generic[K]) reserve([]K, int) {}

func (x *generic[K]) reset() { x.ids, x.deep = map[K]uint32{}, 0 }
