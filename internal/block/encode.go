package block

import (
	"encoding/binary"
	"hash/crc32"
	"unsafe"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Encoder writes blocks. It keeps buffers and belongs to one goroutine.
type Encoder struct {
	codec Codec
	flat  *columnar.Batch
	body  []byte
	zstd  *zstd.Encoder
}

// NewEncoder returns an encoder that compresses by the codec where that makes
// a block smaller.
func NewEncoder(c Codec) *Encoder { return &Encoder{codec: c} }

// Append appends the selected rows of b, in any form, as one block to dst. It
// fails only for bodies of 4 GiB and more.
func (e *Encoder) Append(dst []byte, b *columnar.Batch) ([]byte, error) {
	b = e.flatten(b)
	if e.codec == Plain {
		at := len(dst)
		dst = append(dst, make([]byte, HeaderSize)...)
		dst = appendBody(dst, b)
		return e.finish(dst, at, len(dst)-at-HeaderSize, Plain)
	}
	e.body = appendBody(e.body[:0], b)
	return e.compress(dst, e.body)
}

// AppendBody appends the selected rows of b as the body of a block, for AppendBytes
// to make one of it.
func (e *Encoder) AppendBody(dst []byte, b *columnar.Batch) []byte {
	return appendBody(dst, e.flatten(b))
}

// AppendBytes appends a body of the caller's own form as one block to dst;
// Decoder.Body gives it back. It fails only for bodies of 4 GiB and more.
func (e *Encoder) AppendBytes(dst, body []byte) ([]byte, error) { return e.compress(dst, body) }

// flatten returns b itself if it is flat and all selected, else a copy.
func (e *Encoder) flatten(b *columnar.Batch) *columnar.Batch {
	ok := b.Sel == nil
	for _, c := range b.Cols {
		ok = ok && isFlat(c)
	}
	if ok {
		return b
	}
	if e.flat == nil || len(e.flat.Cols) != len(b.Cols) || e.flat.Schema != b.Schema {
		e.flat = columnar.NewBatch(b.Schema)
	}
	e.flat.Reset()
	e.flat.AppendBatch(b)
	if b.Hash != nil && e.flat.Hash == nil { // no rows
		e.flat.Hash = b.Hash[:0]
	}
	return e.flat
}

func isFlat(v *columnar.Vector) bool {
	ok := !v.Const && v.Dict == nil
	for _, c := range v.Child {
		ok = ok && isFlat(c)
	}
	return ok
}

func (e *Encoder) compress(dst, body []byte) ([]byte, error) {
	at := len(dst)
	dst = append(dst, make([]byte, HeaderSize)...)
	if e.codec != Plain && len(body) <= maxInflated {
		dst = e.deflate(dst, body)
	}
	if packed := len(dst) - at - HeaderSize; packed > 0 && packed < len(body) {
		return e.finish(dst, at, len(body), e.codec)
	}
	dst = append(dst[:at+HeaderSize], body...)
	return e.finish(dst, at, len(body), Plain)
}

func (e *Encoder) deflate(dst, body []byte) []byte {
	if e.codec == S2 {
		at, room := len(dst), s2.MaxEncodedLen(len(body))
		dst = append(dst, make([]byte, room)...)
		return dst[:at+len(s2.Encode(dst[at:], body))]
	}
	if e.zstd == nil {
		e.zstd, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	}
	return e.zstd.EncodeAll(body, dst)
}

// finish fills in the header of the block that begins at at.
func (e *Encoder) finish(dst []byte, at, inflated int, c Codec) ([]byte, error) {
	stored := len(dst) - at - HeaderSize
	if stored > maxBody || inflated > maxBody {
		return dst[:at], sparkerr.New("UNABLE_TO_ACQUIRE_MEMORY", "a batch of rows takes more than 4 GiB; a value in it has grown too large")
	}
	h := header{stored: uint32(stored), inflated: uint32(inflated), codec: c}
	h.put(dst[at:])
	h.sum = crc32.Checksum(dst[at+8:], castagnoli)
	h.put(dst[at:])
	return dst, nil
}

func appendBody(dst []byte, b *columnar.Batch) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(b.Len))
	if b.Hash == nil {
		dst = append(dst, 0)
	} else {
		dst = append(dst, 1)
		dst = appendWords(dst, b.Hash[:b.Len])
	}
	for _, c := range b.Cols {
		dst = appendColumn(dst, c, b.Len)
	}
	return dst
}

func appendColumn(dst []byte, v *columnar.Vector, n int) []byte {
	if v.Valid == nil || v.Type.Kind() == sqltype.KindNull {
		dst = append(dst, 0)
	} else {
		dst = append(dst, 1)
		dst = appendBitmap(dst, v.Valid, n)
	}
	switch v.Type.Kind() {
	case sqltype.KindNull:
		return dst
	case sqltype.KindString, sqltype.KindBinary:
		return appendText(dst, v, n)
	case sqltype.KindArray, sqltype.KindMap:
		return appendLists(dst, v, n)
	case sqltype.KindStruct:
		for _, c := range v.Child {
			dst = appendColumn(dst, c, n)
		}
		return dst
	}
	return append(dst, v.Data[:n*sqltype.Width(v.Type)]...)
}

// appendBitmap writes ceil(n/8) bytes, bits beyond n zero.
func appendBitmap(dst []byte, b columnar.Bitmap, n int) []byte {
	at := len(dst)
	for _, w := range b[:(n+63)/64] {
		dst = binary.LittleEndian.AppendUint64(dst, w)
	}
	dst = dst[:at+(n+7)/8]
	if n&7 != 0 {
		dst[len(dst)-1] &= 1<<(n&7) - 1
	}
	return dst
}

// lengthOf returns the length of row i, 0 if it is null.
func lengthOf(v *columnar.Vector, i int) uint32 {
	if v.Valid != nil && !v.Valid.Get(i) {
		return 0
	}
	return v.Views[i].Len
}

func appendLengths(dst []byte, v *columnar.Vector, n int) []byte {
	for i := range n {
		dst = binary.LittleEndian.AppendUint32(dst, lengthOf(v, i))
	}
	return dst
}

func appendText(dst []byte, v *columnar.Vector, n int) []byte {
	dst = appendLengths(dst, v, n)
	if total, ok := packed(v, n); ok {
		return append(dst, v.Bytes[:total]...)
	}
	for i := range n {
		off := v.Views[i].Off
		dst = append(dst, v.Bytes[off:off+lengthOf(v, i)]...)
	}
	return dst
}

// packed reports whether the views lie one behind the other from 0 on, and
// where the last one ends.
func packed(v *columnar.Vector, n int) (end uint32, ok bool) {
	for i := range n {
		if l := lengthOf(v, i); l > 0 {
			if v.Views[i].Off != end {
				return 0, false
			}
			end += l
		}
	}
	return end, true
}

func appendLists(dst []byte, v *columnar.Vector, n int) []byte {
	if _, ok := packed(v, n); !ok {
		c := columnar.New(v.Type)
		for i := range n {
			c.AppendFrom(v, i)
		}
		v = c
	}
	dst = appendLengths(dst, v, n)
	end, _ := packed(v, n)
	for _, c := range v.Child {
		dst = appendColumn(dst, c, int(end))
	}
	return dst
}

// appendWords writes numbers as they lie in memory, little-endian.
func appendWords(dst []byte, s []uint32) []byte {
	if len(s) == 0 {
		return dst
	}
	return append(dst, unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), 4*len(s))...)
}
