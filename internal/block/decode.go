package block

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Decoder reads blocks. It keeps buffers and belongs to one goroutine.
type Decoder struct {
	name string // of the file, for errors
	body []byte
	zstd *zstd.Decoder
}

// NewDecoder returns a decoder whose errors name the file.
func NewDecoder(name string) *Decoder { return &Decoder{name: name} }

// Close releases what decompression holds.
func (d *Decoder) Close() {
	if d.zstd != nil {
		d.zstd.Close()
	}
}

// Size returns the length of the block that begins with these HeaderSize
// bytes, header included.
func (d *Decoder) Size(head []byte) (int64, error) {
	h, ok := parseHeader(head)
	if !ok {
		return 0, d.corrupt("no block header")
	}
	return HeaderSize + int64(h.stored), nil
}

// Decode replaces the rows of b, a batch of the schema that was written, by
// those of the block at the start of data, and returns the block's length.
// Nothing of data is kept.
func (d *Decoder) Decode(data []byte, b *columnar.Batch) (n int, err error) {
	body, n, err := d.Body(data)
	if err != nil {
		return 0, err
	}
	r := reader{rest: body}
	r.batch(b)
	if r.bad || len(r.rest) > 0 {
		b.Reset()
		return 0, d.corrupt("a block does not fit its schema")
	}
	return n, nil
}

// Body returns the body of the block at the start of data, borrowed until the
// next call and from data, and the block's length.
func (d *Decoder) Body(data []byte) (body []byte, n int, err error) {
	h, ok := parseHeader(data)
	if !ok || uint64(len(data)-HeaderSize) < uint64(h.stored) {
		return nil, 0, d.corrupt("no block header, or a block cut short")
	}
	n = HeaderSize + int(h.stored)
	if crc32.Checksum(data[8:n], castagnoli) != h.sum {
		return nil, 0, d.corrupt("a block fails its checksum")
	}
	body, err = d.inflate(data[HeaderSize:n], h)
	return body, n, err
}

func (d *Decoder) corrupt(what string) error { return sparkerr.Corrupt(d.name, "%s", what) }

func (d *Decoder) inflate(stored []byte, h header) (body []byte, err error) {
	switch h.codec {
	case Plain:
		return stored, nil
	case S2:
		if n, err := s2.DecodedLen(stored); err != nil || n != int(h.inflated) {
			return nil, d.corrupt("a compressed block has another length than it says")
		}
		body, err = s2.Decode(d.body[:cap(d.body)], stored)
	case Zstd:
		if d.zstd == nil {
			d.zstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxInflated))
		}
		body, err = d.zstd.DecodeAll(stored, d.body[:0])
	}
	if err != nil || len(body) != int(h.inflated) {
		return nil, d.corrupt("a compressed block cannot be read")
	}
	d.body = body
	return body, nil
}

// reader takes a body apart. After anything that does not fit, bad is set and
// it reads nothing more.
type reader struct {
	rest []byte
	bad  bool
}

// take returns the next n bytes, or nil if they are not there.
func (r *reader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.rest)) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// flag reads a byte that is 0 or 1.
func (r *reader) flag() bool {
	b := r.take(1)
	if b == nil || b[0] > 1 {
		r.bad = true
		return false
	}
	return b[0] == 1
}

func (r *reader) batch(b *columnar.Batch) {
	head := r.take(4)
	if r.bad {
		return
	}
	n := uint64(binary.LittleEndian.Uint32(head))
	hash := b.Hash[:0]
	b.Resize(0)
	if r.flag() {
		b.Hash = r.words(hash, n)
	}
	for _, c := range b.Cols {
		r.column(c, n)
	}
	b.Len = int(n)
}

func (r *reader) words(dst []uint32, n uint64) []uint32 {
	from := r.take(4 * n)
	if r.bad {
		return nil
	}
	for ; len(from) > 0; from = from[4:] {
		dst = append(dst, binary.LittleEndian.Uint32(from))
	}
	if dst == nil {
		dst = []uint32{}
	}
	return dst
}

