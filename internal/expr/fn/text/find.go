package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
)

// containsKernel searches a constant part in the whole block of bytes at once
// where the rows follow one another in it, else row by row.
func containsKernel() expr.Kernel {
	each := texts(bytes.Contains)()
	return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		v := args[0]
		if !args[1].Const || v.Const || def.Sparse(sel, n) || !ascending(v.Views[:n]) {
			return each(c, args, sel, n, out)
		}
		blockContains(columnar.Slice[uint8](out)[:n], v.Bytes, v.Views[:n], args[1].Text(0))
		return nil
	}
}

// ascending reports whether the views lie behind one another, with few bytes
// between them that belong to none.
func ascending(views []columnar.View) bool {
	var end, held uint64
	ok := true
	for _, w := range views {
		if w.Len == 0 {
			continue
		}
		ok = ok && uint64(w.Off) >= end
		end = uint64(w.Off) + uint64(w.Len)
		held += uint64(w.Len)
	}
	return ok && len(views) > 0 && 2*held >= end
}

// blockContains sets dst of each row to whether it contains part: candidates
// are places where the first and the last byte of part match, eight at a time
// (SWAR); the row is looked up only then, and a match that straddles two rows
// is none. After a hit the search goes on in the next row.
func blockContains(dst []uint8, block []byte, views []columnar.View, part []byte) {
	clear(dst)
	if len(part) == 0 {
		for i := range dst {
			dst[i] = 1
		}
		return
	}
	const lows, ones = 0x7f7f7f7f7f7f7f7f, 0x0101010101010101
	first, last := uint64(part[0])*ones, uint64(part[len(part)-1])*ones
	span := len(part) - 1
	row, pos := 0, int(views[0].Off)
	for {
		// the end of the block is too near for words
		if pos+8+span > len(block) {
			break
		}
		x := (binary.LittleEndian.Uint64(block[pos:]) ^ first) | (binary.LittleEndian.Uint64(block[pos+span:]) ^ last)
		m := ^((x&lows + lows) | x | lows)
		next := pos + 8
		for ; m != 0; m &= m - 1 {
			at := pos + bits.TrailingZeros64(m)>>3
			if span > 1 && !bytes.Equal(block[at+1:at+span], part[1:span]) {
				continue
			}
			for row < len(views) && int(views[row].Off+views[row].Len) <= at {
				row++
			}
			if row == len(views) {
				return
			}
			if w := views[row]; at >= int(w.Off) && at+span < int(w.Off+w.Len) {
				dst[row] = 1
				next = int(w.Off + w.Len)
				row++
				break
			}
		}
		pos = next
	}
	for ; row < len(views); row++ {
		w := views[row]
		if end := int(w.Off + w.Len); end > pos {
			if from := max(int(w.Off), pos); dst[row] == 0 && bytes.Contains(block[from:end], part) {
				dst[row] = 1
			}
		}
	}
}
