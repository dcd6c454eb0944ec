package csv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// span is the place of a field: of buf, or past its end of extra.
type span struct {
	off, n int32
	quoted bool
}

// scanner cuts records into fields. It allocates nothing in the long run.
type scanner struct {
	o     *Options
	buf   []byte
	extra []byte
	spans []span
	multi bool // a line end outside of quotes ends the record
}

// maxText is the longest text the places of fields can count.
const maxText = 1<<31 - 1

// record cuts the record at [lo, end) into spans and returns where the next
// one begins: end, or, of several lines, after a line end.
func (s *scanner) record(lo, end int) (next int) {
	s.spans = s.spans[:0]
	i := lo
	for {
		i = s.field(i, end)
		if i >= end {
			return end
		}
		if s.multi && s.lineEnd(i) {
			if s.buf[i] == '\r' && i+1 < end && s.buf[i+1] == '\n' {
				i++
			}
			return i + 1
		}
		if i += len(s.o.sep); i >= end { // a separator at the end: one more, empty
			s.spans = append(s.spans, span{off: int32(end)})
			return end
		}
		if len(s.spans) > s.o.maxColumns {
			return end
		}
	}
}

func (s *scanner) lineEnd(i int) bool { return s.buf[i] == '\n' || s.buf[i] == '\r' }

// field reads one field and returns where its separator is.
func (s *scanner) field(lo, end int) int {
	start := lo
	if s.o.trimLeft || s.o.quote != 0 {
		for start < end && s.buf[start] <= ' ' && !s.stop(start, end) {
			start++
		}
	}
	if start < end && s.o.quote != 0 && s.buf[start] == s.o.quote && (start == lo || s.o.trimLeft) {
		return s.quotedField(start, end)
	}
	if !s.o.trimLeft {
		start = lo
	}
	stop := s.find(start, end)
	s.add(start, stop)
	return stop
}

// add appends the plain field [lo, hi).
func (s *scanner) add(lo, hi int) {
	if s.o.trimRight {
		for hi > lo && s.buf[hi-1] <= ' ' {
			hi--
		}
	}
	s.spans = append(s.spans, span{off: int32(lo), n: int32(hi - lo)})
}

// stop reports whether a field ends at i.
func (s *scanner) stop(i, end int) bool {
	if s.multi && s.lineEnd(i) {
		return true
	}
	sep := s.o.sep
	return s.buf[i] == sep[0] && (len(sep) == 1 || bytes.HasPrefix(s.buf[i:end], sep))
}

// find returns the first place from i on where a field ends.
func (s *scanner) find(i, end int) int {
	sep := s.o.sep
	if s.multi || len(sep) > 1 {
		for i < end && !s.stop(i, end) {
			i++
		}
		return i
	}
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	pattern := ones * uint64(sep[0])
	for ; i+8 <= end; i += 8 {
		w := binary.LittleEndian.Uint64(s.buf[i:]) ^ pattern
		if m := (w - ones) &^ w & highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < end && s.buf[i] != sep[0] {
		i++
	}
	return i
}

// quotedField reads a field whose opening quote is at lo. A quote in the
// middle that nothing escapes makes it a plain field, quotes and all, up to the
// next separator.
func (s *scanner) quotedField(lo, end int) int {
	quote, escape := s.o.quote, s.o.escape
	start, escaped := len(s.extra), false
	from := lo + 1 // of what is not in extra yet
	i := from
	for ; i < end; i++ {
		c := s.buf[i]
		switch {
		case c == escape && i+1 < end && (s.buf[i+1] == quote || s.buf[i+1] == escape && s.o.escapeEscape == escape && escape != quote):
			s.extra = append(s.extra, s.buf[from:i]...)
			from, escaped = i+1, true
			i++
		case c == quote:
			stop := i + 1
			for stop < end && s.buf[stop] <= ' ' && !s.stop(stop, end) {
				stop++
			}
			if stop < end && !s.stop(stop, end) {
				s.extra = s.extra[:start]
				stop = s.find(i, end)
				s.add(lo, stop)
				return stop
			}
			s.quoted(from, i, start, escaped)
			return stop
		}
	}
	s.quoted(from, end, start, escaped)
	return end
}

// quoted appends a field whose tail is [from, hi) and whose head, if something
// was escaped, is in extra.
func (s *scanner) quoted(from, hi, start int, escaped bool) {
	if !escaped {
		s.spans = append(s.spans, span{int32(from), int32(hi - from), true})
		return
	}
	s.extra = append(s.extra, s.buf[from:hi]...)
	s.spans = append(s.spans, span{int32(len(s.buf) + start), int32(len(s.extra) - start), true})
}

// at returns the bytes of a field.
func (s *scanner) at(f span) []byte {
	if k := int(f.off) - len(s.buf); k >= 0 && f.n > 0 {
		return s.extra[k : k+int(f.n)]
	}
	return s.buf[min(int(f.off), len(s.buf)):][:f.n]
}

// blank reports whether a line has nothing for the reader: white space only,
// or a comment.
func (s *scanner) blank(lo, hi int) bool {
	if lo < hi && s.o.comment != 0 && s.buf[lo] == s.o.comment {
		return true
	}
	for lo < hi && s.buf[lo] <= ' ' {
		lo++
	}
	return lo == hi
}

// skipBlank returns the first place from lo on that is in no blank line.
func (s *scanner) skipBlank(lo, end int) int {
	for lo < end {
		hi := lo
		for hi < end && !s.lineEnd(hi) {
			hi++
		}
		if !s.blank(lo, hi) {
			return lo
		}
		lo = hi + 1
	}
	return end
}

// Names returns the fields of the record at [lo, hi) of block: a header.
func Names(block []byte, lo, hi int, o *Options) []string {
	s := scanner{o: o, buf: block, multi: o.MultiLine}
	s.record(lo, hi)
	out := make([]string, len(s.spans))
	for i, f := range s.spans {
		out[i] = string(s.at(f))
	}
	return out
}
