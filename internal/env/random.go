package env

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

// RandomSeed draws a seed from this machine's randomness: what an Env is made
// with outside tests.
func RandomSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}

// RandomID draws a UUID (RFC 9562, version 4).
func RandomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
