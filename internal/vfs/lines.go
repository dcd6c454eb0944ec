package vfs

import (
	"bytes"
	"fmt"
	"strconv"
)

// A log file in Spark's form is a version line and lines of JSON. Its checksum
// stands in it as one more member of the first object, which Spark skips:
// ,"crc32c":"xxxxxxxx"} ends the second line, and the sum is that of the file
// without it.
const (
	sumMember = `,"crc32c":"`
	sumBytes  = len(sumMember) + 8 + len(`"`)
)

// WithChecksum returns lines, whose second must be a JSON object with members,
// with their checksum in it. What has no such line is returned as it is.
func WithChecksum(lines []byte) []byte {
	at := firstObjectEnd(lines)
	if at < 0 {
		return lines
	}
	out := make([]byte, 0, len(lines)+sumBytes)
	out = append(out, lines[:at]...)
	out = fmt.Appendf(out, `%s%08x"`, sumMember, Checksum(lines))
	return append(out, lines[at:]...)
}

// CheckLines returns lines without the checksum that WithChecksum put there, or
// an error if it does not match. Lines without one pass: they are Spark's.
func CheckLines(lines []byte) ([]byte, error) {
	if !HasChecksum(lines) {
		return lines, nil
	}
	end := firstObjectEnd(lines)
	at := end - sumBytes
	sum, err := strconv.ParseUint(string(lines[end-9:end-1]), 16, 32)
	out := append(bytes.Clone(lines[:at]), lines[end:]...)
	if err != nil || Checksum(out) != uint32(sum) {
		return nil, fmt.Errorf("the checksum in the file does not match its content")
	}
	return out, nil
}

// HasChecksum reports whether lines hold a checksum, right or wrong.
func HasChecksum(lines []byte) bool {
	end := firstObjectEnd(lines)
	at := end - sumBytes
	return at >= 0 && bytes.HasPrefix(lines[at:end], []byte(sumMember)) && lines[end-1] == '"'
}

// firstObjectEnd returns where the second line's closing brace is, -1 if it
// ends in none.
func firstObjectEnd(lines []byte) int {
	_, rest, ok := bytes.Cut(lines, []byte{'\n'})
	line, _, _ := bytes.Cut(rest, []byte{'\n'})
	if !ok || len(line) < 3 || line[len(line)-1] != '}' {
		return -1
	}
	return len(lines) - len(rest) + len(line) - 1
}
