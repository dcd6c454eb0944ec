package convert

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sqltype"
)

// toText prints each value.
func (c *conversion) toText() Func {
	p := render.Printer{Plain: c.o.Mode != Legacy, Zone: c.zone}
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			at := len(out.Bytes)
			out.Bytes = p.Append(out.Bytes, in, int(i))
			out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
		}
		return nil
	}
}

// toBytes is a big-endian integer.
func (c *conversion) toBytes() Func {
	read := integerAt(c.from)
	w := sqltype.Width(c.from)
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			var b [8]byte
			binary.BigEndian.PutUint64(b[:], uint64(read(in, int(i))))
			out.SetText(int(i), b[8-w:])
		}
		return nil
	}
}

func (c *conversion) fromText() Func {
	switch c.to.Kind() {
	case sqltype.KindBoolean:
		return parse(c, parseBoolean)
	case sqltype.KindByte:
		return parse(c, c.integer8)
	case sqltype.KindShort:
		return parse(c, c.integer16)
	case sqltype.KindInt:
		return parse(c, c.integer32)
	case sqltype.KindLong:
		return parse(c, c.integer64)
	case sqltype.KindFloat:
		return parse(c, func(b []byte) (float32, bool) { f, ok := ParseFloat(b, 32); return float32(f), ok })
	case sqltype.KindDouble:
		return parse(c, func(b []byte) (float64, bool) { return ParseFloat(b, 64) })
	case sqltype.KindDecimal:
		return c.textToDecimal()
	}
	return c.textToTime()
}

// parse reads each text.
func parse[R any](c *conversion, read func([]byte) (R, bool)) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[R](out)
		for _, i := range rowsOf(sel, n) {
			x, ok := read(in.Text(int(i)))
			dst[i] = x
			if !ok {
				if err := c.invalid(in, int(i), out); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func (c *conversion) textToDecimal() Func {
	to := decimalType(c.to)
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for _, i := range rowsOf(sel, n) {
			u, err := decimal.Parse(in.Text(int(i)), to)
			switch {
			case err == nil:
				setDecimal(out, int(i), u)
				continue
			case err == decimal.ErrRange:
				err = c.outOfRange(in, int(i), out)
			default:
				err = c.invalid(in, int(i), out)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// trim drops blanks and control bytes around a text, as Spark's trimAll.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] <= ' ' || b[0] == 0x7f) {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] <= ' ' || b[len(b)-1] == 0x7f) {
		b = b[:len(b)-1]
	}
	return b
}

func parseBoolean(b []byte) (uint8, bool) {
	b = trim(b)
	if len(b) > 5 {
		return 0, false
	}
	var low [5]byte
	for i, x := range b {
		low[i] = x
		if x >= 'A' && x <= 'Z' {
			low[i] = x + 'a' - 'A'
		}
	}
	switch string(low[:len(b)]) {
	case "t", "true", "y", "yes", "1":
		return 1, true
	case "f", "false", "n", "no", "0":
		return 0, true
	}
	return 0, false
}

func (c *conversion) integer8(b []byte) (int8, bool) {
	x, ok := ParseInt(b, c.o.Mode == Legacy)
	return int8(x), ok && x == int64(int8(x))
}

func (c *conversion) integer16(b []byte) (int16, bool) {
	x, ok := ParseInt(b, c.o.Mode == Legacy)
	return int16(x), ok && x == int64(int16(x))
}

func (c *conversion) integer32(b []byte) (int32, bool) {
	x, ok := ParseInt(b, c.o.Mode == Legacy)
	return int32(x), ok && x == int64(int32(x))
}

func (c *conversion) integer64(b []byte) (int64, bool) { return ParseInt(b, c.o.Mode == Legacy) }

// ParseInt reads a decimal integer with blanks around it and a sign; with
// fraction, digits after a point are read and dropped, as legacy casts do.
func ParseInt(b []byte, fraction bool) (int64, bool) {
	if n, ok := decimal.Natural(b); ok {
		return n, true
	}
	b = trim(b)
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		b = b[1:]
	}
	digits := b
	if dot := bytes.IndexByte(b, '.'); dot >= 0 && fraction {
		for _, x := range b[dot+1:] {
			if x-'0' > 9 {
				return 0, false
			}
		}
		digits = b[:dot]
		if len(digits) == 0 {
			return 0, len(b) > 0
		}
	}
	var n uint64
	for _, x := range digits {
		d := uint64(x - '0')
		if d > 9 || n > math.MaxUint64/10-1 {
			return 0, false
		}
		n = n*10 + d
	}
	switch {
	case len(digits) == 0, n > 1<<63, n == 1<<63 && !negative:
		return 0, false
	case negative:
		return -int64(n), true
	}
	return int64(n), true
}

// ParseFloat reads what Java's Double.parseDouble reads, and inf, infinity and
// nan in any case; bits is 32 or 64. Blanks around it do not count.
func ParseFloat(b []byte, bits int) (float64, bool) {
	b = trim(b)
	if len(b) == 0 {
		return 0, false
	}
	if last := b[len(b)-1] | 0x20; (last == 'd' || last == 'f') && len(b) > 1 && isFloatTail(b[len(b)-2]) {
		b = b[:len(b)-1]
	}
	if special, ok := specialFloat(b); ok {
		return special, true
	}
	for _, x := range b { // what Go reads and Java does not
		if x == '_' || x|0x20 == 'i' || x|0x20 == 'n' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(b), len(b)), bits)
	if err != nil && math.IsInf(f, 0) {
		return f, true // too large is infinite in Java
	}
	return f, err == nil
}

func isFloatTail(x byte) bool { return x >= '0' && x <= '9' || x == '.' }

func specialFloat(b []byte) (float64, bool) {
	sign := 1
	s := b
	if s[0] == '-' || s[0] == '+' {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	switch {
	case bytes.EqualFold(s, []byte("inf")), bytes.EqualFold(s, []byte("infinity")):
		return math.Inf(sign), true
	case len(s) == len(b) && bytes.EqualFold(s, []byte("nan")):
		return math.NaN(), true
	}
	return 0, false
}
