package json

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// look is what the last object of a struct looked like: the bet is that the
// next one looks the same. Every byte is compared or checked: equal bytes are
// equal tokens, and a value is read by its own grammar. What does not hold
// costs a look-up by name.
type look struct {
	likely []expected // fields in order
	count  int        // how many of them the last object had
	covers bool       // these are all that are wanted
}

// expected is what a field of the last object looked like: the text from the
// end of the value before it to its own value, and how long that was.
type expected struct {
	lead  string // empty: none is known
	field int    // -1: not wanted
	size  int    // bytes of its last plain string
	same  uint8  // how many more in a row had that size, up to sure
	// lead as words: the first, the one at mid, the last (at end), if it is not
	// longer than maxLead; of one shorter than a word they are the same under a
	// mask.
	w0, w1, w2, mask uint64
	mid, end         int
	quick            bool // the words are there
}

// Bounds of what is remembered of a record.
const (
	maxLead      = 24           // bytes before a value, to be compared by words
	maxShapeText = 256          // bytes before a value
	maxShape     = 1024         // fields
	slack        = maxLead + 16 // a quote and a word after a lead, too
	// sure is after how many strings of one size the next is tried with that
	// size: then where it ends need not be waited for. A few would make a lost bet
	// of every other text that is one of three.
	sure = 8
)

// word is the eight bytes of buf at i, which the caller knows to be there.
func word(buf []byte, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(buf)), i))[:])
}

// is reports whether buf has the lead, of which there are words, at i: slack
// bytes are there.
func (e *expected) is(buf []byte, i int) bool {
	return ((word(buf, i)^e.w0)|(word(buf, i+e.mid)^e.w1)|(word(buf, i+e.end)^e.w2))&e.mask == 0
}

// isLong is is without words.
func (e *expected) isLong(buf []byte, i int) bool {
	return !e.quick && len(e.lead) > 0 && len(e.lead)+slack <= len(buf)-i && string(buf[i:i+len(e.lead)]) == e.lead
}

func (e *expected) words() {
	n := len(e.lead)
	if e.quick = n > 0 && n <= maxLead; !e.quick {
		return
	}
	var b [maxLead]byte
	copy(b[:], e.lead)
	e.mask = ^uint64(0)
	if n < 8 {
		e.mask = 1<<(8*n) - 1
	}
	e.end = max(n-8, 0)
	e.mid = min(8, e.end)
	e.w0, e.w1, e.w2 = word(b[:], 0), word(b[:], e.mid), word(b[:], e.end)
}

// expect notes the i-th field of an object: its lead and ordinal.
func (n *node) expect(i int, text []byte, k int) {
	if i > len(n.likely) || i >= maxShape {
		return
	}
	if i == len(n.likely) {
		n.likely = append(n.likely, expected{})
	}
	if len(text) > maxShapeText {
		text = nil
	}
	n.likely[i] = expected{lead: string(text), field: k}
	n.likely[i].words()
	n.count = 0
}

// counted notes how many fields an object had.
func (n *node) counted(count int) {
	if n.count == count {
		return
	}
	n.count = count
	seen := make([]bool, len(n.fields))
	for _, e := range n.likely[:min(count, len(n.likely))] {
		if e.field >= 0 {
			seen[e.field] = true
		}
	}
	n.covers = count <= len(n.likely)
	for i, f := range n.fields {
		n.covers = n.covers && (f == nil || seen[i])
	}
}

// sized notes the size of a plain string.
func (e *expected) sized(n int) {
	switch {
	case n != e.size:
		e.size, e.same = n, 0
	case e.same < sure:
		e.same++
	}
}

// member reads up to the value of the i-th field of an object and returns the
// field's ordinal, -1 if it is not wanted; or the object's end (more is false).
func (d *Decoder) member(n *node, i int) (k int, more, ok bool) {
	if i < len(n.likely) {
		e := &n.likely[i]
		if l := len(e.lead); l > 0 && d.end-d.pos >= l && string(d.buf[d.pos:d.pos+l]) == e.lead {
			d.pos += l
			return e.field, true, true
		}
	}
	start, extra := d.pos, len(d.extra)
	if more, ok = d.item('}', i == 0); !more || !ok {
		return 0, false, ok
	}
	off, length, ok := d.key()
	if !ok {
		return 0, false, false
	}
	k = -1
	if x, found := n.names[string(d.at(off, length))]; found && n.fields[x] != nil {
		k = x
	}
	d.extra = d.extra[:extra]
	d.peek()
	n.expect(i, d.buf[start:d.pos], k)
	return k, true, true
}

// alike reads fields of an object from the i-th on as long as they begin as in
// the last object and have simple values, and returns the number of the first
// that does not. It does nothing that member and value would not do, faster: a
// string is tried with the size that the field's last ones had, and then
// checked by words. It never passes a line end that is not part of a lead,
// whatever d.end is, unless strings may hold one.
func (d *Decoder) alike(n *node, i, row int) (int, outcome) {
	buf, pos, end, result := d.buf, d.pos, d.end, good
	for ; i < len(n.likely); i++ {
		e := &n.likely[i]
		if len(buf)-pos < slack || !(e.quick && e.is(buf, pos)) && !e.isLong(buf, pos) {
			break
		}
		var f *node
		if e.field >= 0 {
			if f = n.fields[e.field]; f.out.Len != row {
				break
			}
		}
		lo := pos + len(e.lead)
		if lo >= end {
			break
		}
		if buf[lo] == '"' && (f == nil || f.kind == sqltype.KindString) {
			lo++
			hi := lo + e.size
			if e.same < sure || !plain(buf, lo, hi) {
				if hi = plainEnd(buf, lo); hi >= 0 {
					e.sized(hi - lo)
				}
			}
			if hi >= lo && hi < end {
				if f != nil {
					field.PutView(f.out, lo, hi-lo)
				}
				pos = hi + 1
				continue
			}
			lo--
		}
		r, ok := d.scalar(f, lo)
		if result = max(result, r); r == broken {
			return i, broken
		}
		if !ok {
			break
		}
		pos = d.pos
	}
	d.pos = pos
	return i, result
}

