package file

import (
	"bytes"
	"context"
	"io"

	"github.com/spatestream/spate/sparkerr"
)

const (
	blockBytes = 512 << 10
	maxRecord  = 1 << 30 // longest line or whole text in bytes; views count in 32 bits
	// padding is how many bytes after a block may be read (not used), so that
	// scanners load whole words.
	padding = 16
)

// Lines reads an input in blocks of whole lines. It belongs to one goroutine.
type Lines struct {
	in    Input
	sep   []byte // nil: \n, \r\n and \r
	src   io.ReadCloser
	buf   []byte
	lo    int   // start of what has not been handed out
	hi    int   // end of what was read
	at    int64 // place of buf[lo] in the (decompressed) file
	eof   bool
	whole bool // one block for everything
}

// NewLines returns the lines of an input; sep nil stands for any of \n, \r\n
// and \r. Whole gives the content in one block, whatever the lines.
func NewLines(in Input, sep []byte, whole bool) *Lines {
	return &Lines{in: in, sep: sep, whole: whole}
}

// Next returns the next block: complete lines, each with its end except
// perhaps the last of the file. It is valid, and may be written to, until the
// next call. io.EOF ends.
func (l *Lines) Next(ctx context.Context) ([]byte, error) {
	if l.src == nil {
		if err := l.open(); err != nil {
			return nil, err
		}
	}
	for scanned := l.lo; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if l.done() {
			return nil, io.EOF // what follows is another split's: it is not read
		}
		if block := l.cut(scanned); block != nil {
			return block, nil
		}
		if l.eof {
			return l.rest()
		}
		tail := l.hi - l.lo
		if err := l.fill(); err != nil {
			return nil, err
		}
		scanned = l.lo + max(0, tail-1) // what was there holds no end, save a \r
	}
}

