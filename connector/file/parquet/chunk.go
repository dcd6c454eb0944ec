package parquet

import (
	"encoding/binary"
	"unsafe"

	"github.com/apache/arrow-go/v18/parquet"
	pq "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// chunk reads a column that is neither nested nor repeated from the pages of
// one row group, straight into vectors. Text of dictionary pages stays a
// dictionary; text of plain pages stays where the page was decompressed to,
// unless a batch needs two pages.
//
// Encodings: PLAIN, the dictionaries, RLE of booleans, differences (expanded to
// plain values a page at a time). Chunks of others are read by leaf alone.
type chunk struct {
	leaf  *leaf // how values of the file become those of the vector
	pages pq.PageReader
	pool  *pages
	width int  // bytes of a value of the vector; 0: text
	same  bool // values of the file are those of the vector, byte by byte
	wide  bool // decimals of 32 bits, which 64 bits of the vector hold

	left     int    // values of the page at hand, nulls included
	body     []byte // of plain values
	at       int    // next plain value in body; of booleans in bits
	coded    bool   // the page holds codes of dict
	runs     bool   // booleans as runs
	levels   hybrid
	values   hybrid
	dict     *columnar.Vector // fresh for every chunk, so that its address names it
	marks    columnar.Bitmap  // validity of the batch
	codes    []int32
	text     []byte // of a batch that needs two pages
	conv     *columnar.Vector
	optional bool

	// Scratch memory of pages of differences.
	deltas, prefixes []int64
	plainForm        []byte
}

// simple reports whether the chunk has none but the encodings that chunk reads.
func simple(m *metadata.ColumnChunkMetaData) bool {
	for _, e := range m.Encodings() {
		switch e {
		case parquet.Encodings.Plain, parquet.Encodings.PlainDict, parquet.Encodings.RLEDict, parquet.Encodings.RLE, parquet.Encodings.BitPacked,
			parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray:
		default:
			return false
		}
	}
	return m.CryptoMetadata() == nil
}

// newChunk returns the reader for a leaf of at most one level, nil if its kind
// has none.
func newChunk(l *leaf, pool *pages) *chunk {
	if l.maxRep > 0 || l.maxDef > 1 || l.to == nil {
		return nil
	}
	c := &chunk{leaf: l, pool: pool, optional: l.maxDef == 1, conv: columnar.New(l.to)}
	k := l.to.Kind()
	if text := k == sqltype.KindString || k == sqltype.KindBinary; !text {
		c.width = sqltype.Width(l.to)
	}
	switch l.physical {
	case parquet.Types.Int32:
		c.same = k == sqltype.KindInt || k == sqltype.KindDate || k == sqltype.KindYearMonth
		c.wide = k == sqltype.KindDecimal && c.width == 8 && l.sameDecimal()
	case parquet.Types.Int64:
		c.same = k == sqltype.KindLong || k == sqltype.KindDayTime || k == sqltype.KindDecimal && c.width == 8 && l.sameDecimal() ||
			(k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ) && l.scaleUp == 1 && l.scaleDown == 1
	case parquet.Types.Float:
		c.same = k == sqltype.KindFloat
	case parquet.Types.Double:
		c.same = true
	}
	return c
}

// sameDecimal reports whether unscaled values need no change.
func (l *leaf) sameDecimal() bool {
	t := l.to.(sqltype.Decimal)
	return l.dec.Precision > 0 && int(l.dec.Scale) == t.Scale
}

// open begins a row group. The dictionary of the last one may still be lent.
func (c *chunk) open(g *pq.RowGroupReader) (err error) {
	c.left, c.dict, c.body = 0, nil, nil
	c.pages, err = g.GetColumnPageReader(c.leaf.index)
	return err
}

// close gives the memory of a row group back; no batch of it is lent any more.
func (c *chunk) close() {
	if c.pages == nil {
		return
	}
	_ = c.pages.Close() // frees buffers, and cannot fail
	if c.dict != nil && c.width == 0 {
		views := c.dict.Views
		c.pool.views.Put(&views)
	}
	c.pages, c.dict = nil, nil
}

// rows replaces the content of v by the next n rows.
func (c *chunk) rows(v *columnar.Vector, n int) error {
	v.Resize(n)
	if c.optional {
		c.marks = resized(c.marks, (n+63)/64)
		clear(c.marks)
	}
	valid := 0
	for at := 0; at < n; {
		if err := c.page(); err != nil {
			return err
		}
		k := min(n-at, c.left)
		ones := k
		if c.optional {
			var err error
			if ones, err = c.levels.marks(c.marks, at, k); err != nil {
				return err
			}
		}
		if err := c.part(v, at, k, ones); err != nil {
			return err
		}
		at, valid, c.left = at+k, valid+ones, c.left-k
	}
	if v.Valid = nil; valid < n {
		v.Valid = c.marks
	}
	return nil
}

// part fills the rows [at, at+k) of v, of which ones are not null.
func (c *chunk) part(v *columnar.Vector, at, k, ones int) error {
	if c.width == 0 {
		return c.texts(v, at, k, ones)
	}
	w := c.width
	dst := v.Data[at*w : (at+ones)*w]
	if err := c.fixed(dst, ones); err != nil || ones == k {
		return err
	}
	switch w {
	case 1:
		spread(columnar.Slice[uint8](v)[at:], c.marks, at, k, ones)
	case 2:
		spread(columnar.Slice[uint16](v)[at:], c.marks, at, k, ones)
	case 4:
		spread(columnar.Slice[uint32](v)[at:], c.marks, at, k, ones)
	case 8:
		spread(columnar.Slice[uint64](v)[at:], c.marks, at, k, ones)
	default:
		spread(columnar.Slice[[2]uint64](v)[at:], c.marks, at, k, ones)
	}
	return nil
}

// spread moves the first ones values of s to the places, of the first k, whose
// bits from at on are set. Others get some value.
func spread[T any](s []T, marks columnar.Bitmap, at, k, ones int) {
	i := k - 1
	for ; i >= 0 && ones > 0; i-- {
		s[i] = s[ones-1]
		ones -= int(marks.Bit(at + i))
	}
	clear(s[:i+1])
}

// fixed decodes the next n values into dst.
func (c *chunk) fixed(dst []byte, n int) error {
	if !c.coded {
		return c.plain(dst, n)
	}
	c.codes = resized(c.codes, n)
	if err := c.code(c.codes); err != nil || n == 0 {
		return err
	}
	switch c.width {
	case 1:
		pick(dst, columnar.Slice[uint8](c.dict), c.codes)
	case 2:
		pick(dst, columnar.Slice[uint16](c.dict), c.codes)
	case 4:
		pick(dst, columnar.Slice[uint32](c.dict), c.codes)
	case 8:
		pick(dst, columnar.Slice[uint64](c.dict), c.codes)
	default:
		pick(dst, columnar.Slice[[2]uint64](c.dict), c.codes)
	}
	return nil
}

func pick[T any](dst []byte, dict []T, codes []int32) {
	out := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(dst))), len(codes))
	for i, k := range codes {
		out[i] = dict[k]
	}
}

