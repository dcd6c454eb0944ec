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
	row, pos := 0, int(views[0].Off)
	for {
		at := indexWords(block, pos, part)
		if at < 0 {
			break
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
	pos = max(pos, len(block)-len(part)-2*8) // what indexWords leaves out
	for ; row < len(views); row++ {
		w := views[row]
		if from := max(int(w.Off), pos); from < int(w.Off+w.Len) && bytes.Contains(block[from:w.Off+w.Len], part) {
			dst[row] = 1
		}
	}
}

// indexWords returns where part stands in block from pos on, -1 if it does not
// or only in the last len(part)+15 bytes, which are too few for words. It tests
// sixteen places at a time for the first and the last byte of part.
func indexWords(block []byte, pos int, part []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	first, last := uint64(part[0])*ones, uint64(part[len(part)-1])*ones
	span := len(part) - 1
	for ; pos+span+16 <= len(block); pos += 16 {
		a, z := block[pos:pos+16], block[pos+span:pos+span+16]
		x := binary.LittleEndian.Uint64(a) ^ first | binary.LittleEndian.Uint64(z) ^ last
		y := binary.LittleEndian.Uint64(a[8:]) ^ first | binary.LittleEndian.Uint64(z[8:]) ^ last
		// The high bit of every byte that is zero, and of some that are not.
		mx, my := (x-ones)&^x&highs, (y-ones)&^y&highs
		if mx|my == 0 {
			continue
		}
		for ; mx != 0; mx &= mx - 1 {
			if at := pos + bits.TrailingZeros64(mx)>>3; bytes.HasPrefix(block[at:], part) {
				return at
			}
		}
		for ; my != 0; my &= my - 1 {
			if at := pos + 8 + bits.TrailingZeros64(my)>>3; bytes.HasPrefix(block[at:], part) {
				return at
			}
		}
	}
	return -1
}
