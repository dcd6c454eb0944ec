package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/render"
)

// few is up to how many elements are compared one by one, without hashing.
const few = 16

// index finds equal elements among those appended to a vector, from the first
// add after clear on; nulls are equal.
type index struct {
	at, n int
	rows  map[uint32][]int32 // rows by hash, once there are more than few
}

func (x *index) clear() {
	x.n = 0
	if x.rows != nil {
		clear(x.rows)
	}
}

// add returns the row of held that equals row i of v, or -1: then the caller
// appends that row to held.
func (x *index) add(held *columnar.Vector, v *columnar.Vector, i int) int {
	if x.n == 0 {
		x.at = held.Len
	}
	if x.n <= few {
		for r := x.at; r < held.Len; r++ {
			if same(held, r, v, i) {
				return r
			}
		}
		x.n++
		return -1
	}
	x.hashed(held)
	h := hashOf(v, i)
	for _, r := range x.rows[h] {
		if same(held, int(r), v, i) {
			return int(r)
		}
	}
	x.rows[h] = append(x.rows[h], int32(held.Len))
	x.n++
	return -1
}

// hashed enters the few rows found one by one so far.
func (x *index) hashed(held *columnar.Vector) {
	if x.rows == nil {
		x.rows = map[uint32][]int32{}
	}
	if len(x.rows) > 0 {
		return
	}
	for r := x.at; r < held.Len; r++ {
		h := hashOf(held, r)
		x.rows[h] = append(x.rows[h], int32(r))
	}
}

func hashOf(v *columnar.Vector, i int) uint32 {
	if v.IsNull(i) {
		return 0
	}
	return v.HashRow(i, 42)
}

// text prints an element for an error.
func text(v *columnar.Vector, i int) string {
	p := render.Printer{Plain: true}
	return string(p.Append(nil, v, i))
}

// has reports whether held, to which all was added by add, has an equal
// element.
func (x *index) has(held, v *columnar.Vector, i int) bool {
	if x.n == 0 {
		return false
	}
	if x.n <= few {
		for r := x.at; r < held.Len; r++ {
			if same(held, r, v, i) {
				return true
			}
		}
		return false
	}
	x.hashed(held)
	for _, r := range x.rows[hashOf(v, i)] {
		if same(held, int(r), v, i) {
			return true
		}
	}
	return false
}
