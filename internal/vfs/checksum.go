package vfs

import (
	"fmt"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns the CRC-32C (Castagnoli polynomial, RFC 3720) of data.
func Checksum(data []byte) uint32 { return crc32.Checksum(data, castagnoli) }

// ExtendChecksum returns the CRC-32C of the bytes that gave sum followed by
// data: for files written in pieces.
func ExtendChecksum(sum uint32, data []byte) uint32 { return crc32.Update(sum, castagnoli, data) }

// ReadChecked reads a whole file of which a manifest says size in bytes and
// CRC-32C. If either differs it returns a *CorruptError and no data.
func ReadChecked(fs FS, name string, size int64, sum uint32) ([]byte, error) {
	data, err := ReadFile(fs, name)
	if err != nil {
		return nil, err
	}
	const advice = "Restore the file from a copy, or start from an older checkpoint."
	if int64(len(data)) != size {
		return nil, &CorruptError{Path: name, Offset: -1, Advice: advice,
			Reason: fmt.Sprintf("it has %d bytes, its manifest says %d", len(data), size)}
	}
	if found := Checksum(data); found != sum {
		return nil, &CorruptError{Path: name, Offset: -1, Advice: advice,
			Reason: fmt.Sprintf("its CRC32C is %08x, its manifest says %08x", found, sum)}
	}
	return data, nil
}
