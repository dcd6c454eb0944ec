package parquet

import (
	"math/bits"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// smallest is the size from which on buffers are kept, as a power of two.
const smallest = 15

// pages gives pages their memory and keeps what is freed for the next ones: a
// column chunk would else cost some fresh megabytes. It is safe for concurrent
// use.
type pages struct {
	free [40]sync.Pool // of *[]byte, by capacity as a power of two
	// views are those of dictionaries that are done with: *[]columnar.View.
	views sync.Pool
}

var _ memory.Allocator = (*pages)(nil)

// Allocate implements memory.Allocator; the content is unspecified.
func (p *pages) Allocate(size int) []byte {
	k := max(smallest, bits.Len(uint(max(size, 1)-1)))
	if size == 0 || k >= len(p.free) {
		return make([]byte, size)
	}
	if size <= 1<<(smallest-1) {
		return make([]byte, size)
	}
	if b, ok := p.free[k].Get().(*[]byte); ok {
		return (*b)[:size]
	}
	return make([]byte, size, 1<<k)
}

// Reallocate implements memory.Allocator.
func (p *pages) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	c := p.Allocate(size)
	copy(c, b)
	p.Free(b)
	return c
}

// Free implements memory.Allocator.
func (p *pages) Free(b []byte) {
	k := bits.Len(uint(cap(b))) - 1
	if k < smallest || cap(b) != 1<<k || k >= len(p.free) {
		return
	}
	b = b[:cap(b)]
	p.free[k].Put(&b)
}
