// Package block is the one form in which a batch of rows leaves memory: in
// spilled runs, shuffle files, deltas and snapshots. docs/formats/block.md
// describes it byte by byte; files of a checkpoint depend on it.
//
// A block holds the rows of one batch column by column, with their hashes if
// they have any, behind a header with lengths and a CRC32C. It does not carry
// its schema: reader and writer agree on that elsewhere. Decoding checks every
// length against the bytes that are there: whatever the bytes, it returns an
// error of kind Corruption or a batch that is safe to read, and takes memory in
// proportion to the block (of a compressed one at most 256 MiB).
package block

import (
	"encoding/binary"
	"hash/crc32"
)

// Codec says how the body of a block is compressed.
type Codec uint8

// The codecs. S2 is faster, Zstd smaller.
const (
	Plain Codec = iota
	S2
	Zstd
)

// HeaderSize is the number of bytes before the body.
const HeaderSize = 20

const (
	magic = "SPB1"
	// maxInflated bounds what a compressed block may become; larger bodies are
	// stored plain.
	maxInflated = 256 << 20
	// maxBody keeps lengths within 32 bits.
	maxBody = 1<<32 - 1 - HeaderSize
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the fixed part: magic, CRC32C of all that follows it, lengths of
// the body as stored and inflated, codec, three zero bytes.
type header struct {
	sum, stored, inflated uint32
	codec                 Codec
}

func (h header) put(b []byte) {
	copy(b, magic)
	binary.LittleEndian.PutUint32(b[4:], h.sum)
	binary.LittleEndian.PutUint32(b[8:], h.stored)
	binary.LittleEndian.PutUint32(b[12:], h.inflated)
	binary.LittleEndian.PutUint32(b[16:], uint32(h.codec))
}

func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < HeaderSize || string(b[:4]) != magic {
		return h, false
	}
	h.sum = binary.LittleEndian.Uint32(b[4:])
	h.stored = binary.LittleEndian.Uint32(b[8:])
	h.inflated = binary.LittleEndian.Uint32(b[12:])
	codec := binary.LittleEndian.Uint32(b[16:])
	h.codec = Codec(codec)
	switch {
	case codec > uint32(Zstd):
		return h, false
	case codec == uint32(Plain):
		return h, h.stored == h.inflated
	}
	return h, h.inflated <= maxInflated
}
