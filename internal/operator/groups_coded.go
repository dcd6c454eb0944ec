package operator

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// coded finds groups by the codes of a dictionary: where one key column comes
// with a dictionary and the others are equal in all rows of a batch, only the
// first row of each code goes to the table and the others share its id.
type coded struct {
	place []uint32 // by code (nulls: behind the last): 1 + where it is in first
	first []uint16 // rows, one a code
	of    []uint32 // by selected row: place in first
	ids   []store.RowID
}

// pick returns the only column whose rows sel differ if it has a dictionary,
// else nil.
func (c *coded) pick(cols []*columnar.Vector, sel []uint16) *columnar.Vector {
	var found *columnar.Vector
	for _, v := range cols {
		if v.Dict != nil && !v.Const {
			if found != nil {
				return nil
			}
			found = v
		}
	}
	if found == nil {
		return nil
	}
	for _, v := range cols {
		if v != found && !uniform(v, sel) {
			return nil
		}
	}
	return found
}

// uniform reports whether the rows sel of v are known to be equal.
func uniform(v *columnar.Vector, sel []uint16) bool {
	switch {
	case v.Const || v.Type.Kind() == sqltype.KindNull:
		return true
	case v.Valid != nil || v.Dict != nil:
		return false
	case sqltype.Width(v.Type) == 8:
		return equal(columnar.Slice[uint64](v), sel)
	case sqltype.Width(v.Type) == 4:
		return equal(columnar.Slice[uint32](v), sel)
	}
	return false
}

func equal[T uint32 | uint64](x []T, sel []uint16) bool {
	for _, r := range sel {
		if x[r] != x[sel[0]] {
			return false
		}
	}
	return true
}

// firsts returns the first row of each code among sel. collect must follow.
func (c *coded) firsts(v *columnar.Vector, sel []uint16) []uint16 {
	if n := v.Dict.Len + 1; len(c.place) < n {
		c.place = slices.Grow(c.place, n-len(c.place))[:n]
	}
	c.first, c.of = c.first[:0], c.of[:0]
	for _, r := range sel {
		p := &c.place[codeOf(v, r)]
		if *p == 0 {
			c.first = append(c.first, r)
			*p = uint32(len(c.first))
		}
		c.of = append(c.of, *p-1)
	}
	for _, r := range c.first {
		c.place[codeOf(v, r)] = 0
	}
	c.ids = slices.Grow(c.ids[:0], len(c.first))[:len(c.first)]
	return c.first
}

func codeOf(v *columnar.Vector, r uint16) int {
	if v.Valid != nil && !v.Valid.Get(int(r)) {
		return v.Dict.Len
	}
	return int(v.Codes[r])
}

// collect sets the ids of all selected rows from those of the firsts.
func (c *coded) collect(ids []store.RowID) {
	for k, p := range c.of {
		ids[k] = c.ids[p]
	}
}
