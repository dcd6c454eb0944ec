package rdd

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// AppendFields appends the words of line to dst: what strings.Fields gives,
// for AppendMap. The words share the line's memory.
func AppendFields(dst []string, line string) []string {
	start, i := 0, 0
	data := unsafe.Slice(unsafe.StringData(line), len(line))
	for ; i+8 <= len(data); i += 8 {
		blanks, plain := blanksOf(binary.LittleEndian.Uint64(data[i:]))
		if !plain {
			return append(dst, strings.Fields(line[start:])...)
		}
		for ; blanks != 0; blanks &= blanks - 1 {
			dst, start = appendWord(dst, line, start, i+bits.TrailingZeros64(blanks)>>3)
		}
	}
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case c == ' ':
			dst, start = appendWord(dst, line, start, i)
		case c < ' ' || c >= utf8.RuneSelf:
			return append(dst, strings.Fields(line[start:])...)
		}
	}
	dst, _ = appendWord(dst, line, start, len(line))
	return dst
}

// appendWord appends what lies before a blank, and returns where the next word
// may start.
func appendWord(dst []string, line string, start, blank int) ([]string, int) {
	if blank > start {
		dst = append(dst, line[start:blank])
	}
	return dst, blank + 1
}

// blanksOf sets the highest bit of every byte of x that is a blank. It is not
// plain when a byte is no ASCII or is a control character, some of which are
// white space, too.
func blanksOf(x uint64) (blanks uint64, plain bool) {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	notBelow := x + (0x80-' ')*ones   // of ASCII, carries nothing
	notBlank := x + (0x80-' '-1)*ones // likewise
	return ^notBlank & highs, (x|^notBelow)&highs == 0
}