func (r *reader) column(v *columnar.Vector, n uint64) {
	var valid columnar.Bitmap
	if r.flag() {
		valid = r.bitmap(n)
	}
	if r.bad {
		return
	}
	switch v.Type.Kind() {
	case sqltype.KindNull:
		v.Resize(int(n))
	case sqltype.KindString, sqltype.KindBinary:
		if end, ok := r.views(v, n); ok {
			v.Bytes = append(v.Bytes, r.take(end)...)
		}
	case sqltype.KindArray, sqltype.KindMap:
		if end, ok := r.views(v, n); ok {
			for _, c := range v.Child {
				r.column(c, end)
			}
		}
	case sqltype.KindStruct:
		for _, c := range v.Child {
			r.column(c, n)
		}
		v.Len, v.Const, v.Dict = int(n), false, nil
	default:
		r.fixed(v, n)
	}
	v.Valid = valid
}

func (r *reader) fixed(v *columnar.Vector, n uint64) {
	from := r.take(n * uint64(sqltype.Width(v.Type)))
	if r.bad {
		return
	}
	v.Resize(int(n))
	copy(v.Data, from)
	if v.Type.Kind() == sqltype.KindBoolean {
		for i := range v.Data {
			v.Data[i] &= 1
		}
	}
}

// views reads lengths and lays the views one behind the other.
func (r *reader) views(v *columnar.Vector, n uint64) (end uint64, ok bool) {
	from := r.take(4 * n)
	if r.bad {
		return 0, false
	}
	v.Resize(int(n))
	for i := range v.Views {
		l := binary.LittleEndian.Uint32(from[4*i:])
		if end+uint64(l) > math.MaxUint32 {
			r.bad = true
			return 0, false
		}
		v.Views[i] = columnar.View{Off: uint32(end), Len: l}
		end += uint64(l)
	}
	return end, true
}

func (r *reader) bitmap(n uint64) columnar.Bitmap {
	from := r.take((n + 7) / 8)
	if r.bad {
		return nil
	}
	b := columnar.NewBitmap(int(n))
	for i, x := range from {
		b[i>>3] |= uint64(x) << (i & 7 * 8)
	}
	return b
}

// Reader reads the blocks of a file one after another.
type Reader struct {
	d    *Decoder
	from io.ReaderAt
	at   int64
	end  int64
	buf  []byte
}

// NewReader returns a reader of the blocks in [at, end) of a file, whose name
// is for errors.
func NewReader(from io.ReaderAt, at, end int64, name string) *Reader {
	return &Reader{d: NewDecoder(name), from: from, at: at, end: end}
}

// Next replaces the rows of b by those of the next block, or returns io.EOF.
func (r *Reader) Next(b *columnar.Batch) error {
	data, err := r.block()
	if err != nil {
		return err
	}
	n, err := r.d.Decode(data, b)
	r.at += int64(n)
	return err
}

// NextBody returns the body of the next block, borrowed until the next call, or
// io.EOF.
func (r *Reader) NextBody() ([]byte, error) {
	data, err := r.block()
	if err != nil {
		return nil, err
	}
	body, n, err := r.d.Body(data)
	r.at += int64(n)
	return body, err
}

// block reads the next block without going on.
func (r *Reader) block() ([]byte, error) {
	if r.at == r.end {
		return nil, io.EOF
	}
	head, err := r.read(HeaderSize)
	if err != nil {
		return nil, err
	}
	size, err := r.d.Size(head)
	if err != nil {
		return nil, err
	}
	return r.read(size)
}

// read returns the next n bytes without going on.
func (r *Reader) read(n int64) ([]byte, error) {
	if n > r.end-r.at {
		return nil, r.d.corrupt("the last block is cut short")
	}
	if int64(cap(r.buf)) < n {
		r.buf = make([]byte, max(n, 64<<10))
	}
	got, err := r.from.ReadAt(r.buf[:n], r.at)
	if int64(got) < n && err == io.EOF {
		return nil, r.d.corrupt("the file is cut short")
	}
	if int64(got) < n {
		return nil, err
	}
	return r.buf[:n], nil
}

// Close releases what decompression holds; the file stays open.
func (r *Reader) Close() { r.d.Close() }
