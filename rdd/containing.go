package rdd

import (
	"strings"
	"unsafe"

	"github.com/spatestream/spate/internal/find"
)

// Containing returns a function for Filter that reports whether a text contains
// part: what strings.Contains says, more than twice as fast where part is rare. It
// is safe for concurrent use.
func Containing(part string) func(text string) bool {
	if len(part) < 2 {
		return func(text string) bool { return strings.Contains(text, part) }
	}
	sought := []byte(part)
	return func(text string) bool {
		return find.Text(unsafe.Slice(unsafe.StringData(text), len(text)), 0, sought) >= 0
	}
}
