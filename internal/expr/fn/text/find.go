package text

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/internal/find"
)

// containsKernel searches a constant part in the whole block of bytes at once
// where the rows follow one another in it, else row by row.
func containsKernel() expr.Kernel {
	each := texts(bytes.Contains)()
	return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		v := args[0]
		// One byte is found faster by vector instructions, row by row.
		if !args[1].Const || v.Const || len(args[1].Text(0)) == 1 || def.Sparse(sel, n) || !ascending(v.Views[:n]) {
			return each(c, args, sel, n, out)
		}
		block := v.Bytes
		if last := v.Views[n-1]; last.Len > 0 { // what follows is another batch's
			block = block[:last.Off+last.Len]
		}
		blockContains(columnar.Slice[uint8](out)[:n], block, v.Views[:n], args[1].Text(0))
		return nil
	}
}

// ascending reports whether the views lie behind one another, with few bytes
// between them that belong to none.
func ascending(views []columnar.View) bool {
	if len(views) == 0 {
		return false
	}
	start := uint64(views[0].Off)
	end, held := start, uint64(0)
	ok := true
	for _, w := range views {
		ok = ok && (uint64(w.Off) >= end || w.Len == 0)
		end = max(end, uint64(w.Off)+uint64(w.Len))
		held += uint64(w.Len)
	}
	return ok && 2*held >= end-start
}

// blockContains sets dst of each row to whether it contains part: it is sought
// in the block, a row is looked up only where it stands, and a match that
// straddles two rows is none. After a hit the search goes on in the next row.
func blockContains(dst []uint8, block []byte, views []columnar.View, part []byte) {
	clear(dst)
	if len(part) == 0 {
		for i := range dst {
			dst[i] = 1
		}
		return
	}
	row, pos := 0, int(views[0].Off)
	for {
		at := find.Text(block, pos, part)
		if at < 0 {
			return
		}
		for row < len(views) && int(views[row].Off+views[row].Len) <= at {
			row++
		}
		if row == len(views) {
			return
		}
		pos = at + 1
		if w := views[row]; at >= int(w.Off) && at+len(part) <= int(w.Off+w.Len) {
			dst[row] = 1
			pos = int(w.Off + w.Len)
			row++
		}
	}
}