// code fills dst with the next codes, all of them in the dictionary.
func (c *chunk) code(dst []int32) error {
	if err := c.values.codes(dst); err != nil {
		return err
	}
	most := uint32(0)
	for _, k := range dst {
		most = max(most, uint32(k))
	}
	if len(dst) > 0 && (c.dict == nil || most >= uint32(c.dict.Len)) {
		return errCode
	}
	return nil
}

// plain decodes the next n values of the body into dst.
func (c *chunk) plain(dst []byte, n int) error {
	if c.leaf.physical == parquet.Types.Boolean {
		return c.booleans(dst, n)
	}
	if c.same {
		return c.bytes(dst)
	}
	if c.wide {
		return c.widen(dst, n)
	}
	for n > 0 {
		k := min(n, window)
		if err := c.convert(k); err != nil {
			return err
		}
		copy(dst, c.conv.Data[:k*c.width])
		dst, n = dst[k*c.width:], n-k
	}
	return nil
}

// bytes copies the next bytes of the body.
func (c *chunk) bytes(dst []byte) error {
	if len(dst) > len(c.body)-c.at {
		return errShort
	}
	c.at += copy(dst, c.body[c.at:])
	return nil
}

func (c *chunk) widen(dst []byte, n int) error {
	if 4*n > len(c.body)-c.at {
		return errShort
	}
	src := c.body[c.at:][:4*n]
	out := unsafe.Slice((*int64)(unsafe.Pointer(unsafe.SliceData(dst))), n)
	for i := range out {
		out[i] = int64(int32(binary.LittleEndian.Uint32(src[4*i:])))
	}
	c.at += 4 * n
	return nil
}

func (c *chunk) booleans(dst []byte, n int) error {
	if c.runs {
		c.codes = resized(c.codes, n)
		if err := c.values.codes(c.codes); err != nil {
			return err
		}
		for i, b := range c.codes {
			dst[i] = byte(b & 1)
		}
		return nil
	}
	if c.at+n > 8*len(c.body) {
		return errShort
	}
	for i := range dst {
		dst[i] = c.body[(c.at+i)>>3] >> ((c.at + i) & 7) & 1
	}
	c.at += n
	return nil
}

// convert puts the next n values of the body into conv, as the leaf does.
func (c *chunk) convert(n int) (err error) {
	l := c.leaf
	l.value = 0
	c.conv.Resize(0)
	switch l.physical {
	case parquet.Types.Int32:
		l.i32, err = load(c, l.i32, n)
	case parquet.Types.Int64:
		l.i64, err = load(c, l.i64, n)
	case parquet.Types.Int96:
		l.i96, err = load(c, l.i96, n)
	case parquet.Types.Float:
		l.f32, err = load(c, l.f32, n)
	case parquet.Types.ByteArray:
		l.bytes = resized(l.bytes, n)
		for i := range l.bytes {
			if l.bytes[i], err = c.text1(); err != nil {
				return err
			}
		}
	case parquet.Types.FixedLenByteArray:
		l.fixed = resized(l.fixed, n)
		for i := range l.fixed {
			if l.length > len(c.body)-c.at {
				return errShort
			}
			l.fixed[i] = c.body[c.at : c.at+l.length]
			c.at += l.length
		}
	}
	if err != nil {
		return err
	}
	return l.values(c.conv, n)
}

// load copies the next n values of the body.
func load[T any](c *chunk, buf []T, n int) ([]T, error) {
	buf = resized(buf, n)
	var zero T
	return buf, c.bytes(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(buf))), n*int(unsafe.Sizeof(zero))))
}

// text1 cuts the next byte array off the body.
func (c *chunk) text1() ([]byte, error) {
	if len(c.body)-c.at < 4 {
		return nil, errShort
	}
	n := int(binary.LittleEndian.Uint32(c.body[c.at:]))
	if c.at += 4; n > len(c.body)-c.at {
		return nil, errShort
	}
	c.at += n
	return c.body[c.at-n : c.at], nil
}

func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, max(n, 2*cap(s)))
	}
	return s[:n]
}