// open starts reading at Lo; a range that does not begin the file begins after
// the first line end at or after Lo-1.
func (l *Lines) open() (err error) {
	l.at = l.in.Lo
	back := int64(0)
	if l.in.Lo > 0 {
		back = int64(max(1, len(l.sep)))
		l.at -= back
	}
	if l.src, err = l.in.Stream(l.at); err != nil {
		return err
	}
	for l.in.Lo > 0 {
		if end := l.firstEnd(l.buf[l.lo:l.hi]); end >= 0 {
			l.skip(end)
			break
		}
		if l.eof {
			l.skip(l.hi - l.lo)
			break
		}
		if err := l.fill(); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lines) skip(n int) { l.lo, l.at = l.lo+n, l.at+int64(n) }

// fill reads more after what is left, moved to the front.
func (l *Lines) fill() error {
	n := copy(l.buf, l.buf[l.lo:l.hi])
	l.lo, l.hi = 0, n
	if room := min(blockBytes/2, l.ahead()); len(l.buf)-padding-n < room {
		if n > maxRecord {
			return sparkerr.Data("", "a record of "+l.in.Path+" is longer than 1 GiB; check the line separator, or split the file")
		}
		grown := make([]byte, max(min(blockBytes, n+room), 2*n)+padding)
		copy(grown, l.buf[:n])
		l.buf = grown
	}
	m, err := io.ReadAtLeast(l.src, l.buf[n:len(l.buf)-padding], 1)
	l.hi += m
	if err == io.EOF || err == io.ErrUnexpectedEOF && m == 0 && compression(l.in.Path) == "" {
		l.eof, err = true, nil
	}
	return err
}

// ahead is about how many bytes are still to be read, 1 at least: a buffer
// needs no more room, and small files are many.
func (l *Lines) ahead() int {
	if compression(l.in.Path) != "" {
		return blockBytes
	}
	return int(min(max(l.in.Size-l.at-int64(l.hi-l.lo), 0)+1, blockBytes))
}

// cut returns the longest block of complete lines that begin before Hi, nil if
// no line ends yet. Bytes before scanned are known to hold no end.
func (l *Lines) cut(scanned int) []byte {
	if l.whole {
		return nil
	}
	data := l.buf[l.lo:l.hi]
	end := l.lastEnd(data, scanned-l.lo)
	if end <= 0 {
		return nil
	}
	if left := l.limit() - l.at; int64(end) > left { // lines that begin at Hi or later are another split's
		end = l.endAfter(data[:end], int(left)-1)
	}
	block := data[:end:end]
	l.skip(end)
	return block
}

// done reports whether the next line belongs to another split.
func (l *Lines) done() bool { return l.at >= l.limit() }

func (l *Lines) limit() int64 {
	if l.in.Hi >= l.in.Size || compression(l.in.Path) != "" {
		return 1 << 62
	}
	return l.in.Hi
}

// rest returns what is left at the end of the file.
func (l *Lines) rest() ([]byte, error) {
	if l.lo == l.hi {
		return nil, io.EOF
	}
	block := l.buf[l.lo:l.hi:l.hi]
	l.skip(len(block))
	return block, nil
}

// firstEnd returns where the first line of data ends, its separator included,
// -1 if that is not known yet: a \r that ends data may be half of a \r\n.
func (l *Lines) firstEnd(data []byte) int {
	if l.sep != nil {
		if i := bytes.Index(data, l.sep); i >= 0 {
			return i + len(l.sep)
		}
		return -1
	}
	for i, c := range data {
		if c == '\n' {
			return i + 1
		}
		if c == '\r' && i+1 < len(data) {
			if data[i+1] == '\n' {
				return i + 2
			}
			return i + 1
		}
	}
	return -1
}

// lastEnd returns where the last complete line of data ends, -1 if none does.
func (l *Lines) lastEnd(data []byte, from int) int {
	if l.sep != nil {
		// Separators may overlap themselves: only counting from the front tells.
		end := -1
		for {
			i := bytes.Index(data[max(end, 0):], l.sep)
			if i < 0 {
				return end
			}
			end = max(end, 0) + i + len(l.sep)
		}
	}
	tail := data[max(from, 0):]
	if i := bytes.LastIndexByte(tail, '\n'); i >= 0 {
		return max(from, 0) + i + 1
	}
	if len(tail) > 1 {
		if i := bytes.LastIndexByte(tail[:len(tail)-1], '\r'); i >= 0 {
			return max(from, 0) + i + 1
		}
	}
	return -1
}

// endAfter returns the end of the line of data that byte at belongs to.
func (l *Lines) endAfter(data []byte, at int) int {
	if l.sep != nil {
		end := 0
		for end <= at {
			i := bytes.Index(data[end:], l.sep)
			if i < 0 {
				return len(data)
			}
			end += i + len(l.sep)
		}
		return end
	}
	if i := l.firstEnd(data[at:]); i >= 0 {
		return at + i
	}
	return len(data)
}

// Close implements io.Closer.
func (l *Lines) Close() error {
	if l.src == nil {
		return nil
	}
	return l.src.Close()
}

// Cutter walks over the lines of a block.
type Cutter struct {
	sep   []byte
	slow  bool // a separator, or a \r in the block
	known bool // slow was found out
	block []byte
	at    int
}

// NewCutter returns a cutter for lines that end as NewLines's do.
func NewCutter(sep []byte) *Cutter { return &Cutter{sep: sep} }

// Reset begins with another block.
func (c *Cutter) Reset(block []byte) {
	c.block, c.at, c.known = block, 0, false
}

// Next returns where the next line begins and ends, its separator left out;
// false at the end of the block.
func (c *Cutter) Next() (lo, hi int, ok bool) {
	lo = c.at
	if lo >= len(c.block) {
		return 0, 0, false
	}
	if !c.known {
		c.known, c.slow = true, c.sep != nil || bytes.IndexByte(c.block[lo:], '\r') >= 0
	}
	if c.slow {
		return c.each()
	}
	if i := bytes.IndexByte(c.block[lo:], '\n'); i >= 0 {
		c.at = lo + i + 1
		return lo, lo + i, true
	}
	c.at = len(c.block)
	return lo, c.at, true
}

func (c *Cutter) each() (lo, hi int, ok bool) {
	lo = c.at
	sep := c.sep
	if sep == nil {
		for i := lo; i < len(c.block); i++ {
			switch b := c.block[i]; {
			case b == '\n':
				c.at = i + 1
				return lo, i, true
			case b == '\r' && i+1 < len(c.block) && c.block[i+1] == '\n':
				c.at = i + 2
				return lo, i, true
			case b == '\r':
				c.at = i + 1
				return lo, i, true
			}
		}
	} else if i := bytes.Index(c.block[lo:], sep); i >= 0 {
		c.at = lo + i + len(sep)
		return lo, lo + i, true
	}
	c.at = len(c.block)
	return lo, c.at, true
}
