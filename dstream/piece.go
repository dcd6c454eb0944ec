package dstream

import (
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/javatext"
)

// piece is rows in the form in which they were received; they become values in
// the task that needs them. It is immutable.
type piece[T any] interface {
	// size is the number of rows.
	size() int
	// each pushes the rows, in slices that are borrowed until emit returns.
	each(emit func([]T) error) error
}

// divisible is a piece that the rate limit may let through in parts.
type divisible[T any] interface {
	piece[T]
	// divide cuts after n rows, 0 < n < size.
	divide(n int) (head, rest divisible[T])
}

// slab is rows as values.
type slab[T any] []T

func (s slab[T]) size() int { return len(s) }

func (s slab[T]) each(emit func([]T) error) error { return emit(s) }

func (s slab[T]) divide(n int) (head, rest divisible[T]) { return s[:n:n], s[n:] }

// lines is a text of whole lines, ended by \n, \r\n or \r, the last one
// perhaps by nothing. The strings made of it share its memory.
type lines struct {
	text string
	n    int
}

func newLines(text string) lines {
	l := lines{text: text, n: strings.Count(text, "\n")}
	switch {
	case strings.IndexByte(text, '\r') >= 0:
		l.n = 0
		for c := cutter(text); ; l.n++ {
			if _, _, ok := c.Next(); !ok {
				break
			}
		}
	case !strings.HasSuffix(text, "\n") && text != "":
		l.n++
	}
	return l
}

// cutter walks over the lines of a text, which it only reads.
func cutter(text string) *file.Cutter {
	c := file.NewCutter(nil)
	c.Reset(unsafe.Slice(unsafe.StringData(text), len(text)))
	return c
}

func (l lines) size() int { return l.n }

func (l lines) bytes() int { return len(l.text) }

// each replaces what is no UTF-8.
func (l lines) each(emit func([]string) error) error {
	text := l.text
	if !utf8.ValidString(text) {
		text = string(javatext.Append(nil, []byte(text)))
	}
	out := make([]string, 0, min(l.n, chunk))
	for c := cutter(text); ; {
		lo, hi, ok := c.Next()
		if !ok {
			return emit(out)
		}
		if out = append(out, text[lo:hi]); len(out) == chunk {
			if err := emit(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
}

const chunk = 1024 // rows that are pushed at a time

func (l lines) divide(n int) (head, rest divisible[string]) {
	c := cutter(l.text)
	at := 0
	for range n + 1 {
		at, _, _ = c.Next()
	}
	return lines{l.text[:at], n}, lines{l.text[at:], l.n - n}
}

// block is the rows of a partition of a batch: in memory, or recovered from
// the write-ahead log, where they stay until needed.
type block[T any] struct {
	pieces []piece[T]
	rows   int64
	weight int64                                // bytes that hold the receiver up, guarded by the input's mu
	index  uint64                               // in the log, if there is one
	load   func(index uint64) (piece[T], error) // nil: it is in memory
}

func newBlock[T any](pieces []piece[T]) *block[T] {
	b := &block[T]{pieces: pieces}
	for _, p := range pieces {
		b.rows += int64(p.size())
	}
	return b
}

func (b *block[T]) each(emit func([]T) error) error {
	pieces := b.pieces
	if b.load != nil {
		p, err := b.load(b.index)
		if err != nil {
			return err
		}
		pieces = slices.Concat(pieces, []piece[T]{p})
	}
	for _, p := range pieces {
		if err := p.each(emit); err != nil {
			return err
		}
	}
	return nil
}