// scalar reads a value at lo that is no object nor array and appends it to f,
// if there is one; false says that it is none and nothing was read.
func (d *Decoder) scalar(f *node, lo int) (outcome, bool) {
	switch c := d.buf[lo]; {
	case c == '"', c == '-', c >= '0' && c <= '9', c == 't', c == 'f', c == 'n':
	default:
		return good, false
	}
	d.pos = lo
	if f == nil {
		return must(d.skip()), true
	}
	if f.kind == sqltype.KindLong {
		if x, n := shortInt(d.buf[:d.end], lo); n > 0 {
			field.Put(f.out, x)
			d.pos += n
			return good, true
		}
	}
	return d.value(f), true
}

// shortInt reads a whole number of 8 to 15 digits, such as an instant, by
// words; n is how many bytes it has, 0 if there is none.
func shortInt(buf []byte, lo int) (x int64, n int) {
	if lo+16 > len(buf) || buf[lo] == '0' {
		return 0, 0
	}
	m := nonDigits(word(buf, lo+8))
	n = 8 + bits.TrailingZeros64(m)>>3
	if n > 15 || nonDigits(word(buf, lo)) != 0 {
		return 0, 0
	}
	if c := buf[lo+n]; c == '.' || c|0x20 == 'e' {
		return 0, 0
	}
	x, _ = field.Int(buf[lo : lo+n])
	return x, n
}

// nonDigits marks, with the high bit of its byte, at least the first byte of
// a word that is no digit.
func nonDigits(w uint64) uint64 {
	w ^= ones * '0'
	return (w | (w&^uint64(highs) + ones*0x76)) & highs
}

// remarkable is special for double quotes: with bit 1 turned over, quotes and
// control characters are what lies below 0x21.
func remarkable(w uint64) uint64 {
	return w | ((w ^ ones*2) - ones*0x21) | ((w ^ ones*'\\') - ones)
}

// plain reports whether [lo, hi) of buf is the whole of a double-quoted string
// of plain characters. Some bytes follow.
func plain(buf []byte, lo, hi int) bool {
	if hi >= len(buf) || buf[hi] != '"' {
		return false
	}
	if hi-lo < 8 {
		return remarkable(word(buf, lo))<<(64-8*(hi-lo))&highs == 0
	}
	m := remarkable(word(buf, hi-8)) // overlaps the word before
	for ; lo < hi-8; lo += 8 {
		m |= remarkable(word(buf, lo))
	}
	return m&highs == 0
}

// plainEnd returns where the quote is that ends the plain string that begins
// at lo, -1 if it is not plain or too near to the end of buf for words. It
// looks at two words at a time, without a branch between them.
func plainEnd(buf []byte, lo int) int {
	for i := lo; i+16 <= len(buf); i += 16 {
		m0 := remarkable(word(buf, i)) & highs
		m1 := remarkable(word(buf, i+8)) & highs
		if m0|m1 == 0 {
			continue
		}
		n := bits.TrailingZeros64(m0) >> 3 // 8 if there is none
		i += n + bits.TrailingZeros64(m1)>>3&-(n>>3)
		if buf[i] == '"' {
			return i
		}
		return -1
	}
	return -1
}

// broken off is a record of which Lines read the first fields.
type begun struct {
	at, pos, field int
	ok             bool
}

// Lines decodes records that are lines of the block, from the one at byte at
// on, as long as they look like the last record, the batch has room, and no
// line is the block's last without an end; it returns where the next line
// begins, for Record to read. Lines must end in \n, or \r\n, and the options
// must not allow line ends in strings (see MayLines): then nothing has to look
// for line ends beforehand.
func (d *Decoder) Lines(at int) int {
	n := d.root
	if !n.covers {
		return at
	}
	d.end = len(d.buf)
	for d.rows < columnar.MaxRows && len(d.buf)-at >= slack && d.buf[at] == '{' {
		d.pos, d.depth, n.out.Len = at+1, 1, d.rows
		i, result := d.alike(n, 0, d.rows)
		if result != good {
			d.undo()
			break
		}
		end := d.recordEnd()
		if i != n.count || end < 0 {
			d.begun = begun{at: at, pos: d.pos, field: i, ok: true}
			break
		}
		if d.corrupt >= 0 {
			d.batch.Cols[d.corrupt].AppendNull()
		}
		d.rows++
		at = end
	}
	return at
}

// recordEnd returns where the line after the record ends that pos is at the
// end of, -1 if the record or the line does not end here.
func (d *Decoder) recordEnd() int {
	rest := d.buf[d.pos:]
	switch {
	case len(rest) >= 2 && rest[0] == '}' && rest[1] == '\n':
		return d.pos + 2
	case len(rest) >= 3 && rest[0] == '}' && rest[1] == '\r' && rest[2] == '\n':
		return d.pos + 3
	}
	return -1
}

// undo drops what was read of a row.
func (d *Decoder) undo() {
	d.root.out.Len = d.rows
	d.root.heal()
}

// ByLines reports whether Lines may be called for records that are the lines
// between separators sep (nil: any line end).
func (o *Options) ByLines(sep []byte) bool {
	return !o.controlChars && (sep == nil || string(sep) == "\n")
}
